"""A buyer whose browser plays the gateway's script, and who loads a page again when it does not come."""

import html
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from app.chaos.forger import Forger
from app.chaos.http import NoAnswer, Reply, fetch
from app.chaos.pages import Launch, Return, launch_in
from app.chaos.plan import ACCOUNT, Plan, Try
from app.chaos.simulators import Payment, Simulator, simulators_at
from app.chaos.tally import Tally

PATIENCE_S = 60.0
ACCOUNT_PATIENCE_S = 20.0
LONGEST_PAUSE_S = 2.0
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 Chrome/131 Mobile Safari/537.36"
}
MOST_LAUNCHES = 4


class GaveUp(Exception):
    """The pages did not lead on: the session has ended, or somebody else is paying it."""


class Buyer:
    """web, sandbox: origins. notices: see Stage. tally: of what goes wrong."""

    def __init__(self, web: str, sandbox: str, *, notices: str, tally: Tally) -> None:
        self._web, self._tally = web, tally
        self._simulators = simulators_at(sandbox, self._ask)
        self._forger = Forger(notices, self._ask)

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
        if one.notice != "none":
            simulator.spoil_notice(one.notice, one.delay_s)
        back = simulator.use(launch, window, one)
        self._count(simulator, one)
        self._forge(launch, one)
        if back is not None and one.outcome != "leave":
            with ThreadPoolExecutor(one.returns) as tabs:
                list(tabs.map(self._come_back, [back] * one.returns))
        if one.method == ACCOUNT and one.outcome == "approve":
            self._wait_for_account(simulator, launch, one)

    def _count(self, simulator: Simulator, one: Try) -> None:
        wrongs = simulator.wrongs(one) | {"back": one.back, "notice": one.notice}
        for kind, what in wrongs.items():
            if kind != "deposit":
                self._tally.add(kind, what)

    def _forge(self, launch: Launch, one: Try, payment: Payment | None = None) -> None:
        if one.forged != "none":
            self._forger.tell(one, launch, payment)
            self._tally.add("forged", one.forged)

    def _wait_for_account(self, simulator: Simulator, launch: Launch, one: Try) -> None:
        """And go to the bank, unless the gateway was told to see to the deposit."""
        by_itself = one.deposit in ("early", "reversed_first") and "deposit" in simulator.takes
        account = None if by_itself else self._account_of(simulator, launch)
        if account is not None:
            self._forge(launch, one, account)
        if account is not None and one.deposit != "never":
            self._go_to_the_bank(simulator, account, one)
        if one.method == ACCOUNT:
            self._tally.add("deposit", one.deposit if "reversed" in one.deposit else "none")

    def _go_to_the_bank(self, simulator: Simulator, account: Payment, one: Try) -> None:
        """An account that the merchant has closed meanwhile takes nothing, and that is all right."""
        assert account.key is not None
        simulator.bank("deposit", account.key)
        if "reversed" in one.deposit:
            simulator.bank("take_back", account.key)
        if one.deposit == "reversed":
            simulator.bank("deposit", account.key)

    def _account_of(self, simulator: Simulator, launch: Launch) -> Payment | None:
        """The payment once its account is issued; None when that takes too long."""
        for _ in _growing_pauses(ACCOUNT_PATIENCE_S):
            for payment in simulator.payments(launch.order):
                if payment.waits and payment.key:
                    return payment
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
        method = "GET" if back.fields is None else "POST"
        self._ask(method, back.address, form=back.fields, charset=back.charset)

    def _wait_for_other_pages(self, session_id: str) -> None:
        """While a payment is being confirmed there is nothing to do but wait, as the page says."""
        for _ in _growing_pauses(PATIENCE_S):
            page = self._ask("GET", f"{self._web}/checkout/{session_id}/status?seen=processing")
            if page.status != 204:
                return

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


def _growing_pauses(patience_s: float) -> Iterator[None]:
    """Between one look and the next."""
    deadline, pause_s = time.monotonic() + patience_s, 0.25
    while time.monotonic() < deadline:
        yield
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
