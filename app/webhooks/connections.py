"""Connections that go to public addresses alone.

The name is looked up once, when a connection is opened: every address has to be public, and it is those very addresses
that are connected to, so nothing can change between the check and the use. urllib3 goes on to believe that it talks
to the name: that is what it sends as SNI and what the certificate must be for.
"""

import socket
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from app.deadline import TlsWatched, TlsWatchedPool, Watched, WatchedPool, seconds_left, watched
from app.webhooks.names import NameNotFound, Names
from app.webhooks.public import Address, is_public, literal, looks_like_a_number

MOST_ADDRESSES = 4  # of a name that has more, the first ones are tried


class Refused(Exception):
    """Nothing was sent. word: why, as it is stored. No OSError: urllib3 would take it for a lost connection."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Guard:
    """may_connect: which addresses may be connected to."""

    def __init__(self, names: Names, *, may_connect: Callable[[Address], bool] = is_public) -> None:
        self._names = names
        self._may_connect = may_connect

    def addresses(self, host: str) -> list[Address]:
        """Where to connect for a host part of an address. Raises Refused."""
        name = host.removeprefix("[").removesuffix("]")
        spelled = literal(name)
        if spelled is None and ("%" in name or ":" in name or looks_like_a_number(name)):
            raise Refused("address_not_valid")
        try:
            found = [spelled] if spelled is not None else self._found(name)
        except NameNotFound as error:
            raise Refused("name_not_found") from error
        if not all(self._may_connect(address) for address in found):
            raise Refused("address_not_public")
        return found

    def _found(self, name: str) -> list[Address]:
        return self._names.addresses(name, within_s=seconds_left())

    def connect(self, host: str, port: int, timeout_s: float) -> socket.socket:
        """Raises Refused, OSError."""
        trouble: OSError = OSError("no address")
        for address in self.addresses(host)[:MOST_ADDRESSES]:
            try:
                return socket.create_connection((str(address), port), min(timeout_s, seconds_left()))
            except OSError as error:
                trouble = error
        raise trouble


def guard_session(session: requests.Session, guard: Guard, *, connect_timeout_s: float) -> None:
    """Let every connection of a session go through the guard."""

    class Guarded:
        """Mixed into a connection, whose host and port are those of the address that is asked for."""

        host: str
        port: int

        def _new_conn(self) -> socket.socket:
            try:
                return watched(guard.connect(self.host, self.port, connect_timeout_s))
            except TimeoutError as error:
                raise ConnectTimeoutError(self, "no connection in time") from error
            except OSError as error:
                raise NewConnectionError(self, "no connection") from error  # type: ignore[arg-type]  # is one, mixed

    plain = type("GuardedConnection", (Guarded, Watched), {})
    tls = type("GuardedTlsConnection", (Guarded, TlsWatched), {})
    pools: dict[str, Any] = {
        "http": type("GuardedPool", (WatchedPool,), {"ConnectionCls": plain}),
        "https": type("GuardedTlsPool", (TlsWatchedPool,), {"ConnectionCls": tls}),
    }
    for adapter in session.adapters.values():
        assert isinstance(adapter, HTTPAdapter)
        adapter.poolmanager.pool_classes_by_scheme = pools
