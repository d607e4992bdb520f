"""The contract every gateway keeps. Plain values in and out: no Flask, no tables, no HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self

from app.settings import Settings


class Reason(StrEnum):
    """Why no money was taken, in our own words; every gateway's codes are mapped to these."""

    REFUSED = "card_declined"
    BALANCE = "insufficient_funds"
    LIMIT_ONCE = "payment_limit_exceeded"
    LIMIT_DAY = "daily_limit_exceeded"
    CARD_NUMBER = "invalid_card_number"
    CARD_EXPIRY = "invalid_card_expiry"
    PASSWORD = "wrong_password"  # noqa: S105  # the name of a reason
    STOPPED = "card_stopped"
    INSTALMENT = "installment_not_available"
    MINIMUM = "below_minimum_amount"
    AUTHENTICATION = "authentication_failed"
    METHOD = "method_unavailable"
    BANK_HOURS = "bank_closed"
    RISK = "blocked_by_risk"
    EXPIRED = "payment_window_expired"
    AMOUNT = "amount_mismatch"
    CONFIGURATION = "gateway_misconfigured"
    OTHER = "payment_failed"


class RefundReason(StrEnum):
    """Why a gateway would not give money back, in our own words; every gateway's codes are mapped to these."""

    NOT_POSSIBLE = "refund_not_possible"
    PARTIAL = "partial_refund_not_possible"
    TOO_LATE = "refund_period_over"
    ACCOUNT = "invalid_refund_account"
    BALANCE = "gateway_balance_differs"
    LIMIT = "refund_limit_exceeded"
    CONFIGURATION = "gateway_misconfigured"
    OTHER = "refund_refused"


@dataclass(frozen=True)
class Card:
    """issuer: our neutral id of the issuer ("hyundai"), or "unknown". number: masked by the gateway."""

    issuer: str
    number: str
    installment_months: int


@dataclass(frozen=True)
class Approved:
    """The gateway has taken the money. order_id and amount are what *it* says; the caller compares them.

    An adapter that finds a payment of another order says Unpaid or raises: it is not ours to keep or to cancel.
    """

    transaction_id: str
    order_id: str
    amount: int
    card: Card | None = None
    receipt_url: str | None = None


@dataclass(frozen=True)
class Declined:
    """An answer that proves that nothing was taken. gateway_message may be shown to the merchant, not to the
    buyer."""

    reason: Reason
    gateway_code: str
    gateway_message: str


@dataclass(frozen=True)
class Unpaid:
    """Nothing has been taken so far; a confirm may still succeed. gateway_status: for the logs."""

    gateway_status: str


@dataclass(frozen=True)
class BankAccount:
    """bank: our neutral id of the bank. number: digits only. holder: the name the bank knows."""

    bank: str
    number: str
    holder: str


@dataclass(frozen=True)
class Cancellation:
    """Money to be given back. Amounts: whole won.

    transaction_id: the gateway's name for the payment. method: what it was paid with.
    key: our own name of this cancellation, the same for every repeat; told to the gateway with the reason, so
    that it can be found again.
    amount: None gives back whatever is left.
    balance: what the payment held before the first try; the gateway refuses when it holds another amount, so
    what was asked twice is not done twice. None: nothing was asked yet, or it is not known.
    account: where the money goes when it cannot go back the way it came.
    earlier_errors: tries that were answered with an error that promises nothing.
    """

    transaction_id: str
    key: str
    method: str
    reason: str
    amount: int | None = None
    balance: int | None = None
    tax_free_amount: int = 0
    account: BankAccount | None = None
    earlier_errors: int = 0


@dataclass(frozen=True)
class Cancelled:
    """Given back as asked. transaction_id: the gateway's name for this very cancellation."""

    transaction_id: str


@dataclass(frozen=True)
class NotCancelled:
    """This cancellation has not been done so far. balance: what the payment holds now, in whole won."""

    balance: int


@dataclass(frozen=True)
class CancelRefused:
    """An answer that proves that nothing was given back, nor will be. gateway_message may be shown to the
    merchant."""

    reason: RefundReason
    gateway_code: str
    gateway_message: str


@dataclass(frozen=True)
class CancelPostponed:
    """Nothing was given back, but it will be possible later, such as after a bank's night."""

    gateway_code: str


@dataclass(frozen=True)
class Authorised:
    """The buyer came back from the gateway with what a confirm needs.

    fields: to be stored with the attempt before the confirm is sent. They are not yet believed.
    """

    fields: dict[str, str]


@dataclass(frozen=True)
class WindowClosed:
    """The buyer gave up at the gateway. Nothing was taken."""


@dataclass(frozen=True)
class Order:
    """What a gateway must know to let the buyer pay. amount: whole won. phone: E.164.

    approved_url and failed_url: where the buyer's browser is to come back.
    """

    order_id: str
    name: str
    amount: int
    tax_free_amount: int
    method: str
    customer_name: str
    customer_email: str
    customer_phone: str
    approved_url: str
    failed_url: str


@dataclass(frozen=True)
class ScriptLaunch:
    """The buyer's page loads `script_url` and our `static/js/launch/<launcher>.js` calls it with `params`.

    hosts: what the page's content security policy has to allow for it, by directive.
    """

    launcher: str
    script_url: str
    params: dict[str, Any]
    hosts: dict[str, list[str]] = field(default_factory=dict)


def plain(value: object, longest: int) -> str:
    """A gateway's word as it may be stored and shown: whatever it is, one line of at most `longest` characters.

    PostgreSQL takes no NUL, and neither database takes half a character (a lone surrogate); losing an approval
    over that would be worse than losing the character.
    """
    return "".join(letter for letter in str(value or "") if letter.isprintable())[:longest]


class Gateway(Protocol):
    """One merchant's contract with one gateway. Keys come in through open(), never from a global.

    secret_fields: names in its requests and answers whose values never reach a log.
    confirm_window: how long after the buyer's return the gateway still accepts a confirm.
    launch_window: how long a launched attempt can still lead to a return.
    """

    name: ClassVar[str]
    methods: ClassVar[frozenset[str]]
    secret_fields: ClassVar[frozenset[str]]
    confirm_window: ClassVar[timedelta]
    launch_window: ClassVar[timedelta]

    @classmethod
    def open(cls, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Self:
        """credentials: the opened JSON object of the gateway account."""
        ...

    @classmethod
    def sandbox_credentials(cls, merchant: str) -> dict[str, str]:
        """Credentials that the gateway's simulator takes as those of a merchant of this name (hex digits)."""
        ...

    def launch(self, order: Order) -> ScriptLaunch:
        """How to send the buyer to the gateway. Moves no money and may be asked again."""
        ...

    def read_return(
        self, *, outcome: str, fields: Mapping[str, str], order_id: str, amount: int
    ) -> Authorised | Declined | WindowClosed | None:
        """Understand what the buyer's browser brought back. outcome: "approved" or "failed", from our URL.

        None: the fields do not belong to this attempt, or make no sense; nothing may follow from them.
        """
        ...

    def confirm(
        self, *, returned: Mapping[str, str], order_id: str, amount: int, earlier_errors: int
    ) -> Approved | Declined:
        """Ask the gateway to take the money. amount: whole won as stored, never the browser's figure.

        earlier_errors: confirms of this attempt that were answered with an error that promises nothing.
        Raises GatewayUnreachable, GatewayMisconfigured (nothing was taken), or GatewayOutcomeUnknown: then
        call lookup.
        """
        ...

    def lookup(self, *, returned: Mapping[str, str] | None, order_id: str) -> Approved | Declined | Unpaid:
        """Ask what became of an attempt. Moves nothing. Raises GatewayError when there is no usable answer."""
        ...

    def find_cancel(self, what: Cancellation) -> Cancelled | NotCancelled:
        """Ask whether this very cancellation has been done. Moves nothing.

        Raises GatewayError when there is no usable answer.
        """
        ...

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
        """Give money back.

        Raises GatewayError: ask find_cancel what became of it; may then be repeated with the same key.
        """
        ...
