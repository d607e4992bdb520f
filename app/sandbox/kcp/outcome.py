"""How a pay window ends: the fields that go back to the shop, and on which way (notes §1.1, §1.3, §9.5)."""

import sqlite3
from dataclasses import dataclass

from app.sandbox.kcp import codes, switches, windows
from app.sandbox.kcp.choice import WINDOW_CODES, Back, Choice, Outcome
from app.sandbox.kcp.order import ECHOED, MOBILE
from app.sandbox.kcp.payments import stamp
from app.sandbox.kcp.results import RESULTS
from app.sandbox.kcp.token import TRAN_CD, make_token
from app.sandbox.kcp.windows import Window
from app.sandbox.pay_windows import State

ECHOED_ON_PHONES = (
    "good_name",
    "buyr_name",
    "buyr_mail",
    "buyr_tel1",
    "buyr_tel2",
    "approval_key",
    "Ret_URL",
    *ECHOED,
)


@dataclass(frozen=True)
class Leaving:
    """fields: what the browser carries to the shop; None: nothing goes back.

    charset: of the form post on phones. argument, closed_window: the switches of these names, for the PC page.
    """

    fields: dict[str, str] | None
    back: Back
    delay_s: float
    charset: str
    argument: str
    closed_window: str

    @property
    def message(self) -> dict[str, object]:
        """For the hub script on the shop's page."""
        return {
            "fields": self.fields,
            "argument": self.argument,
            "closedWindow": self.closed_window,
            "times": 2 if self.back is Back.TWICE else 1,
        }


def use_window(db: sqlite3.Connection, window: Window, choice: Choice) -> Leaving:
    """The tester has chosen. A second press leads to the same place as the first."""
    if window.state is State.OPEN:
        passes = choice.outcome in (Outcome.APPROVE, Outcome.EXPIRED)
        window = windows.authenticate(db, window, choice) if passes else windows.close(db, window, choice)
    made = window.choice
    assert made is not None
    lost = made.back is Back.NEVER or made.outcome is Outcome.TIMEOUT
    return _leaving(db, None if lost else _fields(db, window, made), made)


def close_again(db: sqlite3.Connection, window: Window) -> Leaving:
    """The buyer closes a window that is already over."""
    fields = {**_failed(WINDOW_CODES[Outcome.CLOSE]), **_order_fields(window)}
    return _leaving(db, fields, Choice(window.order.pay_types[0], Outcome.CLOSE))


def _leaving(db: sqlite3.Connection, fields: dict[str, str] | None, choice: Choice) -> Leaving:
    charset = switches.read(db, "return_charset")
    if choice.back is Back.WRONG_CHARSET:
        charset = "utf-8" if charset == "euc-kr" else "euc-kr"
    return Leaving(
        fields=fields,
        back=choice.back,
        delay_s=choice.delay_s,
        charset=charset,
        argument=switches.read(db, "complete_argument"),
        closed_window=switches.read(db, "closed_window"),
    )


def _fields(db: sqlite3.Connection, window: Window, choice: Choice) -> dict[str, str]:
    if window.state is not State.AUTHENTICATED:
        return {**_failed(WINDOW_CODES[choice.outcome]), **_order_fields(window)}
    passed = {"res_cd": "0000", "res_msg": RESULTS["0000"][0], **_order_fields(window)}
    clear = choice.pay_type == codes.VBANK and window.order.flow == MOBILE
    if clear and switches.is_set(db, "mobile_vbank_return", "clear"):
        return {**passed, **_account_in_clear(db, window, choice)}
    enc_data, enc_info = make_token(db, window)
    if choice.back is Back.GARBLED:
        enc_data = enc_data[: len(enc_data) // 2]
    if choice.back is Back.WITHOUT:
        enc_info = ""
    bits = codes.MEANS[choice.pay_type].bits
    return {
        **passed,
        "tran_cd": TRAN_CD,
        "enc_data": enc_data,
        "enc_info": enc_info,
        "use_pay_method": bits,
        "ret_pay_method": choice.pay_type,
        "ordr_chk": f"{window.order.order_no}|{window.order.amount}",
        **_cash_receipt(choice),
    }


def _failed(code: str) -> dict[str, str]:
    return {"res_cd": code, "res_msg": RESULTS.get(code, ("", ""))[0]}


def _order_fields(window: Window) -> dict[str, str]:
    order, fields = window.order, window.order.fields
    known = {"ordr_idxx": order.order_no, "good_mny": str(order.amount), "trace_no": window.trace_no}
    if order.flow == MOBILE:
        known |= {name: fields[name] for name in ECHOED_ON_PHONES if name in fields}
        known["pay_method"] = fields["pay_method"]
    return known


def _cash_receipt(choice: Choice) -> dict[str, str]:
    if not choice.means.get("cash_tr_code"):
        return {"cash_yn": "N", "cash_tr_code": "", "cash_id_info": ""}
    return {
        "cash_yn": "Y",
        "cash_tr_code": choice.means["cash_tr_code"],
        "cash_id_info": choice.means["cash_id"],
    }


def _account_in_clear(db: sqlite3.Connection, window: Window, choice: Choice) -> dict[str, str]:
    """The variant that one shop reports: an account that no approval stands behind."""
    return {
        "bankname": codes.BANKS[choice.means["bank"]],
        "account": "56299999999999",
        "depositor": window.order.shop_name,
        "va_date": stamp(window.order.due_at(window.opened_at)),
        "use_pay_method": codes.MEANS[choice.pay_type].bits,
    }
