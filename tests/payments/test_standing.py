"""Which of several notifications of a deposit stands, in whatever order they came."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from app.gateways.base import Deposit, Notification
from app.payments.deposits import standing

AT = datetime(2026, 8, 1, 3, 0, tzinfo=UTC)


def told(kind: str, second: int | None, notice: str = "") -> Notification:
    at = None if second is None else AT + timedelta(seconds=second)
    return Notification(
        "pay_1", deposit=Deposit(29_000, "562", reversed=kind == "went", at=at, notice=notice)
    )


@pytest.mark.parametrize(
    ("notices", "kind"),
    [
        ([("came", 0, "1")], "came"),
        ([("came", 0, "1"), ("went", 5, "2")], "went"),
        ([("came", 0, "1"), ("went", 5, "2"), ("came", 9, "3")], "came"),
        ([("came", 0, "1"), ("went", 0, "2")], "went"),
        ([("came", 0, ""), ("went", 0, "")], "went"),
        ([("came", 0, "1"), ("went", 5, "2"), ("came", 5, "3")], "came"),
        ([("came", 0, "1"), ("went", 0, "2"), ("came", 0, "3")], "came"),
        ([("came", 0, "1"), ("came", 0, "1"), ("went", 0, "2")], "went"),
        ([("came", 0, "1"), ("went", 5, "2"), ("went", 5, "2"), ("came", 5, "3")], "came"),
        ([("came", None, ""), ("went", None, "")], "went"),
    ],
    ids=str,
)
def test_what_stands_is_the_same_in_every_order(notices: list[tuple[str, int, str]], kind: str) -> None:
    for order in permutations(notices):
        found = standing([told(*one) for one in order])

        assert found is not None
        assert found.deposit is not None
        assert found.deposit.reversed is (kind == "went")


def test_where_nothing_was_told_nothing_stands() -> None:
    assert standing([]) is None
