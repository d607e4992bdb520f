"""KG Inicis' addresses. A buyer's browser brings one back to ask for money at: only what is built here is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from app.settings import Settings

SANDBOX_CENTRES = ("stg", "fc", "ks")


@dataclass(frozen=True)
class Hosts:
    """scripts: folder of the browser's scripts. window: hosts of the PC window, more: those that its script loads from.

    phone: origin of the page for phones. pc_centres, phone_centres: idc_name -> base of its addresses.
    """

    scripts: str
    window: tuple[str, ...]
    more: tuple[str, ...]
    phone: str
    api: str
    pc_centres: Mapping[str, str]
    phone_centres: Mapping[str, str]

    @classmethod
    def live(cls, settings: Settings) -> Self:
        return cls(
            scripts=settings.inicis_script_url,
            window=(origin_of(settings.inicis_script_url),),
            more=("https://stdux.inicis.com", "https://ds-cdn.inicis.com", "https://fds-g.inicis.com"),
            phone=settings.inicis_phone_url,
            api=settings.inicis_api_url,
            pc_centres=dict(settings.inicis_pc_centres),
            phone_centres=dict(settings.inicis_phone_centres),
        )

    @classmethod
    def sandbox(cls, settings: Settings) -> Self:
        """One address stands for all of Inicis' hosts, and the data centre is a part of its path."""
        base = f"{settings.sandbox_url}/inicis"
        centres = {idc: f"{base}/{idc}" for idc in SANDBOX_CENTRES}
        return cls(
            scripts=f"{base}/stdjs",
            window=(origin_of(base),),
            more=(),
            phone=base,
            api=base,
            pc_centres=centres,
            phone_centres=centres,
        )

    def pc(self, idc: str, call: str) -> str | None:
        """call: payAuth or netCancel. None for a data centre that nobody knows."""
        return f"{self.pc_centres[idc]}/api/{call}" if idc in self.pc_centres else None

    def on_phone(self, idc: str, call: str) -> str | None:
        """call: payReq or payNetCancel."""
        return f"{self.phone_centres[idc]}/smart/{call}.ini" if idc in self.phone_centres else None


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
