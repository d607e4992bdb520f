"""The contract every gateway keeps. Plain values in and out: no Flask, no tables, no HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol, Self

from app.gateways.credentials import CredentialField, Examined
from app.gateways.orders import Launch, Order
from app.gateways.reasons import Reason, RefundReason
from app.gateways.receipts import ReceiptApi, SelfIssue
from app.settings import Settings


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
class VirtualAccount:
    """Where the buyer is to transfer the money. bank: our neutral id, or "unknown". number: as it is shown.

    holder: the name that the buyer's bank will show. due_at: until when the bank takes a transfer.
    """

    bank: str
    number: str
    holder: str
    due_at: datetime


@dataclass(frozen=True)
class Issued:
    """The gateway has issued a virtual account; no money has come, or what had come was taken back by the bank.

    order_id and amount are what *it* says. secret: what its notifications about this account carry.
    """

    transaction_id: str
    order_id: str
    amount: int
    account: VirtualAccount
    secret: str | None = None


@dataclass(frozen=True)
class CannotTell:
    """This gateway has no way to say what became of it. Not an error that may pass: asking again tells no more."""

    gateway_code: str


@dataclass(frozen=True)
class Declined:
    """An answer that proves that nothing was taken. gateway_code and gateway_message may be shown to the merchant, not
    to the buyer. is_mapped: whether the adapter knows what they mean; what it does not know is counted."""

    reason: Reason
    gateway_code: str
    gateway_message: str
    is_mapped: bool = field(default=True, compare=False)


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
    tax_free_balance: the tax-free part of what the payment holds before this; None where it never had one.
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
    tax_free_balance: int | None = None
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
    merchant. is_mapped: as of Declined."""

    reason: RefundReason
    gateway_code: str
    gateway_message: str
    is_mapped: bool = field(default=True, compare=False)


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
class Deposit:
    """Money that a notification says has come to a virtual account, or was taken back by the bank. amount: whole won.
    account: the number, digits only. at: when it moved, by the gateway's clock; None where that is not told. notice:
    the gateway's name for what it tells, the same however often it is repeated; "" where it has none."""

    amount: int
    account: str
    reversed: bool = False
    at: datetime | None = None
    notice: str = ""


@dataclass(frozen=True)
class Notification:
    """What a gateway's server says happened. It is believed only after the gateway was asked.

    order_id: our attempt. secret: what it brought to prove itself, where this kind brings anything.
    transaction_id: the gateway's name for the payment, where it tells it. deposit: where it is about one.
    """

    order_id: str
    secret: str | None = None
    transaction_id: str | None = None
    deposit: Deposit | None = None


@dataclass(frozen=True)
class Acknowledgement:
    """What tells the gateway's server that its notification was taken."""

    body: str
    mimetype: str


class WhenUnknown(StrEnum):
    """What is done about a confirm whose answer did not come.

    look_up: the gateway is asked by our order id; where nothing was taken, the same confirm is sent again with the same
    idempotency key.
    undo: the gateway takes back whatever came of it (망취소), and the buyer may try again.
    hold: neither exists. The session waits until a person has looked in the gateway's own console.
    """

    LOOK_UP = "look_up"
    UNDO = "undo"
    HOLD = "hold"


def plain(value: object, longest: int) -> str:
    """A gateway's word as it may be stored and shown: whatever it is, one line of at most `longest` characters.

    PostgreSQL takes no NUL, and neither database takes half a character (a lone surrogate); losing an approval
    over that would be worse than losing the character.
    """
    return "".join(letter for letter in str(value or "") if letter.isprintable())[:longest]


class Gateway(Protocol):
    """One merchant's contract with one gateway. Keys come in through open(), never from a global.

    credential_fields: what a merchant enters of the contract; no other member ever comes to open().
    secret_fields: names in its requests and answers whose values never reach a log.
    when_unknown: what is done about a confirm whose answer did not come. Where it is not look_up, a confirm is sent
    again only after GatewayUnreachable.
    confirm_window: how long after the buyer's return the gateway still accepts a confirm.
    launch_window: how long a launched attempt can still lead to a return.
    self_issue: who issues a cash receipt that no buyer asked for. receipt_api: how, where that is us and the shop wants
    it.
    close_script_url: the one script of the page at closed_url; None where the gateway has no use for that page.
    """

    name: ClassVar[str]
    methods: ClassVar[frozenset[str]]
    credential_fields: ClassVar[tuple[CredentialField, ...]]
    secret_fields: ClassVar[frozenset[str]]
    acknowledgement: ClassVar[Acknowledgement]

    @staticmethod
    def is_whole(body: bytes) -> bool:
        """Whether a notification came as this gateway writes them. One that was cut off or garbled on its way is not
        acknowledged, so that it is sent again."""

    when_unknown: ClassVar[WhenUnknown]
    confirm_window: ClassVar[timedelta]
    launch_window: ClassVar[timedelta]
    self_issue: ClassVar[SelfIssue]

    @classmethod
    def open(cls, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Self:
        """credentials: the opened JSON object of the gateway account."""
        ...

    @staticmethod
    def examine(credentials: Mapping[str, str]) -> Examined:
        """Look at credentials of the right form without asking anybody."""
        ...

    @classmethod
    def sandbox_credentials(cls, merchant: str) -> dict[str, str]:
        """Credentials that the gateway's simulator takes as those of a merchant of this name (hex digits)."""
        ...

    @property
    def close_script_url(self) -> str | None: ...

    @property
    def receipt_api(self) -> ReceiptApi | None: ...

    @classmethod
    def sandbox_merchant(cls, credentials: Mapping[str, str], *, name: str) -> str:
        """What the simulator calls the merchant of these credentials. name: as of sandbox_credentials()."""
        ...

    def launch(self, order: Order) -> Launch:
        """How to send the buyer to the gateway. Moves no money and may be asked again.

        Raises GatewayError where the gateway has to be asked first, and does not let the buyer in.
        """
        ...

    def read_return(
        self, *, outcome: str, fields: Mapping[str, str], order_id: str, amount: int, method: str
    ) -> Authorised | Declined | WindowClosed | None:
        """Understand what the buyer's browser brought back. outcome: "approved" or "failed", from our URL.
        method: as it was launched.

        None: the fields do not belong to this attempt, or make no sense; nothing may follow from them.
        """
        ...

    def confirm(
        self, *, returned: Mapping[str, str], order_id: str, amount: int, earlier_errors: int
    ) -> Approved | Issued | Declined:
        """Ask the gateway to take the money, or to issue an account that takes it.

        amount: whole won as stored, never the browser's figure.
        earlier_errors: confirms of this attempt that were answered with an error that promises nothing.
        Raises GatewayUnreachable, GatewayMisconfigured (nothing was taken), or GatewayOutcomeUnknown: then
        call lookup.
        """
        ...

    def lookup(
        self,
        *,
        returned: Mapping[str, str] | None,
        order_id: str,
        transaction_id: str | None = None,
        told: Notification | None = None,
    ) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """Ask what became of an attempt. Moves nothing. Raises GatewayError when there is no usable answer.

        returned: None when it was never confirmed. transaction_id: the gateway's name for the payment, once known.
        told: what the gateway's server told last, its sender and its fields already checked; an adapter believes its
        deposit only where the gateway cannot be asked about deposits at all.
        """
        ...

    def undo(
        self, *, returned: Mapping[str, str], order_id: str, amount: int
    ) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """Take back whatever came of a confirm whose answer did not come. Asked only where when_unknown is undo, only
        after that intent was committed, and perhaps more than once.

        Declined: nothing is taken, or not any more. Approved, Issued: it can no longer be taken back in this way.
        Raises GatewayError when it is still not known.
        """
        ...

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        """Understand what the gateway's server, or somebody else, has posted. source: the address that it came from.

        None: it is about no payment, makes no sense, or did not come from the gateway.
        """
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
