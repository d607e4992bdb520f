"""The forms of the buyer's pages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app.payments.attempts import Buyer
from app.payments.methods import Method
from app.payments.models import CheckoutSession
from app.web.checkout.csrf import PageBoundCSRF
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


class PayForm(PageForm):
    """A field stands on the form only when the session lacks it."""

    name = StringField(_("Name"), [InputRequired(_("Enter a name")), Length(max=100)], filters=[_strip])
    phone = StringField(
        _("Mobile number"), [InputRequired(_("Check the phone number")), Length(max=30)], filters=[_strip]
    )
    email = StringField(
        _("E-mail"), [InputRequired(_("Check the e-mail")), Length(max=254)], filters=[_strip]
    )
    method = RadioField(_("Payment method"), [InputRequired(_("Choose a payment method"))])
    confirm = BooleanField(_("Confirmation"), [InputRequired(_("Please confirm and agree"))])

    def __init__(self, *, session: CheckoutSession, methods: Sequence[Method], **kwargs: Any) -> None:
        super().__init__(page=session.id, **kwargs)
        self.method.choices = [(method.key, method.label) for method in methods]
        known = {
            "name": session.customer_name,
            "phone": session.customer_phone,
            "email": session.customer_email,
        }
        for name in (name for name, value in known.items() if value):
            del self[name]
        if session.total_amount == 0:
            del self["method"]

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
        return Buyer(
            name=self._value("name"),
            email=to_email(email) if email else None,
            phone=to_e164(phone) if phone else None,
        )

    @property
    def chosen_method(self) -> str:
        return self._value("method") or ""

    def _value(self, name: str) -> str | None:
        return self[name].data or None if name in self else None
