"""Three neighbouring ports: the web server, the sandbox gateways and the demo shop's webhook receiver."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from bin._setup import Stop

DEFAULT = 8000


@dataclass(frozen=True)
class Ports:
    web: int
    sandbox: int
    receiver: int


def ports_from(environ: Mapping[str, str]) -> Ports:
    text = environ.get("PORT") or str(DEFAULT)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65533):
        raise Stop(f"PORT must be a number from 1 to 65533, not {text!r}: PORT=9000 bin/dev")
    return Ports(int(text), int(text) + 1, int(text) + 2)


def require_free(ports: Ports) -> None:
    """Before anything is started: a port that is taken is told in one sentence."""
    for port, what in (
        (ports.web, "web server"),
        (ports.sandbox, "sandbox gateways"),
        (ports.receiver, "receiver"),
    ):
        problem = _problem_with(port)
        if problem:
            raise Stop(
                f"Port {port} {problem}, and the {what} needs it; stop that program or choose another: "
                f"PORT={_suggestion(ports.web)} bin/dev"
            )


def _problem_with(port: int) -> str | None:
    # A listener on ::1 alone would take the browser's visits to localhost, so that one is asked too.
    if _somebody_listens("127.0.0.1", port) or _somebody_listens("::1", port):
        return "is taken by another program"
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                return "is reserved for the system"
            return "is taken by another program"
    return None


def _somebody_listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=0.3).close()
    except OSError:
        return False
    return True


def _suggestion(taken: int) -> int:
    """A start from which three ports are free; what to try, not a promise."""
    for start in range(9000, 9100, 10):
        if abs(start - taken) > 2 and not any(_problem_with(port) for port in range(start, start + 3)):
            return start
    return 9000
