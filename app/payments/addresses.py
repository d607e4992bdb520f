"""Where the buyer's page of a session is."""

from app.domains.queries import name_in_use
from app.payments.models import CheckoutSession
from app.services import services


def page_address(session: CheckoutSession) -> str:
    """At the shop's own domain where that is in use, else at ours. The page is at ours in any case."""
    name = name_in_use(session.shop_id)
    if name:
        return f"https://{name}/checkout/{session.id}"
    return f"{services().settings.checkout_url}/{session.id}"
