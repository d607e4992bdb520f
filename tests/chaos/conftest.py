"""The same stage as for payments."""

from tests.payments.conftest import app, sandbox

__all__ = ["app", "sandbox"]
