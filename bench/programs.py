"""Start the programs that are measured, wait until they answer, end them whatever happens."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import IO

from bin._setup import ROOT, Stop, python_of

PYTHON = str(python_of(ROOT))
READY_S = 30.0
PATIENCE_S = 10.0


@contextlib.contextmanager
def web_server(application: str, environ: Mapping[str, str]) -> Iterator[int]:
    """An application under the server and with the options of production, one worker of it; yields its port."""
    port = free_port()
    command = [PYTHON, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning", application]
    with running(command, environ) as process:
        _wait_for(process, port)
        yield port


@contextlib.contextmanager
def listening(command: list[str], environ: Mapping[str, str]) -> Iterator[int]:
    """A program that takes its port as last argument; yields the port once it listens."""
    port = free_port()
    with running([*command, str(port)], environ) as process:
        _wait_for(process, port)
        yield port


@contextlib.contextmanager
def running(
    command: list[str], environ: Mapping[str, str], given: bytes = b""
) -> Iterator[subprocess.Popen[bytes]]:
    """given: what the program reads from its standard input. It is asked to end, then made to. A Stop that is
    raised while it runs tells what the program had printed."""
    with tempfile.TemporaryFile() as input_, tempfile.TemporaryFile() as output:
        input_.write(given)
        input_.seek(0)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=input_,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches only us, and we end the others in good order
        )
        try:
            yield process
        except Stop as stop:
            raise Stop(f"{stop}\n{_tail(output)}".rstrip()) from None
        finally:
            _end(process)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise Stop("A program that the measuring needs did not start.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # what it left behind, or itself
    process.wait()


def _tail(output: IO[bytes]) -> str:
    output.seek(0)
    return "\n".join(output.read().decode(errors="replace").splitlines()[-25:])
