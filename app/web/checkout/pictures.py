"""Where a page's pictures come from: the shop's logo and its goods. Only these places are let into the page."""

import re
from urllib.parse import urlsplit

from app.payments.models import CheckoutSession
from app.shops.models import Shop

_PLACE = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)


def picture_origins(session: CheckoutSession, shop: Shop) -> list[str]:
    """Each once, as a source of a content security policy. Pictures without TLS are not shown."""
    addresses = [shop.branding.get("logo_url"), *(item.get("imageUrl") for item in session.items)]
    return sorted({origin for address in addresses if address and (origin := _origin(address))})


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address.lower())
    except ValueError:
        return None
    known = parts.scheme == "https" and _PLACE.fullmatch(parts.netloc)
    return f"https://{parts.netloc}" if known else None
