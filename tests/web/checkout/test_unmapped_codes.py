"""A refusal by a code that nobody here knows is counted; only the merchant sees it as it came."""

import pytest
from prometheus_client import REGISTRY

from app import clock
from app.gateways.base import Approved, CancelRefused, Declined
from app.gateways.reasons import Reason, RefundReason
from app.payments.outcomes import record_approval, record_refusal
from app.payments.refund_outcomes import record_refund_refusal
from app.payments.refunds import RefundOrder, refund_payment
from tests.support.buyer import attempt_now
from tests.web.checkout.browser import load, new_attempt
from tests.web.site import Site

CODE, SENTENCE = "ZZ99", "내부 단말기 설정 오류"


def counted(gateway: str, operation: str) -> float:
    labels = {"gateway": gateway, "operation": operation}
    return REGISTRY.get_sample_value("korea_checkout_gateway_codes_unmapped_total", labels) or 0.0


def refuse(site: Site, attempt_id: str, declined: Declined) -> str:
    """The gateway that refused."""
    with site.inside():
        record_refusal(attempt_id=attempt_id, declined=declined, now=clock.now())
        return attempt_now(attempt_id).gateway


@pytest.mark.parametrize(("is_mapped", "more"), [(False, 1), (True, 0)])
def test_an_unmapped_code_is_counted_once_by_its_gateway(site: Site, is_mapped: bool, more: int) -> None:
    _session_id, attempt_id = new_attempt(site)
    declined = Declined(Reason.OTHER, CODE, SENTENCE, is_mapped)
    before = counted("toss", "payment")

    told = [refuse(site, attempt_id, declined) for _ in range(2)]

    assert told == ["toss", "toss"]
    assert counted("toss", "payment") == before + more


def test_an_unmapped_code_is_shown_to_the_merchant_and_not_to_the_buyer(site: Site) -> None:
    session_id, attempt_id = new_attempt(site)

    refuse(site, attempt_id, Declined(Reason.OTHER, CODE, SENTENCE, is_mapped=False))

    failure = site.data_of(session_id)["failure"]
    assert (failure["gatewayCode"], failure["message"]) == (CODE, SENTENCE)
    assert (failure["code"], failure["retry"]) == ("payment_failed", "same_method")
    for page in (load(site, session_id), load(site, session_id, "?again=1")):
        assert "결제하지 못했어요" in page.text or page.all("input", name="confirm")
        assert CODE not in page.answer.text
        assert SENTENCE not in page.answer.text


def test_a_refund_refused_by_an_unmapped_code_is_counted_and_shown_to_the_merchant(site: Site) -> None:
    session_id, attempt_id = new_attempt(site)
    before = counted("toss", "refund")
    with site.inside():
        now, amount = clock.now(), attempt_now(attempt_id).amount
        approved = Approved("tviva_1", attempt_id, amount)
        record_approval(attempt_id=attempt_id, approved=approved, now=now)
        refund = refund_payment(session_id=session_id, order=RefundOrder(amount=None), now=now).id
        refused = CancelRefused(RefundReason.OTHER, CODE, SENTENCE, is_mapped=False)
        for _ in range(2):
            record_refund_refusal(refund, refused, now=now)

    [told] = site.data_of(session_id)["refunds"]
    assert counted("toss", "refund") == before + 1
    assert told["failure"] == {"code": "refund_refused", "message": SENTENCE, "gatewayCode": CODE}
