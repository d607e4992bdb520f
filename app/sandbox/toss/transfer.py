"""Method TRANSFER: account transfer (퀵계좌이체; protocol notes §1.6, §2.4)."""

from typing import Any

from app.sandbox.toss.method import Method, Options, check_common, check_receipt, receipt_fields

SHINHAN = "88"


class Transfer(Method):
    request_name = "TRANSFER"
    options_name = "transfer"
    minimum = 200
    maximum = 10_000_000
    maximum_code = "EXCEEDS_TRANSFER_AMOUNT_MAXIMUM"
    refund_days = 180
    declines = (
        "REJECT_ACCOUNT_PAYMENT",
        "NOT_AVAILABLE_BANK",
        "RESTRICTED_TRANSFER_ACCOUNT",
        "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
        "EXCEED_MAX_DAILY_PAYMENT_COUNT",
        "EXCEED_MAX_PAYMENT_AMOUNT",
        "FDS_ERROR",
    )

    def check(self, options: Options) -> None:
        check_common(options)
        check_receipt(options)

    def korean_name(self, options: Options) -> str:
        return "계좌이체"

    def label(self, options: Options) -> str:
        return "퀵계좌이체"

    def fundings(self, options: Options) -> tuple[str, ...]:
        return ()

    def approved_fields(self, options: Options, *, amount: int, funding: str) -> dict[str, Any]:
        return {
            "useEscrow": options.get("useEscrow") is True,
            "cultureExpense": options.get("isCulturalExpenses") is True,
            "isPartialCancelable": not options.get("useEscrow"),
            "transfer": {"bankCode": SHINHAN, "settlementStatus": "INCOMPLETED"},
            **receipt_fields(options, amount=amount),
        }


TRANSFER = Transfer()
