"""What a payment method must say about itself."""

import secrets
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from app.sandbox.toss.errors import TossError

MAX_VALID_HOURS = 2160

Options = Mapping[
    str, Any
]  # the method's own object in requestPayment, e.g. `card: {…}`; checked, {} when absent


class Method(ABC):
    """One `method` of requestPayment. Amounts are whole won."""

    request_name: ClassVar[str]  # value of `method` in requestPayment
    options_name: ClassVar[str]  # name of its own object in requestPayment
    minimum: ClassVar[int]
    maximum: ClassVar[int | None] = None
    maximum_code: ClassVar[str] = "EXCEED_MAX_AMOUNT"
    refund_days: ClassVar[int | None] = None  # None: no limit
    refund_in_month: ClassVar[bool] = False  # only within the calendar month of the payment, Korea's time
    declines: ClassVar[tuple[str, ...]]  # refusals offered in the pay window, commonest first

    @abstractmethod
    def check(self, options: Options) -> None:
        """Raise TossError for options the pay window would refuse."""

    @abstractmethod
    def korean_name(self, options: Options) -> str:
        """`Payment.method` once the buyer has authenticated."""

    @abstractmethod
    def label(self, options: Options) -> str:
        """What the pay window calls it."""

    @abstractmethod
    def fundings(self, options: Options) -> tuple[str, ...]:
        """Where the money may come from when the buyer can choose that in the window; () when not."""

    @abstractmethod
    def approved_fields(self, options: Options, *, amount: int, funding: str) -> dict[str, Any]:
        """The fields of the Payment object that exist only after approval."""

    def check_amount(self, amount: int) -> None:
        if amount < self.minimum:
            raise TossError("BELOW_MINIMUM_AMOUNT")
        if self.maximum is not None and amount > self.maximum:
            raise TossError(self.maximum_code)


def receipt_fields(options: Options, *, amount: int) -> dict[str, Any]:
    """`cashReceipt: {type}`: what the window is asked to issue (§2.8)."""
    kind = (options.get("cashReceipt") or {}).get("type", "미발행")
    if kind == "미발행":
        return {}
    receipt = {
        "type": kind,
        "receiptKey": secrets.token_urlsafe(24),
        "issueNumber": "".join(secrets.choice(string.digits) for _ in range(9)),
        "receiptUrl": "https://dashboard.tosspayments.com/receipt/cash-receipts",
        "amount": amount,
        "taxFreeAmount": 0,
    }
    return {"cashReceipt": receipt}


def check_receipt(options: Options) -> None:
    asked = options.get("cashReceipt")
    if asked is None:
        return
    if not isinstance(asked, dict) or asked.get("type") not in ("소득공제", "지출증빙", "미발행"):
        raise TossError(
            "INVALID_PARAMETERS", "cashReceipt.type은 소득공제, 지출증빙, 미발행 중 하나여야 합니다."
        )


def check_common(options: Options) -> None:
    """`taxExemptionAmount`; `validHours` (at most 2160) or `dueDate`, not both (§1.5, §1.6)."""
    exempt = options.get("taxExemptionAmount")
    if exempt is not None and (not is_whole(exempt) or exempt < 0):
        raise TossError("INVALID_PARAMETERS", "taxExemptionAmount가 올바르지 않습니다.")
    hours = options.get("validHours")
    if hours is not None and options.get("dueDate") is not None:
        raise TossError("INVALID_VALID_HOURS_WITH_DUE_DATE_AND_SINGLE")
    if hours is None:
        return
    if not is_whole(hours) or hours < 1:
        raise TossError("INVALID_PARAMETERS", "validHours는 1 이상의 정수여야 합니다.")
    if hours > MAX_VALID_HOURS:
        raise TossError("EXCEED_MAX_VALID_HOURS")


def is_whole(value: object) -> bool:
    """An integer; JSON's true and false are not, though Python thinks so."""
    return isinstance(value, int) and not isinstance(value, bool)
