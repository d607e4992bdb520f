"""A shop that pays at the simulated KCP over real HTTP, the way its page, its buyer and its server would."""

import base64
import itertools
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urlencode

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from tests.sandbox.controls import ORIGIN, WindowShop

_NUMBERS = itertools.count(1)
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')

BITS = {"PACA": 0, "PABK": 1, "PAVC": 2, "PAPT": 3, "PAMC": 4, "PATK": 8}
WORDS = {
    "PACA": ("CARD", "card"),
    "PABK": ("BANK", "acnt"),
    "PAVC": ("VCNT", "vcnt"),
    "PAMC": ("MOBX", "mobx"),
}
RESULT_INPUTS = ("res_cd", "res_msg", "enc_data", "enc_info", "tran_cd", "ordr_chk", "use_pay_method")


@dataclass(frozen=True)
class Authenticated:
    """What the window handed back. returned: the fields of the return."""

    order_no: str
    amount: int
    pay_type: str
    returned: dict[str, str]


@dataclass(frozen=True)
class Key:
    cert_info: str
    private: rsa.RSAPrivateKey

    def sign(self, *parts: str) -> str:
        signature = self.private.sign("^".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()


class KcpShop(WindowShop):
    transaction = "tno"

    def __init__(self, base: str, site_cd: str = "T0000") -> None:
        self.base = base
        self.root = self.kcp = f"{base}/kcp"
        self.site_cd = site_cd

    @property
    def key(self) -> Key:
        return own_key(self.site_cd)

    # the buyer's browser

    def order(self, amount: int = 29_000, pay_type: str = "PACA", **changes: str) -> dict[str, str]:
        """The form of the PC page."""
        return {
            "site_cd": self.site_cd,
            "site_name": "demo shop",
            "ordr_idxx": f"ORDER{next(_NUMBERS):06}",
            "good_name": "제주 감귤 5kg 외 1건",
            "good_mny": str(amount),
            "buyr_name": "홍길동",
            "buyr_mail": "buyer@shop.example",
            "buyr_tel2": "010-1234-5678",
            "pay_method": bits(pay_type),
            "currency": "WON",
            "module_type": "01",
            "escw_used": "N",
            **dict.fromkeys(RESULT_INPUTS, ""),
            **changes,
        }

    def post_pc(self, form: dict[str, str], *, charset: str = "utf-8") -> requests.Response:
        """What the hub script does with the form, without following the redirect."""
        body = urlencode({**form, "encType": charset, "sim_origin": ORIGIN}, encoding=charset)
        return self.post_form(f"{self.kcp}/window", body)

    def open_pc(self, amount: int = 29_000, pay_type: str = "PACA", **changes: str) -> str:
        """The address of the window."""
        return self.window_of(self.post_pc(self.order(amount, pay_type, **changes)))

    def authenticated(
        self,
        amount: int = 29_000,
        pay_type: str = "PACA",
        *,
        order: dict[str, str] | None = None,
        **choice: Any,
    ) -> Authenticated:
        """On PC. order: further fields of the order form; choice: of the window."""
        form = self.order(amount, pay_type, **(order or {}))
        left = self.passed(self.post_pc(form), pay_type=pay_type, **choice)
        return Authenticated(form["ordr_idxx"], amount, pay_type, pc_fields(left))

    def register(self, path: str = "std/tradeReg/register", **changes: Any) -> requests.Response:
        body = {
            "site_cd": self.site_cd,
            "kcp_cert_info": self.key.cert_info,
            "ordr_idxx": f"ORDER{next(_NUMBERS):06}",
            "good_mny": "11000",
            "good_name": "면 티셔츠 1개",
            "pay_method": "CARD",
            "Ret_URL": f"{ORIGIN}/return/7d1f?a=b",
            "escw_used": "N",
            "user_agent": "",
        } | changes
        return requests.post(f"{self.kcp}/{path}", json=body, timeout=5)

    def mobile_form(self, amount: int = 11_000, pay_type: str = "PACA", **changes: str) -> dict[str, str]:
        """The form of the phone page, after a registration."""
        word, action = WORDS[pay_type]
        ret_url = changes.pop("Ret_URL", f"{ORIGIN}/return/7d1f")
        order = self.order(amount, pay_type, pay_method=word, currency="410", Ret_URL=ret_url, **changes)
        order["shop_name"] = order.pop("site_name")
        registered = self.register(
            **{name: order[name] for name in ("ordr_idxx", "good_mny", "good_name", "pay_method", "Ret_URL")}
        ).json()
        assert registered["Code"] == "0000", registered
        return {
            **order,
            "ActionResult": action,
            "approval_key": registered["approvalKey"],
            "traceNo": registered["traceNo"],
            "PayUrl": registered["PayUrl"],
            "tablet_size": "1.0",
            "param_opt_1": "nonce-1",
        }

    def post_mobile(self, form: dict[str, str], *, charset: str = "cp949") -> requests.Response:
        if charset == "utf-8":
            form = {**form, "encoding_trans": "UTF-8"}
            address = f"{self.kcp}/pay/jsp/encodingFilter/encodingFilter.jsp"
        else:
            address = form["PayUrl"]
        return self.post_form(address, urlencode(form, encoding=charset, errors="xmlcharrefreplace"))

    def leave_phone(
        self,
        amount: int = 11_000,
        pay_type: str = "PACA",
        *,
        form: dict[str, str] | None = None,
        **choice: Any,
    ) -> requests.Response:
        """The page with which the window is left on a phone."""
        opened = self.post_mobile(form or self.mobile_form(amount, pay_type))
        return self.use(self.window_of(opened), **choice)

    # the shop's server

    def approve(self, paid: Authenticated, **changes: Any) -> requests.Response:
        return self.post("gw/enc/v1/payment", self.approval(paid, **changes))

    def approval(self, paid: Authenticated, **changes: Any) -> dict[str, Any]:
        return {
            "tran_cd": paid.returned.get("tran_cd", "00100000"),
            "site_cd": self.site_cd,
            "kcp_cert_info": self.key.cert_info,
            "enc_data": paid.returned.get("enc_data", ""),
            "enc_info": paid.returned.get("enc_info", ""),
            "ordr_mony": str(paid.amount),
            "ordr_no": paid.order_no,
            "pay_type": paid.pay_type,
        } | changes

    def paid(self, amount: int = 29_000, pay_type: str = "PACA", **more: Any) -> dict[str, str]:
        """The answer to an approval that went well."""
        answer: dict[str, str] = self.approve(self.authenticated(amount, pay_type, **more)).json()
        assert answer["res_cd"] in ("0000", "V000"), answer
        return answer

    def cancel(self, tno: str, mod_type: str = "STSC", **changes: Any) -> dict[str, str]:
        answer: dict[str, str] = self.post(
            "gw/mod/v1/cancel", self.cancel_body(tno, mod_type, **changes)
        ).json()
        return answer

    def cancel_body(self, tno: str, mod_type: str, **changes: Any) -> dict[str, Any]:
        return {
            "site_cd": self.site_cd,
            "kcp_cert_info": self.key.cert_info,
            "kcp_sign_data": self.key.sign(self.site_cd, tno, mod_type),
            "tno": tno,
            "mod_type": mod_type,
            "mod_desc": "고객 요청",
        } | changes

    def inquire(self, tno: str, pay_type: str = "PACA", **changes: Any) -> dict[str, str]:
        body = {
            "site_cd": self.site_cd,
            "kcp_cert_info": self.key.cert_info,
            "kcp_sign_data": self.key.sign(self.site_cd, tno, pay_type),
            "tno": tno,
            "pay_type": pay_type,
        } | changes
        answer: dict[str, str] = self.post("std/inquery", body).json()
        return answer

    def post(self, path: str, body: Any, *, timeout: float = 5) -> requests.Response:
        return requests.post(f"{self.kcp}/{path}", json=body, timeout=timeout)

    # the controls

    def listen_at(self, url: str, charset: str = "euc-kr") -> None:
        answer = self.post(f"sim/sites/{self.site_cd}", {"noti_url": url, "noti_charset": charset})
        assert answer.status_code == 200, answer.text


def bits(*pay_types: str) -> str:
    places = {BITS[pay_type] for pay_type in pay_types}
    return "".join("1" if place in places else "0" for place in range(12))


def pc_message(page: requests.Response) -> dict[str, Any]:
    """What the page of a left window tells the hub script."""
    found = re.search(r'data-message="([^"]*)"', page.text)
    assert found, page.text
    message: dict[str, Any] = json.loads(unescape(found[1]))
    return message


def pc_fields(page: requests.Response) -> dict[str, str]:
    fields: dict[str, str] = pc_message(page)["fields"] or {}
    return fields


def phone_fields(page: requests.Response) -> dict[str, str]:
    """The hidden inputs of the form that goes back to the shop."""
    return {name: unescape(value) for name, value in _INPUT.findall(page.text)}


@cache
def own_key(site_cd: str) -> Key:
    """Made by the shop itself: the site takes the first certificate it sees. One for the whole run: it costs."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return Key(one_line(certificate_of(private)), private)


def certificate_of(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, *, days: int = 3650
) -> x509.Certificate:
    """Signed by itself. days: until it expires."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=days))
        .sign(private, hashes.SHA256())
    )


def one_line(certificate: x509.Certificate) -> str:
    return "".join(certificate.public_bytes(serialization.Encoding.PEM).decode().splitlines())
