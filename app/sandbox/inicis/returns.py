"""What comes back to returnUrl and P_NEXT_URL (notes §1.6, §2.4, §9.2, §9.3)."""

import sqlite3

from app.sandbox.inicis import switches
from app.sandbox.inicis.answer import OTHER
from app.sandbox.inicis.choice import Back, Outcome
from app.sandbox.inicis.leaving import TOP, Leaving, close_frame
from app.sandbox.inicis.order import MOBILE
from app.sandbox.inicis.results import CLOSED_BY_BUYER, CLOSED_IN_BANK_APP, RESULTS
from app.sandbox.inicis.windows import Window

EVIL = "https://evil.example"
UNKNOWN_IDC = "xx"
DONE = "정상처리되었습니다."
CANCEL_CODES = ("2001", "0021", "0022")


def authenticated(db: sqlite3.Connection, window: Window, *, base: str) -> Leaving:
    """base: the address that all of Inicis' hosts have in common."""
    token, back = window.token, window.chosen.back
    token = {Back.GARBLED: token[: len(token) // 2], Back.WITHOUT: ""}.get(back, token)
    mobile = window.order.flow == MOBILE
    idc = UNKNOWN_IDC if back is Back.UNKNOWN_IDC else switches.read(db, "mobile_idc" if mobile else "idc")
    if mobile:
        return _leaving(db, window, _mobile(db, window, f"{base}/{idc}", token, idc))
    return _leaving(db, window, _pc(window, f"{base}/{idc}", token, idc))


def failed(db: sqlite3.Connection, window: Window) -> Leaving:
    """A window that was left without authentication. On PC a cancel may be no return at all."""
    outcome = window.chosen.outcome
    if window.order.flow == MOBILE:
        return _leaving(db, window, _mobile_failure(window, outcome))
    way = switches.read(db, "pc_cancel")
    if outcome is Outcome.CLOSE and way == "closeUrl":
        if window.order.close_url:
            return close_frame(window.order.close_url)
        if switches.is_set(db, "no_close_url", "nothing"):
            return Leaving()
    return _leaving(db, window, _pc_failure(window, outcome, way))


def _leaving(db: sqlite3.Connection, window: Window, fields: dict[str, str]) -> Leaving:
    choice, mobile = window.chosen, window.order.flow == MOBILE
    charset = switches.read(db, "mobile_charset" if mobile else "return_charset")
    charset = window.order.charset if charset == "asked" else charset
    if choice.back is Back.WRONG_CHARSET:
        charset = OTHER[charset]
    return Leaving(
        address=window.order.return_url,
        fields=fields,
        method=switches.read(db, "mobile_return_method") if mobile else "post",
        target=TOP if mobile else switches.read(db, "return_target"),
        charset=charset,
        back=choice.back,
        delay_s=choice.delay_s if choice.back is Back.LATE else 0.0,
    )


def _pc(window: Window, base: str, token: str, idc: str) -> dict[str, str]:
    back = window.chosen.back
    foreign = {
        Back.FOREIGN_APPROVAL: ("authUrl", "payAuth"),
        Back.FOREIGN_CANCEL: ("netCancelUrl", "netCancel"),
    }
    name, path = foreign.get(back, ("", ""))
    other = {"orderNumber": f"{window.order.oid[:-1]}#"} if back is Back.OTHER_ORDER else {}
    return {
        "resultCode": "0000",
        "resultMsg": DONE,
        "mid": window.order.mid,
        "orderNumber": window.order.oid,
        "authToken": token,
        "authUrl": f"{base}/api/payAuth",
        "netCancelUrl": f"{base}/api/netCancel",
        "checkAckUrl": f"{base}/api/checkAck",
        **({"idc_name": idc} if window.order.options.get("centerCd") == "Y" else {}),
        **_pc_echo(window),
        **other,
        **({name: f"{EVIL}/api/{path}"} if name else {}),
    }


def _pc_echo(window: Window) -> dict[str, str]:
    return {
        "charset": window.order.fields.get("charset", ""),
        "merchantData": window.order.echo,
        "cp_yn": "",
        "cardnum": "",
        "cardUsePoint": "",
        "returnUrl": window.order.return_url,
    }


def _pc_failure(window: Window, outcome: Outcome, way: str) -> dict[str, str]:
    """There is neither authToken nor authUrl."""
    code, message = "SIM0", RESULTS["SIM0"][0]
    if outcome in (Outcome.CLOSE, Outcome.BANK_APP):
        message = CLOSED_BY_BUYER
        code = way if way in CANCEL_CODES and outcome is Outcome.CLOSE else code
    if outcome is Outcome.BLANK or (outcome is Outcome.CLOSE and way == "empty"):
        code, message = "", ""
    known = {"mid": window.order.mid, "orderNumber": window.order.oid}
    return {"resultCode": code, "resultMsg": message, **known, **_pc_echo(window)}


def _mobile(db: sqlite3.Connection, window: Window, base: str, token: str, idc: str) -> dict[str, str]:
    back = window.chosen.back
    req_url = f"{EVIL}/smart/payReq.ini" if back is Back.FOREIGN_APPROVAL else f"{base}/smart/payReq.ini"
    given = switches.is_set(db, "mobile_return_amount", "given")
    return {
        "P_STATUS": "00",
        "P_RMESG1": "",
        "P_TID": token,
        **({"P_AMT": str(window.order.amount)} if given else {}),
        "P_REQ_URL": req_url,
        "P_NOTI": f"{window.order.echo[:-1]}#" if back is Back.OTHER_ORDER else window.order.echo,
        **({"idc_name": idc} if window.order.options.get("centerCd") == "Y" else {}),
    }


def _mobile_failure(window: Window, outcome: Outcome) -> dict[str, str]:
    """Always 01: only the sentence tells what happened."""
    messages = {
        Outcome.CLOSE: CLOSED_BY_BUYER,
        Outcome.BANK_APP: CLOSED_IN_BANK_APP,
        Outcome.BLANK: "",
    }
    message = messages.get(outcome, RESULTS["SIM0"][0])
    return {"P_STATUS": "01", "P_RMESG1": message, "P_TID": "", "P_NOTI": window.order.echo}
