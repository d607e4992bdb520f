"""Logs: one JSON object a line in production, readable lines elsewhere. Each carries the request's id."""

import logging
import sys

import structlog

from app.settings import Settings

# Whatever the calling code does, these never reach a log.
SECRET_FIELDS = frozenset(
    {"authorization", "secret_key", "secret", "api_key", "key", "email", "phone", "name", "credentials"}
)


def configure_logs(settings: Settings) -> None:
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.is_production
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    level = logging.WARNING if settings.app_env == "test" else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _mask(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: "***" if key.lower() in SECRET_FIELDS else value for key, value in event.items()}
