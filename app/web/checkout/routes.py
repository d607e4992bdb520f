"""All of the buyer's pages: each of these modules adds its own to the one blueprint."""

from app.web.checkout import coupon_views, postcode, returns
from app.web.checkout.views import blueprint

__all__ = ["blueprint", "coupon_views", "postcode", "returns"]
