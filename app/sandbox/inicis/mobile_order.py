"""The form of INIpay Mobile, and its checks (notes §2.1 to §2.3)."""

import sqlite3
from urllib.parse import parse_qsl

from app.sandbox.inicis import hashes, order, switches
from app.sandbox.inicis.codes import BANK, CARD, MEANS, PHONE, VBANK, WALLETS
from app.sandbox.inicis.freshness import is_fresh_ms
from app.sandbox.inicis.mids import MID, find_mid, is_web_address
from app.sandbox.inicis.order import MOBILE, Fields, Order, OrderRefused
from app.sandbox.inicis.pc_order import due_problems
from app.sandbox.text import size

NEEDED = ("P_MID", "P_OID", "P_AMT", "P_GOODS", "P_UNAME", "P_NEXT_URL", "P_RESERVED")
LENGTHS = {"P_GOODS": 80, "P_UNAME": 30, "P_INI_PAYMENT": 10}  # bytes in EUC-KR
CHARSETS = {"": "euc-kr", "utf8": "utf-8", "utf-8": "utf-8", "euc-kr": "euc-kr"}
URLS = ("P_NEXT_URL", "P_NOTI_URL", "P_RETURN_URL")

_WAYS = {means.mobile: means.method for means in MEANS.values()}


def read_mobile_order(db: sqlite3.Connection, fields: Fields, *, old_page: str = "") -> Order:
    """old_page: `wcard` for /smart/wcard/, "" for the one page of all methods. Raises OrderRefused."""
    closed = switches.read(db, "mobile_contract")
    if closed != "open":
        raise OrderRefused(["계약 / switched on by mobile_contract"], closed)
    options = dict(parse_qsl(fields.get("P_RESERVED", ""), keep_blank_values=True))
    methods, wallet = _method(fields, options, old_page)
    problems = [*_missing(fields, methods), *_malformed(db, fields)]
    if not methods:
        problems.append("P_INI_PAYMENT: 지원하지 않는 결제수단 / names no method that is simulated")
    if problems:
        raise OrderRefused(problems, "MX1006")
    merchant = find_mid(db, fields["P_MID"]) if MID.fullmatch(fields["P_MID"]) else None
    if merchant is None:
        raise OrderRefused(["P_MID: 등록되지 않은 상점 / unknown, or its keys are"], "MX2001")
    if problems := [
        *_hash_problems(db, fields, options, merchant.hash_key),
        *_limits(db, fields, methods, options),
    ]:
        raise OrderRefused(problems, "MX1002")
    return build_mobile_order(fields, methods, wallet)


def build_mobile_order(fields: Fields, methods: tuple[str, ...], wallet: str) -> Order:
    """Of a form that was accepted, with what was found out about its method then."""
    options = dict(parse_qsl(fields["P_RESERVED"], keep_blank_values=True))
    free = options.get("noint_quota", "") if options.get("merc_noint") == "Y" else ""
    return Order(
        flow=MOBILE,
        fields=dict(fields),
        mid=fields["P_MID"],
        oid=fields["P_OID"],
        amount=int(fields["P_AMT"]),
        goods=fields["P_GOODS"],
        buyer=fields["P_UNAME"],
        tel=fields.get("P_MOBILE", ""),
        email=fields.get("P_EMAIL", ""),
        methods=methods,
        wallet=wallet,
        options=options,
        charset=CHARSETS[fields.get("P_CHARSET", "").lower()],
        return_url=fields["P_NEXT_URL"],
        close_url="",
        noti_url=fields.get("P_NOTI_URL", ""),
        months=order.read_months(fields.get("P_QUOTABASE", "")),
        interest_free=order.read_plans(free, "^"),
        due=fields.get("P_VBANK_DT", "") + fields.get("P_VBANK_TM", ""),
    )


def is_one_transaction(db: sqlite3.Connection, made: Order, method: str, *, isp: bool) -> bool:
    """Whether the window approves by itself and tells it by P_NOTI_URL, as without twotrs_… (notes §2.7)."""
    if made.flow != MOBILE or switches.is_set(db, "one_transaction", "never"):
        return False
    flag = {BANK: "twotrs_bank", CARD: "twotrs_isp" if isp else ""}.get(method, "")
    return bool(flag) and made.options.get(flag) != "Y"


def _method(fields: Fields, options: dict[str, str], old_page: str) -> tuple[tuple[str, ...], str]:
    """(method, wallet). Only the old page for cards opens a wallet at once, and then needs no P_INI_PAYMENT."""
    wallets = [name for name, one in WALLETS.items() if one.flag and options.get(one.flag) == "Y"]
    named = _WAYS.get(fields.get("P_INI_PAYMENT", ""))
    if old_page:
        named = next((one.method for one in MEANS.values() if one.old_page == old_page), None)
    if named is None:
        return (), ""
    return (named,), wallets[0] if wallets and old_page and named == CARD else ""


def _missing(fields: Fields, methods: tuple[str, ...]) -> list[str]:
    needed = list(NEEDED)
    if VBANK in methods:
        needed.append("P_NOTI_URL")
    if PHONE in methods:
        needed.append("P_HPP_METHOD")
    return [f"필수 항목 누락 / missing: {name}" for name in needed if not fields.get(name)]


def _malformed(db: sqlite3.Connection, fields: Fields) -> list[str]:
    lengths = {**LENGTHS, "P_NOTI": switches.number(db, "p_noti_bytes")}
    wrong = [f"{name}: {most} bytes" for name, most in lengths.items() if size(fields.get(name, "")) > most]
    patterns = {"P_OID": order.OID, "P_AMT": order.AMOUNT}
    wrong += [
        f"{name}: {fields[name][:20]}"
        for name, pattern in patterns.items()
        if fields.get(name) and not pattern.fullmatch(fields[name])
    ]
    wrong += [name for name in URLS if fields.get(name) and not is_web_address(fields[name])]
    if fields.get("P_CHARSET", "").lower() not in CHARSETS:
        wrong.append("P_CHARSET")
    if fields.get("P_HPP_METHOD", "1") not in ("1", "2"):
        wrong.append("P_HPP_METHOD")
    try:
        order.read_months(fields.get("P_QUOTABASE", ""))
    except ValueError:
        wrong.append("P_QUOTABASE")
    return [f"형식 오류 / malformed: {what}" for what in wrong]


def _hash_problems(
    db: sqlite3.Connection, fields: Fields, options: dict[str, str], hash_key: str
) -> list[str]:
    if options.get("amt_hash") != "Y":
        needed = switches.is_set(db, "amt_hash", "required")
        return ["P_RESERVED: amt_hash=Y 필수 / has to be there"] if needed else []
    timestamp = fields.get("P_TIMESTAMP", "")
    if not timestamp.isascii() or not timestamp.isdecimal() or not is_fresh_ms(db, timestamp):
        return ["P_TIMESTAMP: 유효 시간 초과 / missing, malformed or too far from now"]
    expected = hashes.check_fake(
        amount=fields["P_AMT"], oid=fields["P_OID"], timestamp=timestamp, hash_key=hash_key
    )
    fits = hashes.same(expected, fields.get("P_CHKFAKE", ""))
    return [] if fits else ["P_CHKFAKE: 위변조 검증 실패 / hash does not fit"]


def _limits(
    db: sqlite3.Connection, fields: Fields, methods: tuple[str, ...], options: dict[str, str]
) -> list[str]:
    amount = int(fields["P_AMT"])
    problems = order.tax_problems(fields, amount, tax="P_TAX", free="P_TAXFREE")
    if order.is_too_small(amount, methods, options):
        problems.append("P_AMT: 1,000원 미만 / below 1 000 won without below1000=Y")
    kind = switches.read(db, "phone_contract")
    if PHONE in methods and kind != "any" and fields.get("P_HPP_METHOD") != kind:
        problems.append(f"P_HPP_METHOD: 계약과 다릅니다 / the contract is for {kind}")
    try:
        order.read_plans(options.get("noint_quota", ""), "^")
    except ValueError:
        problems.append("noint_quota")
    return [*problems, *due_problems(db, fields.get("P_VBANK_DT", "") + fields.get("P_VBANK_TM", ""))]
