"""What the buyer's browser brings back from NHN KCP's window; nothing in it is signed."""

from collections.abc import Mapping

from app.gateways.base import Authorised, Declined, WindowClosed, plain
from app.gateways.kcp.answers import refused
from app.gateways.kcp.codes import CLOSED, DONE, METHODS
from app.gateways.kcp.order import order_number

LONGEST_TOKEN = 16_000
KEPT = ("tran_cd", "enc_data", "enc_info")  # passed on exactly as they came


def read_window(
    fields: Mapping[str, str], *, order_id: str, method: str, site_cd: str
) -> Authorised | Declined | WindowClosed | None:
    """res_cd 0000 is authentication (인증) only. What comes besides enc_data, KCP tells us again, so none of it is
    kept; least of all an account in clear text, which some have met in place of enc_data."""
    if fields.get("ordr_idxx") != order_number(order_id) or "res_cd" not in fields:
        return None
    code = plain(fields["res_cd"], 80)
    if code in CLOSED:
        return WindowClosed()
    if code != DONE:
        return refused(code, plain(fields.get("res_msg"), 500))
    if fields.get("use_pay_method", METHODS[method].bits) != METHODS[method].bits:
        return None
    if not all(_is_token(fields.get(name, "")) for name in KEPT):
        return None
    ours = {"site_cd": site_cd, "pay_type": METHODS[method].pay_type}
    return Authorised({**{name: fields[name] for name in KEPT}, **ours})


def _is_token(text: str) -> bool:
    return 0 < len(text) <= LONGEST_TOKEN and text.isascii() and text.isprintable()
