"""Card issuers by our own neutral id; each gateway's codes are mapped to these in its folder."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

ISSUERS: dict[str, LazyString] = {
    "shinhan": _("Shinhan Card"),
    "hyundai": _("Hyundai Card"),
    "samsung": _("Samsung Card"),
    "woori": _("Woori Card"),
    "kookmin": _("KB Kookmin Card"),
    "lotte": _("Lotte Card"),
    "nonghyup": _("NH NongHyup Card"),
    "hana": _("Hana Card"),
    "bc": _("BC Card"),
    "citi": _("Citi"),
    "kakaobank": _("KakaoBank"),
    "tossbank": _("Toss Bank"),
    "kbank": _("K bank"),
    "post": _("Korea Post"),
    "saemaul": _("MG Community Credit"),
    "shinhyup": _("Shinhyup (CU)"),
    "savings": _("Savings banks"),
    "suhyup": _("Suhyup"),
    "gwangju": _("Kwangju Bank"),
    "jeonbuk": _("Jeonbuk Bank"),
    "jeju": _("Jeju Bank"),
    "kdb": _("KDB"),
    "visa": _("Visa"),
    "mastercard": _("Mastercard"),
    "jcb": _("JCB"),
    "unionpay": _("UnionPay"),
    "amex": _("American Express"),
    "diners": _("Diners Club"),
}

# Names of brands: whoever carries one of their cards was given it by an issuer.
_BRANDS = {"visa", "mastercard", "jcb", "unionpay", "amex", "diners"}
OFFERED = tuple(key for key in ISSUERS if key not in _BRANDS)


def issuer_label(issuer: str) -> LazyString:
    return ISSUERS.get(issuer, _("Card"))
