"""The JSON that a shop's server sends: an object of texts (notes §2.1)."""

from app.sandbox.kcp.results import KcpRefusal

Body = object  # decoded JSON, or None when it was none


def needed(body: Body, *names: str) -> dict[str, str]:
    """All fields. Raises KcpRefusal SIM0 when one of `names` is missing, or any value is not text."""
    if not isinstance(body, dict):
        raise KcpRefusal("SIM0", "JSON")
    for name, value in body.items():
        if not isinstance(value, str):
            raise KcpRefusal("SIM0", name[:40])
    for name in names:
        if not body.get(name):
            raise KcpRefusal("SIM0", name)
    fields: dict[str, str] = body
    return fields
