"""A buyer whose browser plays the gateway's script, and who loads a page again when it does not come."""

import html
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from app.chaos.http import NoAnswer, Reply, fetch
from app.chaos.plan import ACCOUNT, Plan, Try
from app.chaos.simulators import (
    NOT_IN_AN_ORDER_NUMBER,
    Launch,
    Return,
    Simulator,
    launch_in,
    simulators_at,
)

PATIENCE_S = 60.0
ACCOUNT_PATIENCE_S = 20.0
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 Chrome/131 Mobile Safari/537.36"
}
MOST_LAUNCHES = 4


class GaveUp(Exception):
    """The pages did not lead on: the session has ended, or somebody else is paying it."""


class Buyer:
    """web, sandbox: origins."""

    def __init__(self, web: str, sandbox: str) -> None:
        self._web = web
        self._simulators = simulators_at(sandbox, self._ask)

    def pay(self, session_id: str, plan: Plan) -> None:
        """Every try of the plan, until the pages do not lead on."""
        for one in plan.tries:
            try:
                self._try(session_id, one)
            except GaveUp:
                self._wait_for_other_pages(session_id)

    def _try(self, session_id: str, one: Try) -> None:
        launch = self._launch(session_id, one)
        simulator = self._simulators[launch.gateway]
        window = simulator.enter(launch)
        back = simulator.use(launch, window, one)
        if back is not None and one.outcome != "leave":
            with ThreadPoolExecutor(one.returns) as tabs:
                list(tabs.map(self._come_back, [back] * one.returns))
        if one.method == ACCOUNT and one.outcome == "approve":
            self._go_to_the_bank(simulator, launch, one.deposit)

    def _go_to_the_bank(self, simulator: Simulator, launch: Launch, deposit: str) -> None:
        """An account that the merchant has closed meanwhile takes nothing, and that is all right."""
        key = self._account_of(simulator, launch)
        if key is None or deposit == "never":
            return
        simulator.bank("deposit", key)
        if deposit == "reversed":
            simulator.bank("take_back", key)
            simulator.bank("deposit", key)

    def _account_of(self, simulator: Simulator, launch: Launch) -> str | None:
        """The payment's key once its account is issued; None when that takes too long."""
        told = json.dumps(launch.params)
        deadline = time.monotonic() + ACCOUNT_PATIENCE_S
        while time.monotonic() < deadline:
            for payment in simulator.payments():
                if payment.waits and payment.key and payment.order in NOT_IN_AN_ORDER_NUMBER.sub("", told):
                    return payment.key
            time.sleep(0.5)
        return None

    def _launch(self, session_id: str, one: Try) -> Launch:
        device = PHONE if one.phone else {}
        page = self._ask("GET", f"{self._web}/checkout/{session_id}?again=1", headers=device)
        token = TOKEN.search(page.text)
        if token is None:
            raise GaveUp
        form = {"csrf_token": html.unescape(token[1]), "method": one.method, "confirm": "y"}
        sent = self._ask("POST", f"{self._web}/checkout/{session_id}/attempts", form=form, headers=device)
        address = self._web + urlsplit(sent.location).path
        for _ in range(MOST_LAUNCHES):  # a gateway that lets nobody in leads to the next one
            shown = self._ask("GET", address, headers=device)
            if shown.status != 303:
                break
            address = self._web + urlsplit(shown.location).path
        found = launch_in(shown.text, self._web)
        if found is None:
            raise GaveUp
        return found

    def _come_back(self, back: Return) -> None:
        self._ask("GET" if back.fields is None else "POST", back.address, form=back.fields)

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
