from tests.payments.conftest import app, gateway_timeout_s, sandbox  # noqa: F401  # jobs ask the sandbox gateways over real HTTP
