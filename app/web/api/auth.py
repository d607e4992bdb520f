"""Who is calling: the x-api-key header, and the host where hosts are bound to a mode."""

from flask import g, request

from app.clock import now
from app.errors import NotAuthenticated
from app.services import services
from app.shops.keys import hash_of_key
from app.shops.queries import KeyHolder, holder_of_key

# What a buyer's browser may ask for, where the id of the session that it names is the secret; and the document.
KEYLESS = frozenset({"api_coupons.apply", "api_coupons.remove", "api_document.show"})


def authenticate() -> None:
    """Set g.caller, but where no key is given and none is needed. Raises NotAuthenticated, the same for every kind of
    bad key."""
    if request.endpoint in KEYLESS and "x-api-key" not in request.headers:
        return
    key_hash = hash_of_key(request.headers.get("x-api-key", ""))
    holder = holder_of_key(key_hash, now=now()) if key_hash else None
    if holder is None:
        raise NotAuthenticated()
    if _host_is_bound_to() not in (None, holder.livemode):
        raise NotAuthenticated("wrong_environment")
    g.caller = holder


def caller() -> KeyHolder:
    holder: KeyHolder = g.caller
    return holder


def _host_is_bound_to() -> bool | None:
    """The mode of the host that was called, None when it serves both."""
    settings, host = services().settings, request.host.lower()
    names = {host, host.rpartition(":")[0]}  # a setting that names no port means every port
    if settings.api_host_live in names - {""}:
        return True
    if settings.api_host_test in names - {""}:
        return False
    return None
