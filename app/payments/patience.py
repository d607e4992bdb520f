"""How long something may take before another process takes it for dead."""

from datetime import timedelta

from app.gateways.http import CONNECT_TIMEOUT_S
from app.services import services

WRITING_S = 3.0  # what comes before and after the call, on a busy machine


def patience() -> timedelta:
    """After this a call to a gateway has been answered, or given up and written down; or its process has died. Two that
    look at the same do no harm, so it need not be sure."""
    return timedelta(seconds=CONNECT_TIMEOUT_S + services().settings.gateway_timeout_s + WRITING_S)
