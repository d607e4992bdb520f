"""`flask webhooks tail`, as a developer runs it: a program of its own, ended by Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from standardwebhooks import Webhook

from app import clock
from app.ids import shortened
from app.settings import ROOT
from tests.gateways.line import Line, open_line, says
from tests.support.processes import free_port, wait_until
from tests.support.webhooks import HOOK, event_of, owe
from tests.support.world import World, make_world


class Tail:
    def __init__(self, database_url: str, log: Path, *options: str) -> None:
        self._log = log
        self._file = log.open("wb")
        environ = {
            "APP_ENV": "test",
            "DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }
        command = [sys.executable, "-m", "flask", "--app", "app.wsgi", "webhooks", "tail", *options]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=self._file,
            stderr=subprocess.STDOUT,
            preexec_fn=_heed_interrupts,
        )

    @property
    def text(self) -> str:
        return self._log.read_text()

    def says(self, text: str) -> None:
        wait_until(lambda: text in self.text, text, within_s=40)

    def interrupt(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(30)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._file.close()


def _heed_interrupts() -> None:
    """What runs in the background of a shell inherits that it does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def tailing(database_url: str, folder: Path, *options: str) -> Iterator[Tail]:
    opened = Tail(database_url, folder / "tail.log", *options)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def line() -> Iterator[Line]:
    with open_line() as opened:
        yield opened


def test_an_event_is_a_line_and_goes_on_signed(
    world: World, database_url: str, tmp_path: Path, line: Line
) -> None:
    line.will(says(200), says(500))
    with tailing(database_url, tmp_path, "--forward", f"{line.url}/hook") as tail:
        tail.says("Ctrl-C ends")
        first = owe(world, url=HOOK, now=clock.now())
        tail.says("accepted in")
        owe(world, url=HOOK, now=clock.now())
        tail.says("not accepted")

        assert tail.interrupt() == 0

    [told] = [one for one in tail.text.splitlines() if shortened(first.id) in one]
    assert "session.cancelled" in told
    assert "→ 200 accepted in" in told
    assert "Stopped." in tail.text
    assert "Traceback" not in tail.text
    call = line.calls[0]
    assert (call.path, call.body.decode()) == ("/hook", event_of(first).body)
    assert Webhook(world.webhook_secret).verify(call.body, call.headers)
    assert json.loads(call.body)["data"]["sessionId"] == first.id


def test_a_receiver_that_is_down_is_waited_for(world: World, database_url: str, tmp_path: Path) -> None:
    port = free_port()
    with tailing(database_url, tmp_path, "--forward", f"http://127.0.0.1:{port}/") as tail:
        tail.says("Ctrl-C ends")
        owe(world, url=HOOK, now=clock.now())
        tail.says("no answer (connection failed)")
        with socket.create_server(("127.0.0.1", port)) as server:
            connection, _address = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                tail.says("→ 204 accepted")

        assert tail.interrupt() == 0


def test_earlier_ones_are_told_when_asked_for(world: World, database_url: str, tmp_path: Path) -> None:
    now = clock.now()
    sessions = [owe(world, url=HOOK, now=now - timedelta(minutes=minutes)) for minutes in (3, 2, 1)]

    with tailing(database_url, tmp_path, "--last", "2") as tail:
        tail.says(shortened(sessions[2].id))

        assert tail.interrupt() == 0

    told = [shortened(session.id) in tail.text for session in sessions]
    assert told == [False, True, True]
    assert sessions[2].id not in tail.text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "There are several shops: name one with --shop."),
        (["--shop", "shop_none"], "There is no such shop."),
    ],
)
def test_a_shop_that_is_not_clear_is_asked_for(app: Flask, options: list[str], sentence: str) -> None:
    make_world(), make_world()

    told = app.test_cli_runner().invoke(args=["webhooks", "tail", *options])

    assert (told.exit_code, told.output.strip()) == (1, f"Error: {sentence}")
