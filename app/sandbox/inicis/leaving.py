"""The way from the pay window back to the shop: what the browser carries, where to and how."""

from dataclasses import dataclass

from app.sandbox.inicis.choice import Back

TOP, FRAME = "top", "frame"


@dataclass(frozen=True)
class Leaving:
    """address: "" when nothing goes back. method: post, or get without fields. target: TOP or FRAME.

    charset: of the post. delay_s: before it.
    """

    address: str = ""
    fields: dict[str, str] | None = None
    method: str = "post"
    target: str = TOP
    charset: str = "utf-8"
    back: Back = Back.NORMAL
    delay_s: float = 0.0

    @property
    def is_twice(self) -> bool:
        return self.back is Back.TWICE


def close_frame(close_url: str) -> Leaving:
    """The overlay goes to the shop's page at closeUrl, whose script takes it away."""
    return Leaving(close_url, method="get", target=FRAME)
