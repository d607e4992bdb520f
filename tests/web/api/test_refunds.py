from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.clock import to_wire
from app.database import db, transaction
from app.gateways.base import (
    Approved,
    Cancelled,
    CancelRefused,
)
from app.gateways.reasons import (
    RefundReason,
)
from app.ids import new_id
from app.payments.models import Refund
from app.payments.outcomes import record_approval
from app.payments.queries import live_attempt, refund_by_id
from app.payments.refund_outcomes import record_refund, record_refund_refusal
from app.payments.session_coupons import apply_coupon
from app.payments.states import SessionState
from app.shops.keys import add_key
from app.shops.models import Shop
from tests.support.buyer import begin
from tests.support.coupons import make_coupon
from tests.support.world import NOW, make_session, make_world
from tests.web.checkout.states import session_that_is
from tests.web.site import READ, Site, assert_error

S = SessionState
SAMPLE = {"amount": 10000, "reason": "고객 요청 환불", "notify_customer": True}
ACCOUNT = {"bank": "shinhan", "number": "110-123-456789", "holder": "홍길동"}


def ask(site: Site, session_id: str, body: object = None, **kwargs: Any) -> TestResponse:
    return site.send("POST", f"{READ}{session_id}/refund", json={} if body is None else body, **kwargs)


def preview(site: Site, session_id: str, body: object = None, **kwargs: Any) -> TestResponse:
    return site.send(
        "POST", f"{READ}{session_id}/refund/preview", json={} if body is None else body, **kwargs
    )


def asked(site: Site, session_id: str, body: object = None) -> str:
    answer = ask(site, session_id, body)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["refundId"])


def succeed(site: Site, refund_id: str) -> None:
    with site.inside():
        record_refund(refund_id, Cancelled("txrd_1"), now=NOW)


def fail(site: Site, refund_id: str) -> None:
    refused = CancelRefused(RefundReason.TOO_LATE, "EXCEED_MAX_REFUND_DUE", "환불 가능한 기간이 지났습니다.")
    with site.inside():
        record_refund_refusal(refund_id, refused, now=NOW)


def stored(site: Site, refund_id: str) -> Refund:
    with site.inside():
        found = refund_by_id(refund_id)
        assert found is not None
        return found


@pytest.fixture
def paid(site: Site) -> str:
    """A session of 29 000 won, paid by card."""
    return session_that_is(site, S.COMPLETED)


def test_the_sample_of_the_documentation_is_answered_to_the_letter(site: Site, paid: str) -> None:
    answer = ask(site, paid, SAMPLE)

    assert answer.status_code == 200
    content = answer.get_json()
    refund = stored(site, content["refundId"])
    assert content == {
        "refundId": refund.id,
        "status": "processing",
        "amount": 10000,
        "reason": "고객 요청 환불",
        "processedAt": to_wire(refund.created_at),
    }
    assert refund.id.startswith("ref_")
    assert refund.notify_customer is True


def test_an_empty_body_refunds_everything(site: Site, paid: str) -> None:
    content = ask(site, paid, {}).get_json()

    assert (content["amount"], content["reason"]) == (29000, None)


def test_null_means_not_said(site: Site, paid: str) -> None:
    body = dict.fromkeys(["amount", "reason", "expected_refundable", "taxFreeAmount", "refundAccount"])

    assert ask(site, paid, body).get_json()["amount"] == 29000


def test_a_refund_is_read_through_its_whole_life(site: Site, paid: str) -> None:
    refund_id = asked(site, paid, SAMPLE)

    before = site.send("GET", f"/api/refunds/{refund_id}").get_json()
    succeed(site, refund_id)
    after = site.send("GET", f"/api/refunds/{refund_id}").get_json()

    assert (before["status"], before["gatewayRefundId"]) == ("processing", None)
    assert after == {
        **before,
        "status": "succeeded",
        "gatewayRefundId": "txrd_1",
        "processedAt": to_wire(NOW),
    }
    assert after["sessionId"] == paid
    assert (after["notifyCustomer"], after["taxFreeAmount"], after["livemode"]) == (True, 0, False)
    assert after["failure"] is None


def test_a_refund_that_failed_tells_why(site: Site, paid: str) -> None:
    refund_id = asked(site, paid)
    fail(site, refund_id)

    content = site.send("GET", f"/api/refunds/{refund_id}").get_json()

    assert content["status"] == "failed"
    assert content["failure"] == {
        "code": "refund_period_over",
        "message": "환불 가능한 기간이 지났습니다.",
        "gatewayCode": "EXCEED_MAX_REFUND_DUE",
    }


def test_a_session_tells_its_refunds(site: Site, paid: str) -> None:
    first, second, third = (asked(site, paid, {"amount": amount}) for amount in (5000, 6000, 7000))
    succeed(site, first)
    fail(site, second)

    data = site.data_of(paid)

    assert data["status"] == "partially_refunded"
    assert data["amounts"]["refunded"] == 5000
    assert data["amounts"]["refundable"] == 29000 - 5000 - 7000
    assert [(refund["refundId"], refund["status"]) for refund in data["refunds"]] == [
        (first, "succeeded"),
        (second, "failed"),
        (third, "processing"),
    ]
    assert data["refunds"][0] == site.send("GET", f"/api/refunds/{first}").get_json()


def test_an_unpaid_session_has_nothing_refundable(site: Site) -> None:
    amounts = site.data_of(session_that_is(site, S.PENDING))["amounts"]

    assert (amounts["refunded"], amounts["refundable"]) == (0, 0)


@pytest.mark.parametrize("call", [ask, preview])
class TestRefusals:
    @pytest.mark.parametrize(
        "state", [S.PENDING, S.PROCESSING, S.FAILED, S.CANCELLED, S.EXPIRED], ids=lambda state: state.value
    )
    def test_a_session_that_is_not_paid(self, site: Site, call: Any, state: S) -> None:
        session_id = session_that_is(site, state)

        details = assert_error(call(site, session_id), 409, "session_not_paid")

        assert details["status"] == state

    def test_a_session_that_is_refunded(self, site: Site, call: Any) -> None:
        session_id = session_that_is(site, S.REFUNDED)

        assert_error(call(site, session_id, {"amount": 1}), 409, "nothing_to_refund")

    def test_more_than_is_left(self, site: Site, call: Any, paid: str) -> None:
        asked(site, paid, {"amount": 17400})

        details = assert_error(call(site, paid, {"amount": 17400}), 400, "refund_exceeds_balance", "amount")

        assert (details["amount"], details["refundable"]) == (17400, 11600)

    def test_a_balance_that_changed(self, site: Site, call: Any, paid: str) -> None:
        asked(site, paid, {"amount": 1000, "expected_refundable": 29000})
        body = {"amount": 1000, "expected_refundable": 29000}

        details = assert_error(call(site, paid, body), 409, "refund_balance_changed")

        assert (details["expected"], details["refundable"]) == (29000, 28000)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"amount": 0}, "amount"),
            ({"amount": -1}, "amount"),
            ({"amount": 1.5}, "amount"),
            ({"amount": "10000"}, "amount"),
            ({"amount": True}, "amount"),
            ({"amount": 10**9 + 1}, "amount"),
            ({"amount": 10**40}, "amount"),
            ({"reason": ""}, "reason"),
            ({"reason": "  "}, "reason"),
            ({"reason": "a\nb"}, "reason"),
            ({"reason": "\x00"}, "reason"),
            ({"reason": "가" * 201}, "reason"),
            ({"reason": 1}, "reason"),
            ({"notify_customer": "yes"}, "notify_customer"),
            ({"notifyCustomer": True}, "notifyCustomer"),
            ({"expected_refundable": -1}, "expected_refundable"),
            ({"taxFreeAmount": 1}, "taxFreeAmount"),
            ({"refundAccount": "1"}, "refundAccount"),
            ({"refundAccount": {**ACCOUNT, "bank": "nobank"}}, "refundAccount.bank"),
            ({"refundAccount": {**ACCOUNT, "number": "12345"}}, "refundAccount.number"),
            ({"refundAccount": {**ACCOUNT, "number": "1" * 21}}, "refundAccount.number"),
            ({"refundAccount": {**ACCOUNT, "number": "110-abc-456789"}}, "refundAccount.number"),
            ({"refundAccount": {**ACCOUNT, "number": "١٢٣٤٥٦٧"}}, "refundAccount.number"),
            ({"refundAccount": {**ACCOUNT, "holder": " "}}, "refundAccount.holder"),
            ({"refundAccount": {"bank": "004", "number": "1234567"}}, "refundAccount.holder"),
            ({"refundAccount": {**ACCOUNT, "more": 1}}, "refundAccount.more"),
            ({"unknown": 1}, "unknown"),
        ],
    )
    def test_a_bad_field(self, site: Site, call: Any, paid: str, body: object, field: str) -> None:
        before = site.rows()

        assert_error(call(site, paid, body), 400, "invalid_parameter", field)

        assert site.rows() == before

    @pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"1", b"{", b"\xff"])
    def test_a_body_that_is_no_object(self, site: Site, call: Any, paid: str, raw: bytes) -> None:
        path = f"{READ}{paid}/refund" + ("/preview" if call is preview else "")

        answer = site.send("POST", path, data=raw, content_type="application/json")

        assert_error(answer, 400, "invalid_json")

    @pytest.mark.parametrize("session_id", ["cs_" + "0" * 32, "cs_x", "0", "cs_%00", "가" * 50])
    def test_an_unknown_session(self, site: Site, call: Any, session_id: str) -> None:
        assert_error(call(site, session_id), 404, "invalid_session", "sessionId")


class TestRefundAccount:
    def test_a_card_payment_takes_none(self, site: Site, paid: str) -> None:
        assert_error(
            ask(site, paid, {"refundAccount": ACCOUNT}), 400, "refund_account_not_needed", "refundAccount"
        )

    @pytest.fixture
    def paid_by_account(self, site: Site, paid: str) -> str:
        with site.inside(), transaction():
            attempt = live_attempt(paid)
            assert attempt is not None
            attempt.method = "virtual_account"
        return paid

    def test_a_paid_virtual_account_needs_one(self, site: Site, paid_by_account: str) -> None:
        assert_error(ask(site, paid_by_account), 400, "refund_account_required", "refundAccount")
        assert preview(site, paid_by_account).get_json()["refundAccountRequired"] is True

    @pytest.mark.parametrize("bank", ["shinhan", "088"])
    def test_it_is_taken_and_never_told_again(self, site: Site, paid_by_account: str, bank: str) -> None:
        refund_id = asked(site, paid_by_account, {"refundAccount": {**ACCOUNT, "bank": bank}})

        account = stored(site, refund_id).account
        assert account is not None
        seen = site.send("GET", f"/api/refunds/{refund_id}").text + str(site.data_of(paid_by_account))
        for secret in ("110123456789", "110-123-456789"):
            assert secret not in seen + account


def test_a_preview_tells_all_and_writes_nothing(site: Site, paid: str) -> None:
    succeed(site, asked(site, paid, {"amount": 5000}))
    asked(site, paid, {"amount": 4000})
    before = site.rows()

    content = preview(site, paid, {"amount": 8000, "reason": "x"}).get_json()

    assert content == {
        "sessionId": paid,
        "amount": 8000,
        "taxFreeAmount": 0,
        "paidAmount": 29000,
        "refundedAmount": 5000,
        "processingAmount": 4000,
        "refundableAmount": 20000,
        "remainingAmount": 12000,
        "statusAfter": "partially_refunded",
        "refundAccountRequired": False,
        "coupon": None,
    }
    assert preview(site, paid).get_json()["statusAfter"] == "refunded"
    assert site.rows() == before


@pytest.mark.parametrize(("body", "returned"), [({"amount": 1000}, False), ({}, True)])
def test_a_preview_tells_what_becomes_of_the_coupon(site: Site, body: dict[str, Any], returned: bool) -> None:
    with site.inside():
        code = make_coupon(site.world, code=f"RETURNED-{returned}").code
        session = make_session(site.world)
        apply_coupon(session_id=session.id, code=code, now=NOW)
        attempt_id = begin(session)
        record_approval(attempt_id=attempt_id, approved=Approved("tviva_1", attempt_id, 26100), now=NOW)
        session_id = session.id

    content = preview(site, session_id, body).get_json()

    assert content["paidAmount"] == 26100
    assert content["coupon"] == {"code": code, "returned": returned}


class TestKeys:
    @pytest.fixture
    def others(self, site: Site) -> list[str]:
        """Keys that may not see the test shop: another merchant's, the other mode's, another shop's."""
        with site.inside():
            stranger = make_world()
            with transaction():
                shop_id = new_id("shop")
                db.session.add(
                    Shop(id=shop_id, merchant_id=site.world.merchant_id, name="둘째 상점", created_at=NOW)
                )
                db.session.flush()
                restricted = add_key(
                    merchant_id=site.world.merchant_id, livemode=False, shop_id=shop_id, now=NOW
                )
        return [stranger.test_key, site.world.live_key, restricted]

    def test_others_see_nothing(self, site: Site, paid: str, others: list[str]) -> None:
        refund_id = asked(site, paid, {"amount": 1000})
        before = site.rows()

        for key in others:
            assert_error(ask(site, paid, key=key), 404, "invalid_session")
            assert_error(preview(site, paid, key=key), 404, "invalid_session")
            assert_error(site.send("GET", f"/api/refunds/{refund_id}", key=key), 404, "invalid_refund")
            answer = site.send("GET", "/api/refunds", key=key, query_string={"sessionId": paid})
            assert_error(answer, 404, "invalid_session")
            assert site.send("GET", "/api/refunds", key=key).get_json()["data"] == []

        assert site.rows() == before

    def test_without_a_key_there_is_no_answer(self, site: Site, paid: str) -> None:
        for method, path in (
            ("POST", f"{READ}{paid}/refund"),
            ("POST", f"{READ}{paid}/refund/preview"),
            ("GET", "/api/refunds/ref_" + "0" * 32),
            ("GET", "/api/refunds"),
        ):
            assert_error(site.send(method, path, key=None, json={}), 401, "invalid_api_key")


@pytest.mark.parametrize("refund_id", ["ref_" + "0" * 32, "ref_x", "0", "ref_%00", "cs_" + "0" * 32])
def test_an_unknown_refund_is_told_as_such(site: Site, refund_id: str) -> None:
    assert_error(site.send("GET", f"/api/refunds/{refund_id}"), 404, "invalid_refund", "refundId")


class TestLists:
    @pytest.fixture
    def refunds(self, site: Site, paid: str) -> list[str]:
        """Five of one session, the oldest first: one succeeded, one failed, three under way."""
        made = [asked(site, paid, {"amount": 1000}) for _ in range(5)]
        succeed(site, made[0])
        fail(site, made[1])
        return made

    def ids(self, site: Site, **query: object) -> tuple[list[str], str | None]:
        content = site.send("GET", "/api/refunds", query_string=query).get_json()
        assert content["success"] is True
        return [refund["refundId"] for refund in content["data"]], content["nextCursor"]

    def test_a_sessions_refunds_come_newest_first(self, site: Site, paid: str, refunds: list[str]) -> None:
        assert self.ids(site, sessionId=paid) == (refunds[::-1], None)

    def test_pages_follow_each_other(self, site: Site, paid: str, refunds: list[str]) -> None:
        seen: list[str] = []
        cursor: str | None = None
        for _page in range(3):
            query = {"sessionId": paid, "limit": 2, **({"cursor": cursor} if cursor else {})}
            found, cursor = self.ids(site, **query)
            seen += found

        assert seen == refunds[::-1]
        assert cursor is None

    @pytest.mark.parametrize(("status", "count"), [("processing", 3), ("succeeded", 1), ("failed", 1)])
    def test_a_status_chooses(
        self, site: Site, paid: str, refunds: list[str], status: str, count: int
    ) -> None:
        assert len(self.ids(site, sessionId=paid, status=status)[0]) == count

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"limit": "0"}, "limit"),
            ({"limit": "101"}, "limit"),
            ({"limit": "x"}, "limit"),
            ({"status": "done"}, "status"),
            ({"session_id": "x"}, "session_id"),
        ],
    )
    def test_a_bad_parameter_is_refused(self, site: Site, query: dict[str, str], field: str) -> None:
        answer = site.send("GET", "/api/refunds", query_string=query)

        assert_error(answer, 400, "invalid_parameter", field)

    def test_a_cursor_of_nothing_is_refused(self, site: Site) -> None:
        answer = site.send("GET", "/api/refunds", query_string={"cursor": "ref_x"})

        assert_error(answer, 400, "invalid_parameter", "cursor")

    def test_nothing_of_the_database_is_left_out(self, site: Site, refunds: list[str]) -> None:
        with site.inside():
            stored_ids = set(db.session.scalars(select(Refund.id).where(Refund.livemode.is_(False))))

        assert set(self.ids(site, limit=100)[0]) <= stored_ids
        assert set(refunds) <= set(self.ids(site, limit=100)[0])
