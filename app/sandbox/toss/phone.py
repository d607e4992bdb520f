"""Method MOBILE_PHONE: paid with the telephone bill (휴대폰; protocol notes §1.6, §2.4)."""

from typing import Any

from app.sandbox.toss.errors import TossError
from app.sandbox.toss.method import Method, Options

CARRIERS = frozenset({"SKT", "KT", "LGU", "HELLO", "KCT", "SK7"})


class MobilePhone(Method):
    request_name = "MOBILE_PHONE"
    options_name = "mobilePhone"
    minimum = 200
    maximum = 1_000_000
    refund_in_month = True
    declines = (
        "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
        "EXCEED_MAX_AUTH_COUNT",
        "EXCEED_MAX_PAYMENT_AMOUNT",
        "FDS_ERROR",
    )

    def check(self, options: Options) -> None:
        carriers = options.get("mobileCarriers")
        if carriers is not None and not (isinstance(carriers, list) and set(carriers) <= CARRIERS):
            raise TossError("INVALID_PARAMETERS", "알 수 없는 mobileCarriers입니다.")

    def korean_name(self, options: Options) -> str:
        return "휴대폰"

    def label(self, options: Options) -> str:
        return "휴대폰 결제"

    def fundings(self, options: Options) -> tuple[str, ...]:
        return ()

    def approved_fields(self, options: Options, *, amount: int, funding: str) -> dict[str, Any]:
        return {
            "isPartialCancelable": True,
            "mobilePhone": {
                "customerMobilePhone": "010****5678",
                "settlementStatus": "INCOMPLETED",
                "receiptUrl": "https://dashboard.tosspayments.com/receipt/mids",
            },
        }


MOBILE_PHONE = MobilePhone()
