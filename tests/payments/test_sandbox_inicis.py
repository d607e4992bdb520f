"""KG Inicis from the window to the refund, over real HTTP with its simulator: on PC and on phones."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app import clock
from app.gateways.base import BankAccount
from app.gateways.inicis.codes import PUBLISHED_TEST_KEYS
from app.gateways.orders import Device
from app.payments.attempts import take_return
from app.payments.deposits import watch_account
from app.payments.notifications import apply_notification, store_notification
from app.payments.sessions import cancel_session
from tests.sandbox.ear import Ear, listening
from tests.support.buyer import attempt_now, begin, events_of, launch_at, session_now
from tests.support.inicis import DEVICES, Inicis, come_back, only_inicis, pay
from tests.support.refunds import ask, refund_now, work
from tests.support.sandbox import Sandbox
from tests.support.world import World, make_session

ACCOUNT = BankAccount("shinhan", "110123456789", "홍길동")
devices = pytest.mark.parametrize("device", DEVICES)


@pytest.fixture
def inicis(world: World, sandbox: Sandbox) -> Inicis:
    only_inicis(world)
    return Inicis(sandbox)


@pytest.fixture
def ear(inicis: Inicis) -> Iterator[Ear]:
    """Hears what Inicis' server tells of PC payments; phones are told to another address."""
    with listening("inicis", "OK") as ear:
        inicis.sim(f"mids/{PUBLISHED_TEST_KEYS['mid']}", noti_url=ear.url)
        yield ear
        inicis.sim(f"mids/{PUBLISHED_TEST_KEYS['mid']}", noti_url="")


@pytest.fixture
def switches(inicis: Inicis) -> Iterator[dict[str, str | int]]:
    """What a test sets is set back at its end."""
    changed: dict[str, str | int] = {}
    yield changed
    if changed:
        inicis.sim("switches", **changed)


def hear(attempt_id: str, ear: Ear, *, source: str = "127.0.0.1", number: int = -1) -> None:
    """Apply a notification that has come."""
    told = store_notification(
        account_id=attempt_now(attempt_id).gateway_account_id,
        content_type="application/x-www-form-urlencoded",
        body=ear.heard[number],
        source=source,
        now=clock.now(),
    )
    apply_notification(told, now=clock.now())


@devices
@pytest.mark.parametrize(
    "method", ["card", "bank_transfer", "mobile_phone", "kakao_pay", "naver_pay", "samsung_pay"]
)
def test_every_method_takes_the_money_once(world: World, inicis: Inicis, device: Device, method: str) -> None:
    session, attempt_id = pay(world, inicis, device=device, method=method)

    assert session_now(session).state == "completed"
    assert inicis.taken(attempt_id) == 29_000
    assert events_of(session) == ["payment.completed"]
    assert attempt_now(attempt_id).transaction_id == inicis.payments(attempt_id)[0]["paymentKey"]


@devices
def test_a_card_is_told_with_its_issuer_and_months(world: World, inicis: Inicis, device: Device) -> None:
    session = make_session(world, now=clock.now(), items=[{"name": "소파", "price": 60_000, "quantity": 1}],
                           subtotal=60_000, total_amount=60_000)  # fmt: skip
    attempt_id = begin(session, now=clock.now())

    come_back(inicis, attempt_id, device=device, card="04", quota="03")

    assert session_now(session).state == "completed"
    card = attempt_now(attempt_id).card
    assert card is not None
    assert (card["issuer"], card["installmentMonths"]) == ("hyundai", 3)
    assert "*" in card["number"]


@devices
def test_a_refused_card_leaves_the_session_to_be_paid_again(
    world: World, inicis: Inicis, device: Device
) -> None:
    session, attempt_id = pay(world, inicis, device=device, outcome="decline:SIMD")
    assert session_now(session).state == "failed"
    assert attempt_now(attempt_id).failure_reason == "card_stopped"

    again = begin(session, now=clock.now())
    come_back(inicis, again, device=device)

    assert session_now(session).state == "completed"
    assert (inicis.taken(attempt_id), inicis.taken(again)) == (0, 29_000)


@devices
def test_a_window_that_was_closed_gives_the_session_back(
    world: World, inicis: Inicis, device: Device, switches: dict[str, str | int]
) -> None:
    switches["pc_cancel"] = "closeUrl"
    inicis.sim("switches", pc_cancel="2001")

    session, attempt_id = pay(world, inicis, device=device, outcome="close")

    assert session_now(session).state == "pending"
    assert attempt_now(attempt_id).state == "abandoned"


@devices
@pytest.mark.parametrize("back", ["foreign_approval", "unknown_idc", "other_order", "without"])
def test_a_return_that_was_tampered_with_leads_to_no_call(
    world: World, inicis: Inicis, device: Device, back: str
) -> None:
    before = inicis.calls()

    session, attempt_id = pay(world, inicis, device=device, back=back)

    assert inicis.calls() == before
    assert (session_now(session).state, attempt_now(attempt_id).state) == ("processing", "launched")


def test_a_foreign_net_cancel_leads_to_no_call(world: World, inicis: Inicis) -> None:
    before = inicis.calls()

    pay(world, inicis, back="foreign_cancel")

    assert inicis.calls() == before


@devices
def test_a_return_that_comes_twice_takes_money_once(world: World, inicis: Inicis, device: Device) -> None:
    session = make_session(world, now=clock.now())
    attempt_id = begin(session, now=clock.now())
    fields = inicis.authorise(launch_at(attempt_id, device))

    for _ in range(2):
        take_return(attempt_id=attempt_id, outcome="approved", fields=fields, now=clock.now())

    assert session_now(session).state == "completed"
    assert inicis.taken(attempt_id) == 29_000


@pytest.mark.parametrize(
    ("device", "switch", "value", "default"),
    [
        (Device.DESKTOP, "idc", "ks", "stg"),
        (Device.DESKTOP, "return_charset", "euc-kr", "asked"),
        (Device.DESKTOP, "approval_verification", "required", "checked_if_sent"),
        (Device.DESKTOP, "chkfake", "required", "optional"),
        (Device.DESKTOP, "email_characters", "plain", "any"),
        (Device.DESKTOP, "isp_cards", "VCard", "Card"),
        (Device.DESKTOP, "duplicate_oid", "refused", "allowed"),
        (Device.DESKTOP, "client_ip", "caller", "unchecked"),
        (Device.DESKTOP, "v2_not_found_code", "9", "01"),
        (Device.PHONE, "mobile_charset", "euc-kr", "asked"),
        (Device.PHONE, "nvp_escaping", "percent", "raw"),
        (Device.PHONE, "mobile_return_amount", "absent", "given"),
        (Device.PHONE, "mobile_idc", "fc", "stg"),
        (Device.PHONE, "amt_hash", "required", "optional"),
        (Device.PHONE, "isp_cards", "VCard", "Card"),
        (Device.PHONE, "v2_inquiry_code", "00", "SUCCESS"),
    ],
)
def test_what_nobody_could_confirm_makes_no_difference(
    world: World,
    inicis: Inicis,
    switches: dict[str, str | int],
    device: Device,
    switch: str,
    value: str,
    default: str,
) -> None:
    """A payment by a card of BC, and one that is refused."""
    switches[switch] = default
    inicis.sim("switches", **{switch: value})

    paid, attempt_id = pay(world, inicis, device=device, card="11")
    refused, _ = pay(world, inicis, device=device, outcome="decline:SIMB")

    assert session_now(paid).state == "completed"
    assert inicis.taken(attempt_id) == 29_000
    assert session_now(refused).state == "failed"


# --- virtual accounts ---


@devices
def test_an_account_is_issued_and_paid_into(world: World, inicis: Inicis, device: Device) -> None:
    session, attempt_id = pay(world, inicis, device=device, method="virtual_account", bank="88")
    attempt = attempt_now(attempt_id)
    account, [payment] = attempt.virtual_account, inicis.payments(attempt_id)
    assert (session_now(session).state, attempt.state) == ("processing", "issued")
    assert account is not None
    assert (account["bank"], account["number"]) == ("shinhan", payment["account"])
    due = session_now(session).expires_at - clock.now()
    assert timedelta(hours=23, minutes=50) < due < timedelta(hours=24, minutes=1)

    inicis.sim("deposits", tid=payment["paymentKey"])
    watch_account(attempt_id, now=clock.now())

    assert session_now(session).state == "completed"
    assert events_of(session) == ["payment.virtual_account_issued", "payment.completed"]


def test_a_deposit_is_told_and_taken_back(world: World, inicis: Inicis, ear: Ear) -> None:
    session, attempt_id = pay(world, inicis, method="virtual_account")
    tid = inicis.payments(attempt_id)[0]["paymentKey"]

    inicis.sim("deposits", tid=tid)
    ear.wait_for(1)
    hear(attempt_id, ear)
    completed = session_now(session).state
    inicis.sim("reversals", tid=tid)
    ear.wait_for(2)
    hear(attempt_id, ear)

    assert (completed, session_now(session).state) == ("completed", "processing")
    assert "payment.deposit_reversed" in events_of(session)
    assert [ear.fields(number)["type_msg"] for number in (0, 1)] == ["0200", "0400"]


def test_a_notification_from_elsewhere_is_not_believed(world: World, inicis: Inicis, ear: Ear) -> None:
    session, attempt_id = pay(world, inicis, method="virtual_account")
    inicis.sim("deposits", tid=inicis.payments(attempt_id)[0]["paymentKey"])
    ear.wait_for(1)
    before = inicis.calls()

    hear(attempt_id, ear, source="198.51.100.7")

    assert session_now(session).state == "processing"
    assert inicis.calls() == before


def test_a_notification_of_money_that_is_not_there_changes_nothing(
    world: World, inicis: Inicis, ear: Ear
) -> None:
    session, attempt_id = pay(world, inicis, method="virtual_account")
    inicis.sim("forged-notices", tid=inicis.payments(attempt_id)[0]["paymentKey"])
    ear.wait_for(1)

    hear(attempt_id, ear)

    assert (session_now(session).state, attempt_now(attempt_id).state) == ("processing", "issued")


def test_a_deposit_is_refunded_to_an_account(world: World, inicis: Inicis) -> None:
    session, attempt_id = pay(world, inicis, method="virtual_account")
    inicis.sim("deposits", tid=inicis.payments(attempt_id)[0]["paymentKey"])
    watch_account(attempt_id, now=clock.now())

    parts = [ask(session_now(session), amount, account=ACCOUNT) for amount in (9_000, None)]
    left = []
    for part in parts:
        work(part)
        left.append(inicis.taken(attempt_id))

    assert [refund_now(part).state for part in parts] == ["succeeded", "succeeded"]
    assert left == [20_000, 0]


@pytest.mark.parametrize("method", ["card", "virtual_account"])
def test_the_second_version_of_its_api_gives_back_the_same(
    world: World, sandbox: Sandbox, method: str
) -> None:
    only_inicis(world, refund_version="2")
    inicis = Inicis(sandbox)
    session, attempt_id = pay(world, inicis, method=method)
    if method == "virtual_account":
        inicis.sim("deposits", tid=inicis.payments(attempt_id)[0]["paymentKey"])
        watch_account(attempt_id, now=clock.now())
    account = ACCOUNT if method == "virtual_account" else None
    left = []

    for amount in (9_000, None):
        work(ask(session_now(session), amount, account=account))
        left.append(inicis.taken(attempt_id))

    assert left == [20_000, 0]
    assert session_now(session).state == "refunded"
    asked = {path for path in inicis.calls() if "efund" in path}
    assert asked >= {"/v2/pg/partialRefund/vacct" if account else "/v2/pg/partialRefund"}


@devices
def test_an_account_is_closed_when_the_session_is_cancelled(
    world: World, inicis: Inicis, device: Device
) -> None:
    session, attempt_id = pay(world, inicis, device=device, method="virtual_account")

    cancel_session(session_id=session.id, now=clock.now())

    assert (session_now(session).state, attempt_now(attempt_id).state) == ("cancelled", "abandoned")
    assert inicis.payments(attempt_id)[0]["status"] == "CLOSED"


# --- refunds ---


@devices
@pytest.mark.parametrize("method", ["card", "bank_transfer"])
def test_money_is_given_back_in_parts(world: World, inicis: Inicis, device: Device, method: str) -> None:
    session, attempt_id = pay(world, inicis, device=device, method=method)
    left = []

    for amount in (10_000, 9_000, None):
        work(ask(session_now(session), amount))
        left.append(inicis.taken(attempt_id))

    assert left == [19_000, 10_000, 0]
    assert session_now(session).state == "refunded"


@pytest.mark.parametrize(
    "switch", ["refund_after_partial", "partial_to_zero", "prtc_tid", "already_cancelled"]
)
def test_the_last_part_is_given_back_whatever_the_contract_calls_it(
    world: World, inicis: Inicis, switches: dict[str, str | int], switch: str
) -> None:
    others = {
        "refund_after_partial": {"refund_after_partial": "accepted"},
        "partial_to_zero": {"partial_to_zero": "refused", "refund_after_partial": "accepted"},
        "prtc_tid": {"prtc_tid": "new"},
        "already_cancelled": {"already_cancelled": "detailResultCode"},
    }
    switches |= {
        "refund_after_partial": "refused",
        "partial_to_zero": "accepted",
        "prtc_tid": "original",
        "already_cancelled": "resultCode",
    }
    inicis.sim("switches", **others[switch])
    session, attempt_id = pay(world, inicis)

    for amount in (9_000, None):
        work(ask(session_now(session), amount))

    assert inicis.taken(attempt_id) == 0
    assert session_now(session).state == "refunded"


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after", "garbled", "system_error_after"])
def test_a_part_whose_answer_was_lost_is_given_back_once(world: World, inicis: Inicis, fault: str) -> None:
    session, attempt_id = pay(world, inicis)
    refund_id = ask(session_now(session), 9_000)
    inicis.sim("faults", target="refund", fault=fault, times=1)

    work(refund_id)

    assert refund_now(refund_id).state == "succeeded"
    assert inicis.taken(attempt_id) == 20_000


@pytest.mark.parametrize("fault", ["request_lost", "error_500_before", "system_error_before"])
def test_a_part_that_was_not_given_back_yet_is_asked_for_again(
    world: World, inicis: Inicis, fault: str
) -> None:
    session, attempt_id = pay(world, inicis)
    refund_id = ask(session_now(session), 9_000)
    inicis.sim("faults", target="refund", fault=fault, times=1)

    work(refund_id)

    assert refund_now(refund_id).state == "succeeded"
    assert inicis.taken(attempt_id) == 20_000


@pytest.mark.parametrize(
    ("code", "reason"),
    [("SIMI", "partial_refund_not_possible"), ("SIMJ", "refund_period_over"), ("SIMK", "gateway_misconfigured"),
     ("SIML", "refund_not_possible"), ("SIMM", "refund_limit_exceeded"), ("SIM7", "invalid_refund_account")],
)  # fmt: skip
def test_a_refused_refund_says_why(world: World, inicis: Inicis, code: str, reason: str) -> None:
    session, attempt_id = pay(world, inicis)
    refund_id = ask(session_now(session), 9_000, reason=f"sandbox:{code}")

    work(refund_id)

    assert (refund_now(refund_id).state, refund_now(refund_id).failure_reason) == ("failed", reason)
    assert inicis.taken(attempt_id) == 29_000


def test_what_was_cancelled_by_hand_is_not_given_back_again(world: World, inicis: Inicis) -> None:
    session, attempt_id = pay(world, inicis)
    inicis.sim("admin-cancels", tid=inicis.payments(attempt_id)[0]["paymentKey"])
    refund_id = ask(session_now(session), 9_000)

    work(refund_id)

    assert refund_now(refund_id).failure_reason == "gateway_balance_differs"
    assert inicis.taken(attempt_id) == 0
