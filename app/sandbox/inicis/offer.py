"""What the pay window offers for an order: cards, instalments, easy pays, banks, carriers, cash receipts."""

import re
from collections.abc import Callable, Mapping

from app.sandbox.inicis.codes import (
    BANK,
    BANKS,
    CARD,
    CARDS,
    CARRIERS,
    MIN_INSTALMENT,
    OVERSEAS,
    PHONE,
    TRANSFER_BANKS,
    VBANK,
    VBANKS,
    WALLETS,
)
from app.sandbox.inicis.order import PC, Order

# value: (Korean, English)
FUNDINGS = {
    "card": ("등록 카드", "card"),
    "coupon": ("카드 + 즉시할인 10%", "card, a tenth off at once"),
    "points": ("카드 + 카드포인트 10%", "card, a tenth by its points"),
    "money": ("머니", "wallet money"),
}
CASH_RECEIPTS = {"": ("신청 안 함", "none"), "0": ("소득공제용", "personal"), "1": ("지출증빙용", "business")}
KINDS = {"0": ("신용", "credit"), "1": ("체크", "check"), "2": ("기프트", "gift")}
OWNERS = {"0": ("개인", "personal"), "1": ("법인", "corporate")}
DIVISIBLE = {"1": ("부분취소 가능", "cancellable in part"), "0": ("부분취소 불가", "only as a whole")}
PARTS_OF_A_COUPON = 10

# Each: value of the form field to its Korean and English words; the first is chosen beforehand.
Choices = Mapping[str, tuple[str, str]]
Offer = Mapping[str, Choices]


def offer_of(order: Order, method: str) -> Offer:
    """By the name of the form field. Empty for a method that asks nothing."""
    offers: dict[str, Callable[[Order], Offer]] = {CARD: _card, BANK: _bank, VBANK: _vbank, PHONE: _phone}
    return offers[method](order) if method in offers else {}


def read_offer(offer: Offer, form: Mapping[str, str]) -> dict[str, str]:
    """What the buyer chose, defaults where nothing is said. ValueError for what is not offered."""
    chosen = {}
    for name, choices in offer.items():
        value = form.get(name, next(iter(choices)))
        if value not in choices:
            raise ValueError(f"{name} {value[:20]} is not offered")
        chosen[name] = value
    return chosen


def is_interest_free(order: Order, card: str, quota: str) -> bool:
    """Whether the shop pays the interest of so many months on this card."""
    return int(quota) in order.interest_free.get(card, ())


def _card(order: Order) -> Offer:
    offered = {"funding": _fundings(order), "card": _cards(order), "quota": _quotas(order)}
    return {**_wallets(order), **offered, "kind": KINDS, "owner": OWNERS, "partial": DIVISIBLE}


def _wallets(order: Order) -> Offer:
    if order.wallet:
        return {"wallet": {order.wallet: (WALLETS[order.wallet].name, order.wallet)}}
    by_card = {"": ("카드 직접 결제", "card")}
    every = {name: (wallet.name, name) for name, wallet in WALLETS.items()}
    return {"wallet": by_card if "noeasypay" in order.options else {**by_card, **every}}


def _fundings(order: Order) -> Choices:
    names = ["card", "coupon"]
    if "cardpoint" in order.options or order.options.get("cp_yn") == "Y":
        names.append("points")
    if not order.wallet or WALLETS[order.wallet].money:
        names.append("money")
    return {name: FUNDINGS[name] for name in names}


def _cards(order: Order) -> Choices:
    shown = [code for code in CARDS if code in order.only_cards] or list(CARDS)
    shown.sort(key=lambda code: code != order.first_card)
    return {code: (CARDS[code][0], "overseas" if code in OVERSEAS else code) for code in shown}


def _quotas(order: Order) -> Choices:
    """`00` is all at once; from 50 000 won on the months of the order. SLIMQUOTA narrows them for all cards."""
    months = order.months if order.amount >= MIN_INSTALMENT else ()
    slim = re.findall(r"[0-9]{2}-([0-9:]+)", order.options.get("SLIMQUOTA", ""))
    if slim:
        allowed = {int(month) for plan in slim for month in plan.split(":") if month}
        months = tuple(month for month in months if month in allowed)
    quotas = {f"{month:02}": (f"{month}개월", f"{month} months") for month in months}
    first = f"{int(order.first_months):02}" if order.first_months.isdecimal() else "00"
    every = {"00": ("일시불", "at once"), **quotas}
    return dict(sorted(every.items(), key=lambda one: one[0] != first))


def _bank(order: Order) -> Offer:
    asked = "no_receipt" not in order.options and order.options.get("bank_receipt") != "N"
    return {"bank": _named_banks(TRANSFER_BANKS), **_cash_receipts(asked)}


def _vbank(order: Order) -> Offer:
    on_pc = order.flow == PC
    asked = "va_receipt" in order.options if on_pc else order.options.get("vbank_receipt") == "Y"
    return {"bank": _named_banks(VBANKS), **_cash_receipts(asked)}


def _cash_receipts(asked: bool) -> Offer:
    return {"cash_type": CASH_RECEIPTS} if asked else {}


def _phone(order: Order) -> Offer:
    return {"carrier": {code: (name, code) for code, name in CARRIERS.items()}}


def _named_banks(codes: tuple[str, ...]) -> Choices:
    return {code: (BANKS[code], code) for code in codes}
