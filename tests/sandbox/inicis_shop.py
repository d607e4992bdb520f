"""A shop that pays at the simulated Inicis over real HTTP, the way its page, its buyer and its server would."""

import itertools
import re
import time
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests

from tests.sandbox import inicis_sums as sums
from tests.sandbox.controls import ORIGIN, WindowShop
from tests.sandbox.inicis_api import InicisApi

_NUMBERS = itertools.count(1)
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')

PC_WAYS = {"card": "Card", "bank": "DirectBank", "vbank": "VBank", "phone": "HPP", "culture": "Culture"}
PHONE_WAYS = {"card": "CARD", "bank": "BANK", "vbank": "VBANK", "phone": "MOBILE", "culture": "CULTURE"}
RESERVED = "centerCd=Y&amt_hash=Y&twotrs_isp=Y&block_isp=Y&twotrs_isp_noti=N&twotrs_bank=Y"


@dataclass(frozen=True)
class Authenticated:
    """What the window handed back. form: the order as it was posted; returned: the fields of the return."""

    oid: str
    amount: int
    form: dict[str, str]
    returned: dict[str, str]
    page: requests.Response


class InicisShop(InicisApi, WindowShop):
    transaction = "tid"

    def __init__(self, base: str, keys: sums.Keys = sums.PAY_TEST) -> None:
        super().__init__(base, keys)
        self.root = self.inicis
        self.noti_url = f"{ORIGIN}/notify/7"

    # the buyer's browser on PC

    def order(self, amount: int = 29_000, method: str = "card", **changes: str) -> dict[str, str]:
        """The form of the PC page. The hashes are those of the changed values, unless they are changed too."""
        form = {
            "version": "1.0",
            "gopaymethod": PC_WAYS[method],
            "mid": self.keys.mid,
            "oid": f"kc_{next(_NUMBERS):06}_1",
            "price": str(amount),
            "currency": "WON",
            "timestamp": now_ms(),
            "use_chkfake": "Y",
            "goodname": "제주 감귤 5kg 외 1건",
            "buyername": "홍길동",
            "buyertel": "010-1234-5678",
            "buyeremail": "buyer@shop.example",
            "returnUrl": f"{ORIGIN}/return/7d1f",
            "closeUrl": f"{ORIGIN}/close",
            "charset": "UTF-8",
            "acceptmethod": "HPP(2):va_receipt:below1000:centerCd(Y)",
            "quotabase": "2:3:4:5:6",
            **changes,
        }
        return {**self._hashes(form), **form}

    def _hashes(self, form: dict[str, str]) -> dict[str, str]:
        values = {name: form.get(name, "") for name in ("oid", "price", "timestamp")}
        return {
            "signature": sums.signature(**values),
            "verification": sums.signature(**values, signKey=self.keys.sign_key),
            "mKey": sums.merchant_key(self.keys.sign_key),
        }

    def post_pc(self, form: dict[str, str], *, by_script: bool = True) -> requests.Response:
        """What the script does with the form, without following the redirect."""
        script = {"requestByJs": "true", "sim_origin": ORIGIN} if by_script else {}
        return self.post_form(f"{self.inicis}/payMain/pay", urlencode({**form, **script}))

    def open_pc(self, amount: int = 29_000, method: str = "card", **changes: str) -> str:
        """The address of the window."""
        return self.window_of(self.post_pc(self.order(amount, method, **changes)))

    def authenticated(
        self,
        amount: int = 29_000,
        method: str = "card",
        *,
        order: dict[str, str] | None = None,
        **choice: Any,
    ) -> Authenticated:
        """On PC. order: further fields of the form; choice: of the window."""
        form = self.order(amount, method, **(order or {}))
        left = self.passed(self.post_pc(form), method=method, **choice)
        return Authenticated(form["oid"], amount, form, hidden_inputs(left), left)

    # the buyer's browser on a phone

    def mobile_form(self, amount: int = 11_000, method: str = "card", **changes: str) -> dict[str, str]:
        oid = f"km_{next(_NUMBERS):06}_1"
        form = {
            "P_INI_PAYMENT": PHONE_WAYS[method],
            "P_MID": self.keys.mid,
            "P_OID": oid,
            "P_AMT": str(amount),
            "P_GOODS": "면 티셔츠 1개",
            "P_UNAME": "홍길동",
            "P_NEXT_URL": f"{ORIGIN}/return/7d1f?a=b&c=d",
            "P_NOTI_URL": self.noti_url,
            "P_HPP_METHOD": "2",
            "P_RESERVED": f"{RESERVED}&vbank_receipt=Y",
            "P_TIMESTAMP": now_ms(),
            "P_CHARSET": "utf8",
            "P_NOTI": oid,
            "P_MNAME": "예시상점",
            "P_QUOTABASE": "01:02:03:04:05:06",
            **changes,
        }
        fake = sums.check_fake(form["P_AMT"], form["P_OID"], form["P_TIMESTAMP"], self.keys.hash_key)
        return {"P_CHKFAKE": fake, **form}

    def post_mobile(self, form: dict[str, str], path: str = "smart/payment/") -> requests.Response:
        body = urlencode(form, encoding="cp949", errors="xmlcharrefreplace")
        return self.post_form(f"{self.inicis}/{path}", body)

    def on_phone(
        self,
        amount: int = 11_000,
        method: str = "card",
        *,
        order: dict[str, str] | None = None,
        **choice: Any,
    ) -> Authenticated:
        form = self.mobile_form(amount, method, **(order or {}))
        left = self.passed(self.post_mobile(form), method=method, **choice)
        return Authenticated(form["P_OID"], amount, form, hidden_inputs(left), left)

    # the shop's server: approval and net-cancel

    def approval(self, paid: Authenticated, **changes: str) -> dict[str, str]:
        """changes: None is no value; a field is left out by `fields.pop`."""
        token, timestamp = paid.returned.get("authToken", ""), changes.pop("timestamp", now_ms())
        values = {"authToken": token, "timestamp": timestamp}
        return {
            "mid": self.keys.mid,
            "authToken": token,
            "timestamp": timestamp,
            "signature": sums.signature(**values),
            "verification": sums.signature(**values, signKey=self.keys.sign_key),
            "charset": "UTF-8",
            "format": "JSON",
            "price": str(paid.amount),
            **changes,
        }

    def approve(self, paid: Authenticated, **changes: str) -> requests.Response:
        return self.post_to(paid.returned["authUrl"], self.approval(paid, **changes))

    def paid(self, amount: int = 29_000, method: str = "card", **more: Any) -> dict[str, str]:
        """The answer to an approval that went well."""
        answer: dict[str, str] = self.approve(self.authenticated(amount, method, **more)).json()
        assert answer["resultCode"] == "0000", answer
        return answer

    def net_cancel(self, paid: Authenticated, **changes: str) -> requests.Response:
        return self.post_to(paid.returned["netCancelUrl"], self.approval(paid, **changes))

    def approve_phone(self, paid: Authenticated, **changes: str) -> requests.Response:
        body = {"P_MID": self.keys.mid, "P_TID": paid.returned["P_TID"], **changes}
        return self.post_to(paid.returned["P_REQ_URL"], body)

    def paid_on_phone(self, amount: int = 11_000, method: str = "card", **more: Any) -> dict[str, str]:
        answer = read_nvp(self.approve_phone(self.on_phone(amount, method, **more)))
        assert answer["P_STATUS"] == "00", answer
        return answer

    def net_cancel_phone(self, paid: Authenticated, **changes: str) -> requests.Response:
        body = {
            "P_TID": paid.returned["P_TID"],
            "P_MID": self.keys.mid,
            "P_AMT": str(paid.amount),
            "P_OID": paid.oid,
            "P_TIMESTAMP": now_ms(),
            **changes,
        }
        fake = sums.check_fake(body["P_AMT"], body["P_OID"], body["P_TIMESTAMP"], self.keys.hash_key)
        address = paid.returned["P_REQ_URL"].replace("payReq.ini", "payNetCancel.ini")
        return self.post_to(address, {"P_CHKFAKE": fake, **body})

    # the controls

    def listen_at(self, url: str) -> None:
        self.noti_url = url
        assert self.sim(f"mids/{self.keys.mid}", noti_url=url).status_code == 200

    def observed_all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{self.inicis}/sim/payments", timeout=5).json()
        return found

    def approvals_of(self, oid: str) -> int:
        return sum(payment["approvals"] for payment in self.observed(oid))


def hidden_inputs(page: requests.Response) -> dict[str, str]:
    """Of the form that goes back to the shop, or of the link that does."""
    link = re.search(r'<a class="pay" href="([^"]+)" data-back', page.text)
    if link:
        return dict(parse_qsl(unescape(link[1]).partition("?")[2], keep_blank_values=True))
    return {name: unescape(value) for name, value in _INPUT.findall(page.text)}


def read_nvp(answer: requests.Response) -> dict[str, str]:
    """The text of phones, tolerantly: only the first = of a pair parts it, and it may be EUC-KR."""
    try:
        text = answer.content.decode()
    except UnicodeDecodeError:
        text = answer.content.decode("cp949")
    pairs = (part.partition("=") for part in text.split("&"))
    return {name: value for name, _, value in pairs}


def now_ms() -> str:
    return str(time.time_ns() // 1_000_000)
