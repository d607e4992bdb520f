"""Method CARD: cards, and easy pay (간편결제) opened directly (protocol notes §1.5, §2.4)."""

from typing import Any

from app.sandbox.toss.codes import ACQUIRERS, BC, CARDS, card_code, easy_pay_name
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.method import Method, Options, check_common, is_whole

DEFAULT_CARD = "61"
POINTS_PERCENT = 10

_PLANS = frozenset({0, *range(2, 13)})


class Card(Method):
    request_name = "CARD"
    options_name = "card"
    minimum = 100
    declines = (
        "REJECT_CARD_PAYMENT",
        "REJECT_CARD_COMPANY",
        "INVALID_STOPPED_CARD",
        "INVALID_CARD_EXPIRATION",
        "INVALID_CARD_LOST_OR_STOLEN",
        "EXCEED_MAX_DAILY_PAYMENT_COUNT",
        "EXCEED_MAX_PAYMENT_AMOUNT",
        "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
        "FDS_ERROR",
    )

    def check(self, options: Options) -> None:
        _check_flow(options)
        _check_plans(options)
        check_common(options)

    def korean_name(self, options: Options) -> str:
        return "간편결제" if _provider(options) else "카드"

    def label(self, options: Options) -> str:
        if provider := _provider(options):
            return provider
        code = _company(options)
        return f"{CARDS[code][0]}카드" if code else "신용·체크카드"

    def fundings(self, options: Options) -> tuple[str, ...]:
        return ("card", "money", "points") if _provider(options) else ()

    def approved_fields(self, options: Options, *, amount: int, funding: str) -> dict[str, Any]:
        """An easy-pay total is card.amount + easyPay.amount + easyPay.discountAmount (§2.4)."""
        provider = _provider(options)
        fields: dict[str, Any] = {
            "useEscrow": options.get("useEscrow") is True,
            "isPartialCancelable": not (options.get("useEscrow") or options.get("taxExemptionAmount")),
        }
        if provider is None:
            return fields | {"card": _card(options, amount)}
        if funding == "card":
            return fields | {"card": _card(options, amount), "easyPay": _easy_pay(provider, 0, 0)}
        points = amount * POINTS_PERCENT // 100 if funding == "points" else 0
        return fields | {"easyPay": _easy_pay(provider, amount - points, points)}


CARD = Card()


def _check_flow(options: Options) -> None:
    flow = options.get("flowMode", "DEFAULT")
    company, easy_pay = options.get("cardCompany"), options.get("easyPay")
    if flow not in ("DEFAULT", "DIRECT"):
        raise TossError("INVALID_PARAMETERS", "flowMode는 DEFAULT 또는 DIRECT여야 합니다.")
    if flow == "DIRECT" and company is None and easy_pay is None:
        raise TossError("INVALID_FLOW_MODE_PARAMETERS")
    if company is not None and card_code(str(company)) is None:
        raise TossError("INVALID_PARAMETERS", "알 수 없는 cardCompany입니다.")
    if easy_pay is not None and easy_pay_name(str(easy_pay)) is None:
        raise TossError("INVALID_PARAMETERS", "알 수 없는 easyPay입니다.")


def _check_plans(options: Options) -> None:
    fixed, most = options.get("cardInstallmentPlan"), options.get("maxCardInstallmentPlan")
    if fixed is not None and most is not None:
        raise TossError("INVALID_CARD_INSTALLMENT_PLANS_WITH_MAX_AND_SINGLE")
    for months in (fixed, most):
        if months is not None and (not is_whole(months) or months not in _PLANS):
            raise TossError("INVALID_CARD_INSTALLMENT_PLAN")


def _provider(options: Options) -> str | None:
    # easyPay is ignored unless the provider's own window is opened (§1.5).
    if options.get("flowMode") != "DIRECT" or options.get("easyPay") is None:
        return None
    return easy_pay_name(str(options["easyPay"]))


def _company(options: Options) -> str | None:
    return card_code(str(options["cardCompany"])) if options.get("cardCompany") is not None else None


def _card(options: Options, amount: int) -> dict[str, Any]:
    issuer = _company(options) or DEFAULT_CARD
    months = options.get("cardInstallmentPlan") or 0
    free = months > 0 and _merchant_pays_interest(options, issuer, months)
    return {
        "issuerCode": issuer,
        "acquirerCode": issuer if issuer in ACQUIRERS else BC,
        "number": "43301234****123*",
        "installmentPlanMonths": months,
        "isInterestFree": free,
        "interestPayer": "MERCHANT" if free else ("BUYER" if months else None),
        "approveNo": "00000000",
        "useCardPoint": options.get("useCardPoint") is True,
        "cardType": "신용",
        "ownerType": "개인",
        "acquireStatus": "READY",
        "amount": amount,
    }


def _merchant_pays_interest(options: Options, issuer: str, months: int) -> bool:
    """`freeInstallmentPlans: [{company, months}]` (상점 부담 무이자)."""
    plans = options.get("freeInstallmentPlans") or []
    return any(
        card_code(str(plan.get("company"))) == issuer and months in (plan.get("months") or [])
        for plan in plans
        if isinstance(plan, dict)
    )


def _easy_pay(provider: str, amount: int, discount_amount: int) -> dict[str, Any]:
    return {"provider": provider, "amount": amount, "discountAmount": discount_amount}
