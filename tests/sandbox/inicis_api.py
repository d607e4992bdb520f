"""The calls that a shop's server makes to INIAPI, as a part of `InicisShop`."""

from datetime import datetime, timedelta, timezone
from typing import Any

import requests

from tests.sandbox import inicis_sums as sums

_KOREA = timezone(timedelta(hours=9))


class InicisApi:
    def __init__(self, base: str, keys: sums.Keys) -> None:
        self.base = base
        self.inicis = f"{base}/inicis"
        self.keys = keys

    def refund_body(self, tid: str, paymethod: str = "Card", **changes: str) -> dict[str, str]:
        """Of v1. price in changes makes it a part; account: of a refund of a virtual account, in clear."""
        account = changes.pop("account", "")
        body = {
            "type": "PartialRefund" if "price" in changes else "Refund",
            "paymethod": paymethod,
            "timestamp": now_korean(),
            "clientIp": "127.0.0.1",
            "mid": self.keys.mid,
            "tid": tid,
            "msg": "고객 요청",
            **changes,
        }
        if account:
            encrypted = sums.encrypted(account, self.keys)
            body |= {"refundAcctNum": encrypted, "refundBankCode": "04", "refundAcctName": "홍길동"} | changes
        names = ["type", "paymethod", "timestamp", "clientIp", "mid", "tid"]
        names += ["price", "confirmPrice"] if body["type"] == "PartialRefund" else []
        names += ["refundAcctNum"] if paymethod == "Vacct" else []
        return {"hashData": sums.api_hash(self.keys.api_key, *(body.get(name, "") for name in names)), **body}

    def refund(self, tid: str, paymethod: str = "Card", **changes: str) -> dict[str, str]:
        answer = self.post_to(f"{self.inicis}/api/v1/refund", self.refund_body(tid, paymethod, **changes))
        found: dict[str, str] = answer.json()
        return found

    def inquire(self, **changes: str) -> dict[str, str]:
        """By v1."""
        body = {
            "type": "Extra",
            "paymethod": "Inquiry",
            "timestamp": now_korean(),
            "clientIp": "127.0.0.1",
            "mid": self.keys.mid,
            **changes,
        }
        hashed = (body[name] for name in ("type", "paymethod", "timestamp", "clientIp", "mid"))
        body = {"hashData": sums.api_hash(self.keys.api_key, *hashed), **body}
        found: dict[str, str] = self.post_to(f"{self.inicis}/api/v1/extra", body).json()
        return found

    def post_v2(self, path: str, type: str, data: str, **changes: str) -> dict[str, Any]:
        """data: the text of the object; it is spliced into the body as it is."""
        timestamp = changes.get("timestamp", now_korean())
        hashed = sums.api_hash(self.keys.api_key, self.keys.mid, type, timestamp, data)
        head = {
            "mid": self.keys.mid,
            "type": type,
            "timestamp": timestamp,
            "clientIp": "127.0.0.1",
            "hashData": hashed,
            **changes,
        }
        quoted = ",".join(f'"{name}":"{value}"' for name, value in head.items())
        headers = {"Content-Type": "application/json;charset=utf-8"}
        body = f'{{{quoted},"data":{data}}}'.encode()
        answer = requests.post(f"{self.inicis}/v2/pg/{path}", data=body, headers=headers, timeout=5)
        found: dict[str, Any] = answer.json()
        return found

    def look_up(self, tid: str) -> dict[str, Any]:
        """By v2."""
        return self.post_v2("inquiry", "inquiry", f'{{"tid":"{tid}"}}')

    def post_to(self, address: str, body: dict[str, str], *, timeout: float = 5) -> requests.Response:
        return requests.post(address, data=body, timeout=timeout, allow_redirects=False)


def now_korean() -> str:
    return datetime.now(_KOREA).strftime("%Y%m%d%H%M%S")
