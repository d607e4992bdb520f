"""What goes with a method of payment: issuer and instalments of a card, the bank of an account, a cash receipt.

What makes no sense here is left to the gateway's window, so that it never keeps anybody from paying; only the number of
a cash receipt must be right, for a wrong one gives it to somebody else.
"""

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.form import BaseForm

from app.gateways.orders import CashReceipt, Choice
from app.payments.banks import BANKS, ISSUE_ACCOUNTS
from app.payments.cash_receipts import LEAST
from app.payments.installments import AT_ONCE, MONTHS, can_be_split, interest_free_months
from app.payments.issuers import ISSUERS, OFFERED
from app.payments.models import Attempt, CheckoutSession
from app.shops.business_numbers import has_check_digit, to_digits
from app.shops.models import Shop

WITH_RECEIPT = ("bank_transfer", "virtual_account")
INCOME, EXPENSE, NO_RECEIPT = "income", "expense", "none"
_MOBILE = re.compile(r"01[016789][0-9]{7,8}", re.ASCII)
# 현금영수증 카드. How long its number is, the gateways do not say (Toss takes up to 30 digits); cards have 13 to 19.
_RECEIPT_CARD = re.compile(r"[0-9]{13,19}", re.ASCII)
# 13 digits that begin with a date of birth and then tell century and sex: nobody may ask for a resident number.
_RESIDENT = re.compile(r"[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{7}", re.ASCII)


def _strip(value: str | None) -> str:
    return (value or "").strip()


DETAIL_FIELDS = ("card_issuer", "card_months", "account_bank", "receipt", "receipt_income", "receipt_expense")


class DetailFields:
    """Each is read only with the method that it belongs to. receipt_*: the number for each purpose."""

    card_issuer = SelectField(_("Card issuer"), validate_choice=False)
    card_months = SelectField(_("Instalments"), validate_choice=False)
    account_bank = SelectField(_("Bank to transfer to"), validate_choice=False)
    receipt = RadioField(
        _("Cash receipt"),
        default=NO_RECEIPT,
        validate_choice=False,
    )
    receipt_income = StringField(_("Mobile number or cash receipt card number"), filters=[_strip])
    receipt_expense = StringField(_("Business registration number"), filters=[_strip])

    def validate_receipt_income(self, field: StringField) -> None:
        if _wants(self, INCOME) and not _income_number(field.data or ""):
            raise ValidationError(str(_("Check the number for the cash receipt")))

    def validate_receipt_expense(self, field: StringField) -> None:
        if _wants(self, EXPENSE) and not _business_number(field.data or ""):
            raise ValidationError(str(_("Check the business registration number")))


def offer_choices(form: Any) -> None:
    """The words of the lists, in the buyer's language."""
    in_window = ("", _("Choose in the payment window"))
    form.card_issuer.choices = [in_window, *((key, ISSUERS[key]) for key in OFFERED)]
    form.card_months.choices = [
        (str(AT_ONCE), _("Pay in full")),
        *((str(months), _("%(num)s months", num=months)) for months in MONTHS),
    ]
    form.receipt.choices = [
        (INCOME, _("For income tax deduction")),
        (EXPENSE, _("For business expenses")),
        (NO_RECEIPT, _("No receipt")),
    ]
    form.account_bank.choices = [in_window, *((key, BANKS[key].label) for key in ISSUE_ACCOUNTS)]


def filled_in(last: Attempt | None) -> dict[str, Any]:
    """What the fields hold at first: what was chosen at the last try, unless the buyer gave back an account to pay in
    another way."""
    if last is None or last.virtual_account:
        return {}
    chosen = last.choice or {}
    receipt = chosen.get("cash_receipt") or {"purpose": NO_RECEIPT, "number": None}
    return {
        "method": last.method,
        "card_issuer": chosen.get("issuer"),
        "card_months": chosen.get("installment_months"),
        "account_bank": chosen.get("bank"),
        "receipt": receipt["purpose"],
        f"receipt_{receipt['purpose']}": receipt["number"],
    }


def details_of(session: CheckoutSession, shop: Shop, *, receipts_issue_themselves: bool) -> dict[str, Any]:
    """What the page has to know beside the fields.

    band: changes with an amount that makes other details possible.
    """
    amount = session.total_amount
    return {
        "splits": can_be_split(amount),
        "interest_free": {key: list(months) for key, months in interest_free_months(shop, amount).items()},
        "labels": ISSUERS,
        "receipt_is_a_must": amount >= LEAST and receipts_issue_themselves,
    }


def band_of(amount: int) -> tuple[bool, bool, bool]:
    """Two amounts of the same band ask for the same details."""
    return amount == 0, can_be_split(amount), amount >= LEAST


def choice_of(form: BaseForm, *, method: str, amount: int) -> Choice:
    """After validate()."""
    said: dict[str, Any] = form.data
    if method == "card":
        issuer = said["card_issuer"] if said["card_issuer"] in OFFERED else None
        return Choice(issuer=issuer, installment_months=_months(said["card_months"], issuer, amount))
    bank = said["account_bank"] if method == "virtual_account" else None
    receipt = _receipt(said) if method in WITH_RECEIPT else None
    return Choice(bank=bank if bank in ISSUE_ACCOUNTS else None, cash_receipt=receipt)


def _months(text: str | None, issuer: str | None, amount: int) -> int | None:
    """With an issuer the gateway's window asks no more, so that what is not chosen is at once."""
    possible: dict[str | None, int] = {str(months): months for months in (AT_ONCE, *MONTHS)}
    if can_be_split(amount) and text in possible:
        return possible[text]
    return AT_ONCE if issuer else None


def _receipt(said: dict[str, Any]) -> CashReceipt | None:
    if said["receipt"] == INCOME:
        number = _income_number(said["receipt_income"])
    elif said["receipt"] == EXPENSE:
        number = _business_number(said["receipt_expense"])
    else:
        return None
    return CashReceipt(said["receipt"], number) if number else None


def _wants(form: Any, purpose: str) -> bool:
    return not form.is_free and form.method.data in WITH_RECEIPT and form.receipt.data == purpose


def _income_number(text: str) -> str | None:
    digits = re.sub(r"[ -]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^\+?820?(?=1)", "0", digits)
    if _RESIDENT.fullmatch(digits):
        return None
    return digits if _MOBILE.fullmatch(digits) or _RECEIPT_CARD.fullmatch(digits) else None


def _business_number(text: str) -> str | None:
    digits = to_digits(text.replace(" ", ""))
    return digits if digits and has_check_digit(digits) else None
