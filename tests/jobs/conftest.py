from tests.payments.conftest import app, sandbox  # noqa: F401  # jobs ask the sandbox gateways over real HTTP
