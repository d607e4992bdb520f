"""Where an order is delivered to, as the buyer fills it in: found by search, or typed."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField, StringField, ValidationError
from wtforms.form import BaseForm

from app.payments.models import CheckoutSession
from app.web.checkout.filters import phone
from app.web.fields import to_e164

OTHER_MEMO = "other"
# What couriers are asked most; the stored memo is the sentence in Korean, whatever the buyer speaks: they read it.
MEMOS = {
    "door": ("문 앞에 놓아주세요", _("Leave it at the door")),
    "guard": ("경비실에 맡겨주세요", _("Leave it with the guard")),
    "box": ("택배함에 넣어주세요", _("Put it into the parcel locker")),
    "before": ("배송 전에 연락해 주세요", _("Contact me before delivery")),
    "absent": ("부재 시 연락해 주세요", _("Contact me if nobody is there")),
    "fragile": ("파손 위험이 있으니 조심해 주세요", _("Handle with care, it may break")),
}
LONGEST_MEMO = 50
# Of what a search finds beside postcode and address: as the session keeps it -> its form.
FOUND = {
    "extra": re.compile(r".{0,200}"),
    "lotAddress": re.compile(r".{0,300}"),
    "region": re.compile(r".{0,50}"),
    "district": re.compile(r".{0,50}"),
    "districtCode": re.compile(r"([0-9]{10})?", re.ASCII),
    "buildingCode": re.compile(r"[0-9]{0,30}", re.ASCII),
}


def _strip(value: str | None) -> str:
    return (value or "").strip()


def _one_line(field: Any, longest: int, complaint: Any) -> None:
    if len(field.data or "") > longest or not (field.data or "").isprintable():
        raise ValidationError(str(complaint))


ADDRESS_FIELDS = (
    "same_recipient", "recipient", "recipient_phone", "postal_code", "address", "address_detail", "address_found",
    "memo", "memo_text",
)  # fmt: skip


class AddressFields:
    """address_found: JSON of what the search found, believed only as far as it goes with what stands in the fields."""

    same_recipient = BooleanField(_("The recipient is the buyer"), default=True)
    recipient = StringField(_("Recipient"), filters=[_strip])
    recipient_phone = StringField(_("Recipient's phone number"), filters=[_strip])
    postal_code = StringField(_("Postal code"), filters=[_strip])
    address = StringField(_("Address"), filters=[_strip])
    address_detail = StringField(_("Unit, floor"), filters=[_strip])
    address_found = HiddenField()
    memo = SelectField(_("Note for the delivery"), validate_choice=False)
    memo_text = StringField(_("Your note"), filters=[_strip])

    def validate_recipient(self, field: StringField) -> None:
        if not self.same_recipient.data and not (field.data and len(field.data) >= 2):
            raise ValidationError(str(_("Enter the recipient's name")))
        _one_line(field, 100, _("Enter the recipient's name"))

    def validate_recipient_phone(self, field: StringField) -> None:
        if not self.same_recipient.data and to_e164(field.data or "") is None:
            raise ValidationError(str(_("Check the recipient's phone number")))

    def validate_postal_code(self, field: StringField) -> None:
        if re.fullmatch(r"[0-9]{5}", field.data or "", re.ASCII) is None:
            raise ValidationError(str(_("Enter the 5-digit postal code")))

    def validate_address(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(str(_("Enter the address")))
        _one_line(field, 300, _("Check the address"))

    def validate_address_detail(self, field: StringField) -> None:
        _one_line(field, 200, _("Check the unit and floor"))

    def validate_memo_text(self, field: StringField) -> None:
        if self.memo.data == OTHER_MEMO:
            _one_line(field, LONGEST_MEMO, _("Write at most 50 characters"))


def offer_memos(form: Any) -> None:
    form.memo.choices = [
        ("", _("No note")),
        *((key, label) for key, (_text, label) in MEMOS.items()),
        (OTHER_MEMO, _("Write my own")),
    ]


def address_of(form: BaseForm, *, name: str | None, number: str | None) -> dict[str, Any]:
    """As the session keeps it, after validate(). name, number: of the buyer, who is the recipient unless another is
    named."""
    said: dict[str, Any] = form.data
    same = said["same_recipient"]
    return {
        "recipient": name if same else said["recipient"],
        "phone": number if same else to_e164(said["recipient_phone"]),
        "postalCode": said["postal_code"],
        "address": said["address"],
        "detail": said["address_detail"] or None,
        "memo": _memo(said),
        **_found(said),
    }


def filled_in(session: CheckoutSession) -> dict[str, Any]:
    """What the fields hold at first: what the session has already."""
    known = session.shipping_address
    if known is None:
        return {}
    memos = {text: key for key, (text, _label) in MEMOS.items()}
    memo = known.get("memo") or ""
    of_buyer = (session.customer_name, session.customer_phone)
    return {
        "same_recipient": (known.get("recipient"), known.get("phone")) == of_buyer,
        "recipient": known.get("recipient"),
        "recipient_phone": phone(known["phone"]) if known.get("phone") else None,
        "postal_code": known.get("postalCode"),
        "address": known.get("address"),
        "address_detail": known.get("detail"),
        "address_found": json.dumps(
            {"postalCode": known.get("postalCode"), "address": known.get("address")}
            | {name: known.get(name) or "" for name in FOUND},
            ensure_ascii=False,
        ),
        "memo": memos.get(memo, OTHER_MEMO if memo else ""),
        "memo_text": "" if memo in memos else memo,
    }


def found_with(form: BaseForm) -> dict[str, str]:
    """What the page shows below the address: extra and lotAddress, where a search found it."""
    return {name: value for name, value in _found(form.data).items() if value}


def _memo(said: Mapping[str, Any]) -> str | None:
    if said["memo"] == OTHER_MEMO:
        return said["memo_text"] or None
    return MEMOS[said["memo"]][0] if said["memo"] in MEMOS else None


def _found(said: Mapping[str, Any]) -> dict[str, str | None]:
    """None for all when the address was typed, or was changed after it was found."""
    try:
        found = json.loads(said["address_found"] or "{}")
    except (ValueError, RecursionError):
        found = {}
    if not isinstance(found, dict) or any(
        found.get(theirs) != said[ours]
        for theirs, ours in (("postalCode", "postal_code"), ("address", "address"))
    ):
        return dict.fromkeys(FOUND)
    return {name: _fitting(found.get(name), form) for name, form in FOUND.items()}


def _fitting(value: object, form: re.Pattern[str]) -> str | None:
    fits = isinstance(value, str) and value.isprintable() and form.fullmatch(value)
    return str(value).strip() or None if fits else None
