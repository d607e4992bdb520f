"""Logs: one JSON object a line in production, readable lines elsewhere. Each carries the request's id."""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import structlog

from app.settings import Settings

# Whatever the calling code does, values under these names never reach a log. How a name is written, SECRET_KEY
# or secretKey, makes no difference. Gateways add their own.
SECRET_FIELDS = frozenset(
    {"authorization", "secret_key", "secret", "api_key", "x_api_key", "key", "email", "phone", "name",
     "credentials", "password", "cookie", "set_cookie"}
)  # fmt: skip
MASK = "***"

# What gives itself away wherever it stands, such as in the text of an exception.
_SECRET_SHAPES = re.compile(
    r"""
      \b(?:live|test)_g?sk_\w+                              # a gateway's secret key
    | \bsk_(?:live|test)_[0-9a-f]+                          # an API key of ours
    | \bwhsec_[A-Za-z0-9+/=]+
    | \b(?:Basic|Bearer)\s[A-Za-z0-9+/=._-]+
    | [^\s@"'<>(),;:=/]+@[^\s@"'<>(),;:=/]+\.[^\W\d_]{2,}   # an e-mail address
    | (?<![\w-])\+82[\s-]?\d{1,2}[\s-]?\d{3,4}[\s-]?\d{4}(?![\w-])
    | (?<![\w-])01[016789]-?\d{3,4}-?\d{4}(?![\w-])         # a mobile number
    | (?<![\w.-])\d{4}(?:[\s-]?[\d*]{4}){2}[\s-]?[\d*]{1,7}(?![\w-])   # a card's number, masked in part or not
    """,
    re.VERBOSE,
)
_SESSION_ID = re.compile(r"\b(cs_[0-9a-f]{8})[0-9a-f]{24}\b")  # opens the buyer's page


def configure_logs(
    settings: Settings, *, secret_fields: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """secret_fields: further names that are masked. stream: standard error when not given."""
    stream = stream or sys.stderr
    names = frozenset(map(_plain, SECRET_FIELDS.union(secret_fields)))
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.is_production
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )

    def mask(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {key: _masked_value(key, value, names) for key, value in event.items()}

    level = logging.WARNING if settings.app_env == "test" else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )


def masked(value: Any, *, secret_fields: Iterable[str] = ()) -> Any:
    """The same value with everything secret or personal blotted out, at any depth."""
    return _masked(value, frozenset(map(_plain, SECRET_FIELDS.union(secret_fields))))


def _masked(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, str):
        return _SESSION_ID.sub(r"\1…", _SECRET_SHAPES.sub(MASK, value))
    if isinstance(value, Mapping):
        return {key: _masked_value(str(key), inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner, names) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _masked(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value), names)


def _masked_value(name: str, value: Any, names: frozenset[str]) -> Any:
    return MASK if value is not None and _plain(name) in names else _masked(value, names)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
