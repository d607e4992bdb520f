"""Debian's Firefox, spoken to in WebDriver BiDi, which it understands without any helper. Playwright drives only a
Firefox of its own, so here is as much as the journeys need."""

import base64
import itertools
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from e2e.support.programs import Program
from e2e.support.shop import Order
from e2e.support.waiting import wait_for

PAY = "29,000원 결제하기"  # on our page and in the window
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
REQUEST = "network.beforeRequestSent"
ANSWER_S = 30  # other things that it tells meanwhile do not count
# Beside what it sets by itself for tests: no other machine is asked for anything.
PREFERENCES = {
    "intl.accept_languages": "ko-KR, ko",
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1, localhost",
    "datareporting.policy.dataSubmissionEnabled": False,
}


class Refused(Exception):
    """Firefox would not do what it was asked to."""


class Firefox:
    """One tab of a browser of its own."""

    def __init__(self, socket: ClientConnection, shots: Path) -> None:
        self._socket = socket
        self._shots = shots
        self.shot_as = ""  # ends the names of pictures
        self._numbers = itertools.count(1)
        self._held: list[str] = []  # requests that an intercept stopped
        self._send("session.new", capabilities={})
        self._tab: str = self._send("browsingContext.getTree")["contexts"][0]["context"]
        self.resize(PHONE)

    def resize(self, viewport: dict[str, int]) -> None:
        self._send("browsingContext.setViewport", context=self._tab, viewport=viewport)

    @contextmanager
    def another_tab(self) -> Iterator[None]:
        """Everything inside happens there; afterwards the first tab is in front again."""
        first = self._tab
        self._tab = self._send("browsingContext.create", type="tab")["context"]
        try:
            yield
        finally:
            self._send("browsingContext.close", context=self._tab)
            self._tab = first
            self._send("browsingContext.activate", context=first)

    @contextmanager
    def inside_app(self, user_agent: str) -> Iterator[None]:
        """The browser calls itself so, to servers and to scripts."""
        self._send("emulation.setUserAgentOverride", userAgent=user_agent, contexts=[self._tab])
        try:
            yield
        finally:
            self._send("emulation.setUserAgentOverride", userAgent=None, contexts=[self._tab])

    @contextmanager
    def scripts_begin_with(self, function: str) -> Iterator[None]:
        """In every page and frame that is opened meanwhile, before any script of its own."""
        script = self._send("script.addPreloadScript", functionDeclaration=function)["script"]
        try:
            yield
        finally:
            self._send("script.removePreloadScript", script=script)

    @contextmanager
    def unanswered(self, path: str) -> Iterator[None]:
        """Requests for it hang until the end, and fail then."""
        subscription = self._send("session.subscribe", events=[REQUEST])["subscription"]
        pattern = {"type": "pattern", "pathname": path}
        intercept = self._send("network.addIntercept", phases=["beforeRequestSent"], urlPatterns=[pattern])
        try:
            yield
        finally:
            self._send("network.removeIntercept", **intercept)
            self.refuse_held()
            self._send("session.unsubscribe", subscriptions=[subscription])

    def refuse_held(self) -> None:
        """As a blocker of content or a dead network does."""
        while self._held:
            self._send("network.failRequest", request=self._held.pop())

    def let_held_go(self) -> None:
        while self._held:
            self._send("network.continueRequest", request=self._held.pop())

    def waits_for(self, number: int) -> None:
        """So many requests hang."""
        wait_for("requests that hang", lambda: self.text() and len(self._held) >= number)

    @contextmanager
    def frame(self, pattern: re.Pattern[str]) -> Iterator[None]:
        """Everything inside happens in the frame, however deep, whose address fits."""
        page = self._tab
        self._tab = wait_for(f"frame {pattern.pattern}", lambda: self._frame(page, pattern), within_s=10)
        try:
            yield
        finally:
            self._tab = page

    def _frame(self, context: str, pattern: re.Pattern[str]) -> str | None:
        waiting = self._send("browsingContext.getTree", root=context)["contexts"]
        while waiting:
            found = waiting.pop()
            if pattern.search(found["url"]):
                return str(found["context"])
            waiting.extend(found["children"] or ())
        return None

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def back(self) -> None:
        self._send("browsingContext.traverseHistory", context=self._tab, delta=-1)

    def click(self, role: str, name: str, *, within_s: float = 10) -> None:
        """What a screen reader calls so. It may not be there yet."""
        node = wait_for(f"{role} {name!r}", lambda: self._node(role, name), within_s=within_s)
        self._call("element => element.scrollIntoView({block: 'center'})", node)
        origin = {"type": "element", "element": node}
        self._act(
            "pointer",
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def press(self, selector: str) -> None:
        """The first of these, once there is one."""
        script = f"(document.querySelector({json.dumps(selector)})?.click(), true)"
        there = f"document.querySelector({json.dumps(selector)}) !== null"
        wait_for(selector, lambda: self.evaluate(there), within_s=10)
        self.evaluate(script)

    def type(self, text: str) -> None:
        """Into what has the focus."""
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self._act("key", *keys)

    def sees(self, heading: str, *, within_s: float = 15) -> None:
        wait_for(f"heading {heading!r}", lambda: self._node("heading", heading), within_s=within_s)

    def reads(self, sentence: str, *, within_s: float = 10) -> None:
        wait_for(sentence, lambda: sentence in self.text(), within_s=within_s)

    def text(self) -> str:
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    @property
    def url(self) -> str:
        return str(self.evaluate("location.href"))

    def evaluate(self, expression: str) -> Any:
        """Plain values only. None while the page changes."""
        try:
            answer = self._send(
                "script.evaluate", expression=expression, target={"context": self._tab}, awaitPromise=True
            )
        except Refused:
            return None
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def picture(self, name: str) -> None:
        self._shots.mkdir(parents=True, exist_ok=True)
        answer = self._send("browsingContext.captureScreenshot", context=self._tab, origin="document")
        (self._shots / f"{name}{self.shot_as}-firefox.png").write_bytes(base64.b64decode(answer["data"]))

    def _node(self, role: str, name: str) -> dict[str, Any] | None:
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}
        try:
            nodes = self._send("browsingContext.locateNodes", context=self._tab, locator=locator)["nodes"]
        except Refused:
            return None
        return {"sharedId": nodes[0]["sharedId"]} if nodes else None

    def _call(self, function: str, node: dict[str, Any]) -> None:
        where = {"context": self._tab}
        self._send(
            "script.callFunction",
            functionDeclaration=function,
            target=where,
            arguments=[node],
            awaitPromise=True,
        )

    def _act(self, kind: str, *actions: dict[str, Any]) -> None:
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self._send("input.performActions", context=self._tab, actions=[source])

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        until = time.monotonic() + ANSWER_S
        while True:
            answer = json.loads(self._socket.recv(timeout=max(0, until - time.monotonic())))
            if answer.get("method") == REQUEST and answer["params"]["isBlocked"]:
                self._held.append(answer["params"]["request"]["request"])
            if answer.get("id") != number:
                continue  # an event, or the answer to what was given up
            if answer["type"] == "error":
                raise Refused(f"{method}: {answer['error']}: {answer['message']}")
            result: dict[str, Any] = answer["result"]
            return result


def go_to_window(firefox: Firefox, order: Order, *, method: str = "카드", button: str = PAY) -> None:
    firefox.open(order.url)
    firefox.click("radio", method)
    agree_and_press(firefox, button)
    firefox.sees("테스트 결제창")


def agree_and_press(firefox: Firefox, button: str) -> None:
    firefox.click("checkbox", "[필수] 주문 내용을 모두 확인했고, 결제에 동의해요.")
    firefox.click("button", button)


def fill(firefox: Firefox, texts: Mapping[str, str]) -> None:
    """Fields by what a screen reader calls them."""
    for name, text in texts.items():
        firefox.click("textbox", name)
        firefox.type(text)


def is_paid(firefox: Firefox, *, within_s: float = 15) -> None:
    firefox.sees("결제를 완료했어요", within_s=within_s)
    firefox.click("button", "여기에 머무르기")


@contextmanager
def running_firefox(
    shots: Path, logs: Path, *, name: str = "firefox", preferences: Mapping[str, Any] | None = None
) -> Iterator[Firefox]:
    """name: of its log. preferences: as in about:config."""
    path = os.environ.get("FIREFOX_PATH") or shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        _give_up("no Firefox: install firefox-esr")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        wanted = {**PREFERENCES, **(preferences or {})}
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in wanted.items())
        (Path(profile) / "user.js").write_text("\n".join(lines))
        command = [
            str(path),
            "--headless",
            "--no-remote",
            "--profile",
            profile,
            "--remote-debugging-port",
            "0",
        ]
        log = logs / f"{name}.log"
        log.unlink(missing_ok=True)
        program = Program(name, command, environ={**os.environ, "HOME": profile}, log=log)
        program.start()
        try:
            address = wait_for("address of Firefox", lambda: _address(log), within_s=60)
            with connect(f"{address}/session", max_size=None) as socket:
                yield Firefox(socket, shots)
        finally:
            program.stop()


def _address(log: Path) -> str | None:
    found = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text(errors="replace"))
    return found[1] if found else None


def _give_up(sentence: str) -> None:
    """A browser may be missing on somebody's desk, never on CI."""
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
