"""A form's token bound to the page it stands on, not to a cookie.

A buyer may come back in another browser, or in an app that keeps no cookies, and must still be able to pay. The
address of a session is a secret that a forger does not have; the token adds that the form was made by us, for
this session, lately.
"""

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm

LONGEST_AGE_S = 8 * 24 * 3600  # a session lives for 7 days at most, and so may its page


class PageBoundCSRF(CSRF):
    def setup_form(self, form: Any) -> Any:
        self.page = form.meta.csrf_context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return _signer().dumps(self.page)

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        try:
            page = _signer().loads(field.data or "", max_age=LONGEST_AGE_S)
        except BadData:
            page = None
        if page != self.page:
            raise ValidationError("stale")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="checkout-form")
