"""Typed parts of addresses, so that views need not check ids."""

from flask import Flask
from werkzeug.routing import BaseConverter


class SessionConverter(BaseConverter):
    regex = "cs_[0-9a-f]{32}"


class AttemptConverter(BaseConverter):
    regex = "pay_[0-9a-f]{32}"


def register_converters(app: Flask) -> None:
    app.url_map.converters["session"] = SessionConverter
    app.url_map.converters["attempt"] = AttemptConverter
