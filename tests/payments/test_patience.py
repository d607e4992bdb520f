"""Nobody takes a call for dead that may still be answered, however long a gateway is waited for."""

from datetime import timedelta

import pytest

from app.jobs.reconcile_attempts import claim_unsettled
from app.payments import attempts
from app.payments.patience import patience
from tests.support.buyer import begin, come_back
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session

LONGEST = timedelta(seconds=60)  # that can be set


@pytest.fixture
def gateway_timeout_s() -> str:
    return str(LONGEST.seconds)


@pytest.fixture
def confirming(world: World, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whoever was to send the confirm has died, or still waits for the answer: nobody can tell."""
    monkeypatch.setattr(attempts, "ask_and_record", lambda attempt_id, *, now: None)
    attempt_id = begin(make_session(world))
    come_back(sandbox, attempt_id)
    return attempt_id


def test_a_confirm_is_left_alone_while_its_answer_may_still_come(confirming: str) -> None:
    meanwhile = claim_unsettled(now=NOW + LONGEST, limit=8)
    afterwards = claim_unsettled(now=NOW + patience(), limit=8)

    assert (meanwhile, afterwards) == ([], [confirming])


def test_a_second_worker_waits_for_the_first_ones_answer(confirming: str) -> None:
    first_look = NOW + patience()
    claim_unsettled(now=first_look, limit=8)

    meanwhile = claim_unsettled(now=first_look + LONGEST, limit=8)
    afterwards = claim_unsettled(now=first_look + patience(), limit=8)

    assert (meanwhile, afterwards) == ([], [confirming])
