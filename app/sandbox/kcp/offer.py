"""What the pay window offers for an order: cards, instalments, wallets, banks, carriers, cash receipts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.sandbox.kcp.codes import (
    BANKS,
    CARD,
    CARDS,
    CARRIERS,
    GIFT,
    GIFTS,
    MIN_INSTALMENT,
    OVERSEAS,
    PAYCO_POINTS,
    PHONE,
    POINT,
    POINTS,
    TRANSFER,
    VBANK,
    VBANKS,
    WALLETS,
    bank_number,
)
from app.sandbox.kcp.order import Order, split_list

# value: (Korean, English)
FUNDINGS = {
    "card": ("등록 카드", "card"),
    "coupon": ("카드 + 할인 쿠폰 10%", "card, and a coupon for 10%"),
    "money": ("머니", "wallet money"),
    "points": ("포인트 100%", "points pay everything"),
}
CASH_RECEIPTS = {"": ("신청 안 함", "none"), "0": ("소득공제용", "personal"), "1": ("지출증빙용", "business")}
KINDS = {"0": ("신용", "credit"), "1": ("체크", "check")}
OWNERS = {"0": ("개인", "personal"), "1": ("법인", "corporate")}
DIVISIBLE = {"Y": ("부분취소 가능", "cancellable in part"), "N": ("부분취소 불가", "only as a whole")}
PARTS_OF_A_COUPON = 10

Choices = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Offer:
    """Each mapping: value of the form field to its Korean and English words; the first is chosen beforehand.

    An empty mapping is not asked for.
    """

    pay_type: str
    fields: Mapping[str, Choices] = field(default_factory=dict)

    def read(self, form: Mapping[str, str]) -> dict[str, str]:
        """What the buyer chose, defaults where nothing is said. ValueError for what is not offered."""
        chosen = {}
        for name, choices in self.fields.items():
            value = form.get(name, next(iter(choices)))
            if value not in choices:
                raise ValueError(f"{name} {value[:20]} is not offered")
            chosen[name] = value
        return chosen


def offer_of(order: Order, pay_type: str) -> Offer:
    offers: dict[str, Callable[[Order], dict[str, Choices]]] = {
        CARD: _card,
        TRANSFER: _transfer,
        VBANK: _vbank,
        PHONE: _phone,
        GIFT: lambda _: {"gift": _named(GIFTS)},
        POINT: lambda _: {"point": _named(POINTS)},
    }
    return Offer(pay_type, offers[pay_type](order))


def is_interest_free(order: Order, card_cd: str, quota: str) -> bool:
    """`kcp_noint=Y` with `kcp_noint_quota` such as `CCBC-02:03:06,CCKM-03`."""
    if order.fields.get("kcp_noint") != "Y" or quota == "00":
        return False
    for plan in order.fields.get("kcp_noint_quota", "").split(","):
        code, _, months = plan.strip().partition("-")
        if code == card_cd and quota in months.split(":"):
            return True
    return False


def _card(order: Order) -> dict[str, Choices]:
    cards = _cards(order)
    offered = {"funding": _fundings(order), "card_cd": cards, "quota": _quotas(order)}
    return {**_wallets(order), **offered, "kind": KINDS, "owner": OWNERS, "partcanc": DIVISIBLE}


def _wallets(order: Order) -> dict[str, Choices]:
    if order.wallet:
        return {"wallet": {order.wallet: (WALLETS[order.wallet].name, order.wallet)}}
    every = {name: (wallet.name, name) for name, wallet in WALLETS.items()}
    return {"wallet": {"": ("카드 직접 결제", "card"), **every}}


def _fundings(order: Order) -> Choices:
    names = ["card", "coupon"]
    wallet = WALLETS[order.wallet] if order.wallet else None
    points_refused = order.wallet == "naverpay" and order.fields.get("naverpay_point_direct") != "Y"
    if wallet is None or (wallet.money and not points_refused):
        names.append("money")
    if wallet is None or order.wallet == "payco":
        names.append("points")
    return {name: FUNDINGS[name] for name in names}


def _cards(order: Order) -> Choices:
    shown = [code for code in CARDS if code != PAYCO_POINTS]
    if order.fields.get("used_card_YN") == "Y":
        shown = [code for code in shown if code in split_list(order.fields.get("used_card"))] or shown
    hidden = split_list(order.fields.get("not_used_card"))
    shown = [code for code in shown if code not in hidden] or shown
    return {code: (CARDS[code][0], "overseas" if code in OVERSEAS else code) for code in shown}


def _quotas(order: Order) -> Choices:
    """`00` is all at once; from 50 000 won on, up to `quotaopt` months, or the one of `fix_inst`."""
    months = list(range(2, int(order.fields.get("quotaopt") or 12) + 1))
    if fixed := order.fields.get("fix_inst"):
        months = [int(fixed)]
    if order.amount < MIN_INSTALMENT:
        months = []
    once = {"00": ("일시불", "at once")}
    quotas = {f"{month:02}": (f"{month}개월", f"{month} months") for month in months if month > 1}
    return quotas if fixed and quotas else {**once, **quotas}


def _transfer(order: Order) -> dict[str, Choices]:
    banks = {code: (name, f"BK{code}") for code, name in BANKS.items()}
    return {"bank": banks, **_cash_receipts(order)}


def _vbank(order: Order) -> dict[str, Choices]:
    wished = [bank_number(code) for code in split_list(order.fields.get("wish_vbank_list"))]
    banks = [code for code in VBANKS if not wished or code in wished] or list(VBANKS)
    banks.sort(key=lambda code: code != "26")  # the one of the notes' examples first
    return {"bank": {code: (BANKS[code], f"BK{code}") for code in banks}, **_cash_receipts(order)}


def _cash_receipts(order: Order) -> dict[str, Choices]:
    """`disp_tax_yn`: Y both, R 소득공제 only, E 지출증빙 only, N or nothing: not asked."""
    codes = {"Y": ("", "0", "1"), "R": ("", "0"), "E": ("", "1")}.get(order.fields.get("disp_tax_yn", "N"))
    return {"cash_tr_code": {code: CASH_RECEIPTS[code] for code in codes}} if codes else {}


def _phone(order: Order) -> dict[str, Choices]:
    allowed = split_list(order.fields.get("hp_commid")) if order.fields.get("hp_apply_yn") == "Y" else []
    carriers = {code: CARRIERS[code] for code in CARRIERS if not allowed or code in allowed}
    return {"carrier": _named(carriers or CARRIERS)}


def _named(table: Mapping[str, str]) -> Choices:
    return {code: (name, code) for code, name in table.items()}
