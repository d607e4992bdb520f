"""The forms of the buyer's pages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app.gateways.orders import Choice
from app.payments.attempts import Buyer
from app.payments.methods import Method
from app.payments.models import Attempt, CheckoutSession
from app.web.checkout import address, custom_fields, method_details
from app.web.checkout.address import ADDRESS_FIELDS, AddressFields, address_of, offer_memos
from app.web.checkout.csrf import PageBoundCSRF
from app.web.checkout.custom_fields import fields_for, values_of
from app.web.checkout.method_details import DETAIL_FIELDS, DetailFields, choice_of, offer_choices
from app.web.fields import to_e164, to_email


def _strip(value: str | None) -> str:
    return (value or "").strip()


class PageForm(FlaskForm):
    """Only the token. page: what the token is bound to."""

    class Meta:
        csrf = True
        csrf_class = PageBoundCSRF
        csrf_field_name = "csrf_token"

    def __init__(self, *, page: str, **kwargs: Any) -> None:
        super().__init__(meta={"csrf_context": page}, **kwargs)


class PayForm(PageForm, AddressFields, DetailFields):
    """What the session lacks, and the buyer's choices. Of the fields declared here a page has those that it needs.

    seen_total: what the buyer was told is due. coupon_refused: a code that the buyer was told cannot be used.
    """

    name = StringField(_("Name"), [InputRequired(_("Enter a name")), Length(max=100)], filters=[_strip])
    phone = StringField(
        _("Mobile number"), [InputRequired(_("Check the phone number")), Length(max=30)], filters=[_strip]
    )
    email = StringField(
        _("E-mail"), [InputRequired(_("Check the e-mail")), Length(max=254)], filters=[_strip]
    )
    coupon_code = StringField(_("Coupon code"), filters=[_strip])
    coupon_refused = HiddenField(filters=[_strip])
    seen_total = HiddenField()
    method = RadioField(_("Payment method"), [InputRequired(_("Choose a payment method"))])
    confirm = BooleanField(_("Confirmation"), [InputRequired(_("Please confirm and agree"))])

    def __init__(
        self,
        *,
        session: CheckoutSession,
        methods: Sequence[Method],
        last: Attempt | None = None,
        **kwargs: Any,
    ) -> None:
        """last: the try before this one, whose choices stand on a new page."""
        self._session = session
        asked = dict(fields_for(session.custom_fields))
        wanted = [*_missing(session), *_for_order(session), *asked, "confirm"]
        self._unbound_fields = [(name, asked.get(name) or getattr(PayForm, name)) for name in wanted]
        known = {**address.filled_in(session), **custom_fields.filled_in(session.custom_field_values)}
        super().__init__(page=session.id, data={**known, **method_details.filled_in(last)}, **kwargs)
        self.method.choices = [(method.key, method.label) for method in methods]
        if self.is_free:  # what was chosen before stays, for the coupon may go again
            self.method.validators, self.method.validate_choice = [], False
        offer_choices(self)
        if "memo" in self:
            offer_memos(self)

    def validate_name(self, field: StringField) -> None:
        if not field.data or not field.data.isprintable():
            raise ValidationError(str(_("Enter a name")))

    def validate_phone(self, field: StringField) -> None:
        if to_e164(field.data or "") is None:
            raise ValidationError(str(_("Check the phone number")))

    def validate_email(self, field: StringField) -> None:
        if to_email(field.data or "") is None:
            raise ValidationError(str(_("Check the e-mail")))

    @property
    def buyer(self) -> Buyer:
        """What was asked for, after validate()."""
        phone = self._value("phone")
        email = self._value("email")
        buyer = Buyer(
            name=self._value("name"),
            email=to_email(email) if email else None,
            phone=to_e164(phone) if phone else None,
            custom_field_values=values_of(self, self._session.custom_fields),
        )
        return replace(buyer, shipping_address=self._address(buyer)) if "address" in self else buyer

    @property
    def chosen_method(self) -> str:
        return self._value("method") or ""

    @property
    def is_free(self) -> bool:
        return self._session.total_amount == 0

    @property
    def choice(self) -> Choice:
        return choice_of(self, method=self.chosen_method, amount=self._session.total_amount)

    @property
    def new_code(self) -> str | None:
        """A coupon's code that stands in its field, but was neither applied nor refused so far."""
        code = self._value("coupon_code")
        return code if code and code != self._value("coupon_refused") else None

    @property
    def saw_another_total(self) -> bool:
        """Something has changed what is due since the buyer's page was made."""
        seen = self._value("seen_total")
        return seen is not None and seen != str(self._session.total_amount)

    def _address(self, buyer: Buyer) -> dict[str, Any]:
        name, phone = self._session.customer_name or buyer.name, self._session.customer_phone or buyer.phone
        return address_of(self, name=name, number=phone)

    def _value(self, name: str) -> str | None:
        return self[name].data or None if name in self else None


def _missing(session: CheckoutSession) -> list[str]:
    known = {
        "name": session.customer_name,
        "phone": session.customer_phone,
        "email": session.customer_email,
    }
    return [name for name, value in known.items() if not value]


def _for_order(session: CheckoutSession) -> list[str]:
    """In the order in which they stand on the page."""
    delivery = ADDRESS_FIELDS if session.collect_shipping_address else ()
    return [*delivery, "coupon_code", "coupon_refused", "seen_total", "method", *DETAIL_FIELDS]
