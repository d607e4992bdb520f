"""What a process in production would write to its log."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog

from app.logs import configure_logs
from app.settings import load_settings
from tests.test_settings import PRODUCTION


@contextmanager
def production_log(*, secret_fields: Iterable[str] = ()) -> Iterator[io.StringIO]:
    """A module that has logged before keeps its old logger: give it a new one, structlog.get_logger()."""
    before = structlog.get_config()
    structlog.contextvars.clear_contextvars()
    stream = io.StringIO()
    configure_logs(load_settings(PRODUCTION), secret_fields=secret_fields, stream=stream)
    try:
        yield stream
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
