"""A buyer whose browser plays the gateway's script, and who loads a page again when it does not come."""

import html
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from app.chaos.http import NoAnswer, Reply, fetch
from app.chaos.plan import Plan, Try

PATIENCE_S = 60.0
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LAUNCH = re.compile(r"data-launch='([^']+)'")


class GaveUp(Exception):
    """The pages did not lead on: the session has ended, or somebody else is paying it."""


class Buyer:
    """web, sandbox: origins."""

    def __init__(self, web: str, sandbox: str) -> None:
        self._web = web
        self._sandbox = sandbox

    def pay(self, session_id: str, plan: Plan) -> None:
        """Every try of the plan, until the pages do not lead on."""
        for one in plan.tries:
            try:
                self._try(session_id, one)
            except GaveUp:
                self._wait_for_other_pages(session_id)

    def _try(self, session_id: str, one: Try) -> None:
        launch = self._launch(session_id, one.method)
        window = self._open_window(launch)
        outcome = "approve" if one.outcome == "leave" else one.outcome
        form = {"outcome": outcome, "fault": one.fault, "delay_s": str(one.delay_s)}
        back = self._ask("POST", window, form=form).location
        if one.outcome != "leave":
            with ThreadPoolExecutor(one.returns) as tabs:
                list(tabs.map(self._come_back, [back] * one.returns))

    def _launch(self, session_id: str, method: str) -> dict[str, Any]:
        page = self._ask("GET", f"{self._web}/checkout/{session_id}?again=1")
        token = TOKEN.search(page.text)
        if token is None:
            raise GaveUp
        form = {"csrf_token": html.unescape(token[1]), "method": method, "confirm": "y"}
        sent = self._ask("POST", f"{self._web}/checkout/{session_id}/attempts", form=form)
        found = LAUNCH.search(self._ask("GET", self._web + urlsplit(sent.location).path).text)
        if found is None:
            raise GaveUp
        launch: dict[str, Any] = json.loads(html.unescape(found[1]))
        return launch

    def _open_window(self, launch: dict[str, Any]) -> str:
        body = {
            "clientKey": launch["clientKey"],
            "customerKey": launch["customerKey"],
            **launch["request"],
        }
        answer = self._ask("POST", f"{self._sandbox}/toss/sim/window-requests", body=body)
        return str(answer.json()["windowUrl"])

    def _come_back(self, address: str) -> None:
        self._ask("GET", address)

    def _wait_for_other_pages(self, session_id: str) -> None:
        """While a payment is being confirmed there is nothing to do but wait, as the page says."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            page = self._ask("GET", f"{self._web}/checkout/{session_id}/status?seen=processing")
            if page.status != 204:
                return
            time.sleep(0.5)

    def _ask(self, method: str, url: str, **content: Any) -> Reply:
        """Again and again, like somebody who loads a page anew until it comes."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return fetch(method, url, **content)
            except NoAnswer:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
