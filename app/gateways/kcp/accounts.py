"""Virtual accounts (가상계좌) at NHN KCP, after their issue."""

from collections.abc import Callable

from app import clock
from app.errors import GatewayMisconfigured
from app.gateways.base import Approved, CannotTell, Declined, Deposit, Issued, VirtualAccount
from app.gateways.kcp.answers import (
    APPROVED,
    CANCELLED,
    Answer,
    approved_by,
    check_order,
    issued_by,
    state_of,
)
from app.gateways.reasons import Reason


def state_of_account(
    inquire: Callable[[], Answer], *, order_id: str, tno: str, told: Deposit | None, receipts: str
) -> Approved | Issued | Declined | CannotTell:
    """Whether an inquiry tells how an account stands is not known, nor whether every shop may inquire. Where it tells
    nothing, what KCP's server told last is believed."""
    answer: Answer = {}
    try:
        answer = inquire()
    except GatewayMisconfigured as error:
        state = error.gateway_code
    else:
        check_order(answer, order_id)
        state = state_of(answer)
    if state == APPROVED:
        return approved_by(answer, order_id, receipts=receipts)
    if state == CANCELLED:
        return Declined(Reason.EXPIRED, state, "")
    if told is None:
        return CannotTell(state or "NO_STATE")
    if not told.reversed:
        return Approved(tno, order_id, told.amount)
    if answer:
        return issued_by(answer, order_id)
    account = VirtualAccount("unknown", told.account, "", told.at or clock.now())
    return Issued(tno, order_id, told.amount, account)
