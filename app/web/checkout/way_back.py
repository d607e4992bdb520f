"""Where the gateway sends the buyer: an address of ours that says by itself what the buyer's page was like.

They may come back in another browser, so nothing of it can be in a cookie; and gateways add a query of their own.
"""

from flask import g

from app.languages import CATALOGUES
from app.web.language import choice

OWN = "own"  # the page was at the shop's own domain


def return_base(checkout_url: str, attempt_id: str, *, at_domain: bool) -> str:
    """To our own name, whatever becomes of the shop's DNS while the buyer is at the gateway."""
    words = [OWN] if at_domain else []
    if chosen := choice():
        words.append(chosen)
    way = f"/{'-'.join(words)}" if words else ""
    return f"{checkout_url}/return/{attempt_id}{way}"


def take_way(way: str) -> bool:
    """Speak the language that the buyer had chosen. True when they are to go back to the shop's domain."""
    words = way.split("-")
    g.language_chosen = next((word for word in words if word in CATALOGUES), choice())
    return OWN in words
