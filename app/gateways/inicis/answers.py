"""What a payment at KG Inicis says of itself, whichever of its answers it is read from."""

from collections.abc import Mapping
from datetime import UTC, datetime

from app.clock import KST
from app.errors import GatewayOutcomeUnknown
from app.gateways.base import Approved, Card, Declined, Issued, VirtualAccount, plain
from app.gateways.inicis.codes import (
    BANK_NAMES,
    ISSUERS,
    MISCONFIGURED,
    MISMATCH,
    MONEY,
    OLD_ISSUERS,
    REFUSALS,
    UNREADABLE,
)
from app.gateways.inicis.text import first_that_fits, text_of, won
from app.gateways.reasons import Reason


def checked(
    fields: Mapping[str, str], names: Mapping[str, str], *, mid: str, order_id: str, amount: int
) -> str:
    """The transaction's name, of an answer that says the money is taken.

    names: how this answer calls mid, order_id, amount and transaction_id. Raises GatewayOutcomeUnknown when it is about
    anything but what was asked: then whatever was taken is to be taken back.
    """
    tid = text_of(fields, names["transaction_id"])
    same = (
        fields.get(names["mid"]) == mid
        and fields.get(names["order_id"]) == order_id
        and won(fields.get(names["amount"])) == amount
    )
    if not same or not is_tid(tid):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=MISMATCH)
    return tid


def approved_by_card(
    transaction_id: str, order_id: str, amount: int, *, code: str, number: str, months: str
) -> Approved:
    """code: of the card company, or of the easy-pay that paid by itself, or "" where there is no card."""
    card = None
    if code and code not in MONEY:
        issuer = ISSUERS.get(code) or OLD_ISSUERS.get(code, "unknown")
        card = Card(issuer, plain(number, 20), won(months) or 0)
    return Approved(transaction_id, order_id, amount, card)


def declined(code: str, sentence: str) -> Declined:
    """What a refusal means, by its code where that is one of ours to mend, else by the words of its sentence."""
    by_code = Reason.CONFIGURATION if code in MISCONFIGURED else None
    reason = first_that_fits(REFUSALS, sentence, by_code)
    return Declined(reason or Reason.OTHER, plain(code, 80), plain(sentence, 500), reason is not None)


def issued(transaction_id: str, order_id: str, amount: int, account: VirtualAccount | None) -> Issued:
    """An account that nobody could pay into is no account."""
    if account is None:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return Issued(transaction_id, order_id, amount, account)


def account_of(*, bank: str, number: str, holder: str, date: str, time: str = "") -> VirtualAccount | None:
    """date: YYYYMMDD. time: hhmmss or hhmm, without it the end of the day. None when nobody can pay into it."""
    due_at = _moment(date, time)
    if not number or due_at is None:
        return None
    return VirtualAccount(
        bank=BANK_NAMES.get(bank[-2:], "unknown"),
        number=plain(number, 30),
        holder=plain(holder, 100),
        due_at=due_at,
    )


def is_tid(text: str) -> bool:
    """Forty characters as documented, up to sixty-four as it advises; part of a signed text, so nothing odd in it."""
    return 30 <= len(text) <= 64 and text.isascii() and text.replace("_", "").isalnum()


def paid_in_month(transaction_id: str) -> str:
    """YYYYMM, which is a part of every transaction's name; "" where it is not."""
    month = transaction_id[20:26]
    return month if month.isdecimal() else ""


def _moment(date: str, time: str) -> datetime | None:
    time = time if time.strip("0") else "235959"
    try:
        moment = datetime.strptime(f"{date}{time:0<6}", "%Y%m%d%H%M%S")  # noqa: DTZ007  # Korea's, as said below
    except ValueError:
        return None
    return moment.replace(tzinfo=KST).astimezone(UTC)
