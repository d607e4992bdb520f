"""The form of INIStdPay on PC, and its checks (notes §1.2 to §1.5)."""

import re
import sqlite3
import time

from app.sandbox import clock
from app.sandbox.inicis import hashes, order, switches
from app.sandbox.inicis.codes import (
    CARD,
    CONTRACTED,
    DIRECT_METHODS,
    MEANS,
    PHONE,
    UNCONFIRMED_SAMSUNG,
    WALLETS,
)
from app.sandbox.inicis.freshness import is_fresh_ms
from app.sandbox.inicis.mids import find_mid, is_web_address
from app.sandbox.inicis.order import PC, Fields, Order, OrderRefused, cut_goods, due_moment
from app.sandbox.text import size

NEEDED = (
    "version", "mid", "oid", "price", "currency", "timestamp", "signature", "mKey", "goodname", "buyername",
    "buyertel", "buyeremail", "returnUrl",
)  # fmt: skip
PRESENT = ("gopaymethod", "acceptmethod")  # may be empty, but have to be there
LENGTHS = {
    "mid": 10,
    "oid": 40,
    "buyername": 30,
    "buyertel": 20,
    "timestamp": 20,
    "mKey": 128,
}  # bytes in EUC-KR
CHARSETS = {"": "utf-8", "utf-8": "utf-8", "euc-kr": "euc-kr"}

_PLAIN_EMAIL = re.compile("[A-Za-z0-9@.]+")
_OPTION = re.compile(r"([A-Za-z0-9_]+)(?:\(([^)]*)\))?")
_WAYS = {means.pc: means.method for means in MEANS.values()}
_FORMS = {
    "version": re.compile("1\\.0"),
    "oid": order.OID,
    "price": order.AMOUNT,
    "currency": re.compile("WON"),  # dollars are taken by cards only, and are not simulated
    "buyertel": re.compile("[0-9-]{1,20}"),
    "timestamp": re.compile("[0-9]{13}"),
    "payViewType": re.compile("overlay|popup"),
}


def read_pc_order(db: sqlite3.Connection, fields: Fields) -> Order:
    """Raises OrderRefused with everything that is wrong."""
    options = read_options(fields.get("acceptmethod", ""))
    methods, wallet = _methods(db, fields.get("gopaymethod", ""), options)
    problems = [*_missing(fields), *_malformed(fields)]
    if not methods:
        problems.append("gopaymethod: 지원하지 않는 결제수단 / names no method that is simulated")
    if not problems:
        problems = [*_hash_problems(db, fields), *_contract_problems(db, fields, methods, options)]
    if problems:
        raise OrderRefused(problems, "SIM1" if any("hash" in one for one in problems) else "SIM8")
    return build_pc_order(fields, methods, wallet)


def build_pc_order(fields: Fields, methods: tuple[str, ...], wallet: str) -> Order:
    """Of a form that was accepted, with what was found out about its methods then."""
    options = read_options(fields["acceptmethod"])
    return Order(
        flow=PC,
        fields=dict(fields),
        mid=fields["mid"],
        oid=fields["oid"],
        amount=int(fields["price"]),
        goods=cut_goods(fields["goodname"]),
        buyer=fields["buyername"],
        tel=fields["buyertel"],
        email=fields["buyeremail"],
        methods=methods,
        wallet=wallet,
        options=options,
        charset=CHARSETS[fields.get("charset", "").lower()],
        return_url=fields["returnUrl"],
        close_url=fields.get("closeUrl", ""),
        noti_url="",
        months=order.read_months(fields.get("quotabase", "")),
        interest_free=order.read_plans(fields.get("nointerest", ""), ","),
        due=options.get("vbank", ""),
    )


def read_options(accept: str) -> dict[str, str]:
    """acceptmethod: `HPP(2):va_receipt:vbank(20260108)`; an option without brackets has the value ""."""
    found = (_OPTION.fullmatch(part.strip()) for part in re.split(r":(?![^(]*\))", accept))
    return {match[1]: match[2] or "" for match in found if match}


def _methods(db: sqlite3.Connection, wanted: str, options: dict[str, str]) -> tuple[tuple[str, ...], str]:
    """(methods, wallet) of gopaymethod. Its words are told apart by their case."""
    words = order.split_list(wanted)
    if not words:
        return CONTRACTED, ""
    known = switches.is_set(db, "onlysamsungpay", "known")
    wallets = {wallet.direct: name for name, wallet in WALLETS.items() if wallet.direct}
    wallets |= {UNCONFIRMED_SAMSUNG: "samsungpay"} if known else {}
    if len(words) == 1 and words[0] in wallets:
        bare = "cardonly" not in options and switches.is_set(db, "cardonly", "needed")
        return ((), "") if bare else ((CARD,), wallets[words[0]])
    if len(words) == 1 and words[0] in DIRECT_METHODS:
        return (DIRECT_METHODS[words[0]],), ""
    return (tuple(_WAYS[word] for word in words), "") if set(words) <= set(_WAYS) else ((), "")


def _missing(fields: Fields) -> list[str]:
    names = [name for name in NEEDED if not fields.get(name)]
    names += [name for name in PRESENT if name not in fields]
    if fields.get("payViewType") == "popup" and not fields.get("popupUrl"):
        names.append("popupUrl")
    return [f"필수 항목 누락 / missing: {name}" for name in names]


def _malformed(fields: Fields) -> list[str]:
    wrong = [f"{name}: {most}" for name, most in LENGTHS.items() if size(fields.get(name, "")) > most]
    wrong += [
        f"{name}: {fields[name][:20]}"
        for name, pattern in _FORMS.items()
        if fields.get(name) and not pattern.fullmatch(fields[name])
    ]
    wrong += [
        name
        for name in ("returnUrl", "closeUrl", "popupUrl")
        if fields.get(name) and not is_web_address(fields[name])
    ]
    if fields.get("charset", "").lower() not in CHARSETS:
        wrong.append("charset")
    if not fields.get("merchantData", "").isascii():
        wrong.append("merchantData")
    for name, read in (
        ("quotabase", order.read_months),
        ("nointerest", lambda text: order.read_plans(text, ",")),
    ):
        try:
            read(fields.get(name, ""))
        except ValueError:
            wrong.append(f"{name}: {fields[name][:20]}")
    return [f"형식 오류 / malformed: {what}" for what in wrong]


def _hash_problems(db: sqlite3.Connection, fields: Fields) -> list[str]:
    """Everything that the four hashed values and the keys of the MID have to fit."""
    merchant = find_mid(db, fields["mid"])
    if merchant is None:
        return ["mid: 등록되지 않은 상점 / unknown, or its keys are"]
    oid, price, timestamp = fields["oid"], fields["price"], fields["timestamp"]
    expected = {
        "mKey": hashes.merchant_key(merchant.sign_key),
        "signature": hashes.signature(oid=oid, price=price, timestamp=timestamp),
    }
    if fields.get("use_chkfake") == "Y":
        expected["verification"] = hashes.signature(
            oid=oid, price=price, timestamp=timestamp, signKey=merchant.sign_key
        )
    elif switches.is_set(db, "chkfake", "required"):
        return ["use_chkfake: Y 필수 / has to be Y"]
    wrong = [name for name, value in expected.items() if not hashes.same(value, fields.get(name, ""))]
    problems = [f"{name}: 위변조 검증 실패 / hash does not fit" for name in wrong]
    if not is_fresh_ms(db, timestamp):
        problems.append("timestamp: 유효 시간 초과 / too far from now")
    return problems


def _contract_problems(
    db: sqlite3.Connection, fields: Fields, methods: tuple[str, ...], options: dict[str, str]
) -> list[str]:
    amount = int(fields["price"])
    problems = order.tax_problems(fields, amount, tax="tax", free="taxfree")
    if order.is_too_small(amount, methods, options):
        problems.append("price: 1,000원 미만 / below 1 000 won without below1000")
    if any(name.startswith("BILLAUTH") for name in options):
        problems.append("BILLAUTH: 빌링키 발급은 지원하지 않습니다 / billing keys are not simulated")
    plain = _PLAIN_EMAIL.fullmatch(fields["buyeremail"])
    if not plain and switches.is_set(db, "email_characters", "plain"):
        problems.append("buyeremail: @와 . 만 쓸 수 있습니다 / only @ and . beside letters and digits")
    kind = switches.read(db, "phone_contract")
    if PHONE in methods and kind != "any" and options.get("HPP") != kind:
        problems.append(f"HPP({options.get('HPP', '')}): 계약과 다릅니다 / the contract is for HPP({kind})")
    return [*problems, *due_problems(db, options.get("vbank", ""))]


def due_problems(db: sqlite3.Connection, due: str) -> list[str]:
    if not due:
        return []
    try:
        passed = due_moment(due) <= min(clock.now(db), time.time())
    except ValueError:
        passed = True
    return [f"입금 기한 오류 / due date: {due[:20]}"] if passed else []
