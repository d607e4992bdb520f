"""What a gateway is told of an order, and how the buyer is sent there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Device(StrEnum):
    """What the buyer pays on: some gateways have a window for each."""

    DESKTOP = "desktop"
    PHONE = "phone"


@dataclass(frozen=True)
class CashReceipt:
    """purpose: "income" (소득공제, a person's) or "expense" (지출증빙, a business's).

    number: digits of a mobile phone, a cash receipt card, or a business.
    """

    purpose: str
    number: str


@dataclass(frozen=True)
class Choice:
    """What the buyer chose on our page already; None leaves it to the gateway's window.

    issuer, bank: our neutral ids. installment_months: 0 is at once.
    """

    issuer: str | None = None
    installment_months: int | None = None
    bank: str | None = None
    cash_receipt: CashReceipt | None = None


@dataclass(frozen=True)
class Order:
    """What a gateway must know to let the buyer pay. amount: whole won. phone: E.164.

    approved_url and failed_url: where the buyer's browser is to come back; a gateway that knows but one address is
    given approved_url. closed_url: a page of ours for the gateway's window to open when the buyer closes it.
    notice_url: where the gateway's server may tell us of this payment, where that is told with each order.
    due_at: until when a virtual account is to take the money.
    interest_free: months without interest that the shop pays for, by our id of the issuer.
    browser_app: the app whose own browser the buyer is in on an iPhone ("naver", "kakaotalk" …), so that a card app can
    lead back there; None where there is none, or nobody knows it.
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
    closed_url: str
    notice_url: str
    due_at: datetime
    device: Device = Device.DESKTOP
    choice: Choice = field(default_factory=Choice)
    interest_free: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    browser_app: str | None = None


@dataclass(frozen=True)
class ScriptLaunch:
    """The buyer's page loads `script_url` and our `static/js/launch/<launcher>.js` calls it with `params`.

    hosts: what the page's content security policy has to allow for it, by directive.
    blocking: the script writes into the page while it loads, so it can be neither `async` nor a module.
    asked: the gateway was asked for this launch, and answered.
    """

    launcher: str
    script_url: str
    params: dict[str, Any]
    hosts: dict[str, list[str]] = field(default_factory=dict)
    blocking: bool = False
    asked: bool = False


@dataclass(frozen=True)
class FormLaunch:
    """The buyer's browser posts `fields` to `url`, as a whole page.

    charset: in which the gateway reads them; characters that it does not have were replaced by the adapter.
    hosts, asked: as of a ScriptLaunch.
    """

    url: str
    fields: dict[str, str]
    charset: str = "utf-8"
    hosts: dict[str, list[str]] = field(default_factory=dict)
    asked: bool = False


Launch = ScriptLaunch | FormLaunch
