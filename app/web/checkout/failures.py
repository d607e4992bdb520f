"""What a buyer reads when a payment did not go through: one sentence for each reason."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.gateways.reasons import (
    Reason,
)

_GENERIC = _("Payment failed. Please try again shortly.")

SENTENCES: dict[str, LazyString] = {
    Reason.REFUSED: _("The issuer declined. Use another card or ask your issuer."),
    Reason.BALANCE: _("Not enough balance or limit. Choose another method."),
    Reason.LIMIT_ONCE: _("Over the per-payment limit"),
    Reason.LIMIT_DAY: _("Over today's limit. Try tomorrow or another card."),
    Reason.CARD_NUMBER: _("Check the card number"),
    Reason.CARD_EXPIRY: _("Check the expiry date"),
    Reason.PASSWORD: _("Wrong card PIN"),
    Reason.STOPPED: _("This card is blocked. Contact your issuer."),
    Reason.INSTALMENT: _("These instalments are not available. Choose another plan."),
    Reason.MINIMUM: _("The amount is below the minimum of this method. Choose another method."),
    Reason.AUTHENTICATION: _("Verification was not completed. Please retry."),
    Reason.METHOD: _("This method is unavailable now. Choose another."),
    Reason.BANK_HOURS: _("The bank is under maintenance. Try later."),
    Reason.RISK: _("This order cannot be paid online. Contact the shop."),
    Reason.EXPIRED: _("Verification was not completed. Please retry."),
    Reason.AMOUNT: _GENERIC,
    Reason.CONFIGURATION: _("This method is unavailable now. Choose another."),
    Reason.NOT_CONFIRMED: _(
        "The payment company did not answer, so the payment was called off. Please try again."
    ),
    Reason.OTHER: _GENERIC,
}


def sentence_for(reason: str | None) -> LazyString:
    return SENTENCES.get(reason or "", _GENERIC)
