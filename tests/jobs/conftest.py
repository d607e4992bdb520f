"""Jobs ask the sandbox gateways over real HTTP."""

from tests.payments.conftest import app, gateway_timeout_s, sandbox

__all__ = ["app", "gateway_timeout_s", "sandbox"]
