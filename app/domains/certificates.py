"""Let the edge fetch a certificate by opening a TLS connection to it, before any buyer does."""

import socket
import ssl

from app.domains.findings import Finding

# The edge asks a certificate authority meanwhile. Let's Encrypt takes seconds, seldom more than a minute.
HANDSHAKE_S = 60.0


def check_certificate(name: str, *, edge: tuple[str, int] | None) -> list[Finding]:
    """Nothing when the edge shows a certificate for the name that browsers trust. edge: (host, port); None where no
    edge stands before us, as in development."""
    if edge is None:
        return []
    context = ssl.create_default_context()
    try:
        with socket.create_connection(edge, timeout=HANDSHAKE_S) as plain:
            plain.settimeout(HANDSHAKE_S)
            with context.wrap_socket(plain, server_hostname=name):
                return []
    except OSError as error:  # an ssl.SSLError is one
        return [Finding("certificate_missing", "certificate", name=name, seen=(type(error).__name__,))]
