"""Typed parts of addresses, so that views need not check ids."""

from flask import Flask
from werkzeug.routing import BaseConverter


class SessionConverter(BaseConverter):
    regex = "cs_[0-9a-f]{32}"


class AttemptConverter(BaseConverter):
    regex = "pay_[0-9a-f]{32}"


class WayConverter(BaseConverter):
    """What an address of return remembers of the buyer's page; see checkout/way_back.py."""

    regex = "[a-z]{2,3}(?:-[a-z]{2})?"


class CouponConverter(BaseConverter):
    """Told apart from the operations beside it; whether it is an id of ours is the view's to see."""

    regex = "cpn_[^/]*"


class EventConverter(BaseConverter):
    """Told apart from the operation beside it; whether it is an id of ours is the view's to see."""

    regex = "evt_[^/]*"


def register_converters(app: Flask) -> None:
    app.url_map.converters["session"] = SessionConverter
    app.url_map.converters["attempt"] = AttemptConverter
    app.url_map.converters["way"] = WayConverter
    app.url_map.converters["coupon"] = CouponConverter
    app.url_map.converters["event"] = EventConverter
