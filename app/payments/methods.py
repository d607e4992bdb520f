"""Every way to pay: its label, its icon, when the money arrives, what a refund needs."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Method:
    """key: as on the wire. icon: a symbol of the sprite.

    refund_needs_account: the money cannot go back the way it came, so a refund must name a bank account.
    money_comes_later: the buyer is given an account first and transfers the money in their own time.
    is_cash: it needs a cash receipt (현금영수증) where a card has its slip.
    """

    key: str
    label: LazyString
    refund_needs_account: bool = False
    money_comes_later: bool = False
    is_cash: bool = False

    @property
    def icon(self) -> str:
        return self.key


METHODS = {
    method.key: method
    for method in (
        Method("card", _("Card")),
        Method("kakao_pay", _("Kakao Pay")),
        Method("naver_pay", _("Naver Pay")),
        Method("toss_pay", _("Toss Pay")),
        Method("samsung_pay", _("Samsung Pay")),
        Method("payco", _("PAYCO")),
        Method("bank_transfer", _("Bank transfer"), is_cash=True),
        Method(
            "virtual_account",
            _("Virtual account"),
            refund_needs_account=True,
            money_comes_later=True,
            is_cash=True,
        ),
        Method("mobile_phone", _("Mobile phone")),
    )
}
FREE = "free"
