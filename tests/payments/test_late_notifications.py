"""Notifications that cannot be applied when they come, because the gateway does not answer."""

from collections.abc import Iterator

import pytest

from app.errors import GatewayUnreachable
from app.jobs.apply_notifications import apply_due_notifications
from app.payments.notifications import store_notification
from app.payments.patience import patience
from tests.payments.test_deposits import MINUTE, issue
from tests.support.bank import Bank, every_account_at
from tests.support.buyer import attempt_now, session_now
from tests.support.world import NOW, World


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    with every_account_at(Bank(), monkeypatch) as bank:
        yield bank


def notify(attempt_id: str) -> None:
    account_id = attempt_now(attempt_id).gateway_account_id
    store_notification(account_id=account_id, content_type="", source="", body=attempt_id.encode(), now=NOW)


def test_it_is_applied_when_the_gateway_answers_again(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    notify(attempt_id)
    bank.state, bank.fault = "deposited", GatewayUnreachable()

    looked = [apply_due_notifications(now=NOW + age, limit=8) for age in (0 * MINUTE, patience() / 2, MINUTE)]

    assert looked == [1, 0, 1]
    assert session_now(session).state == "completed"


def test_it_is_looked_at_ever_less(world: World, bank: Bank) -> None:
    _session, attempt_id = issue(world, bank)
    notify(attempt_id)

    looks = []
    for minute in range(6 * 60):
        bank.fault = GatewayUnreachable()
        if apply_due_notifications(now=NOW + minute * MINUTE, limit=8):
            looks.append(minute)

    assert looks[:4] == [0, 1, 2, 3]
    assert looks[-1] - looks[-2] == 60
