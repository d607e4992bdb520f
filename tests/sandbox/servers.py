"""Running sandboxes: werkzeug's server in a thread, granian in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import requests
from werkzeug.serving import make_server

from app.sandbox import create_sandbox

ROOT = Path(__file__).parents[2]


@contextmanager
def werkzeug_sandbox(database: Path) -> Iterator[str]:
    """Yields the base address. The address must be known before the app is made, so the server comes first."""
    server = make_server("127.0.0.1", 0, lambda environ, start_response: [], threaded=True)
    base = f"http://127.0.0.1:{server.port}"
    server.app = sandbox = create_sandbox(database=str(database), public_url=base)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.extensions["sandbox_background"].stop()


class GranianSandbox:
    def __init__(self, database: Path) -> None:
        self._database = database
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self._port}"
        self._process = self._start()

    def restart_after_kill_9(self) -> None:
        self._signal(signal.SIGKILL)
        self._process = self._start()

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"SANDBOX_DATABASE": str(self._database), "SANDBOX_URL": self.base}
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self._port)]
        process = subprocess.Popen(
            [*command, "--blocking-threads", "4", "app.sandbox.wsgi:app"],
            cwd=ROOT,
            env=environment,
            start_new_session=True,  # its workers die with it when the whole group is signalled
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_ready()
        return process

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                requests.get(f"{self.base}/healthz", timeout=1).raise_for_status()
                return
            except requests.RequestException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _signal(self, number: signal.Signals) -> None:
        os.killpg(self._process.pid, number)
        self._process.wait(timeout=10)
