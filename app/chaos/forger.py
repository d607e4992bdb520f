"""Somebody who tells us of payments in a gateway's name, and knows of them what a buyer or a merchant may know."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.chaos.pages import Launch
from app.chaos.plan import Try
from app.chaos.simulators import Ask, Payment

GATEWAYS_OWN, ELSEWHERE = "127.0.0.1", "127.0.0.2"
OTHER_PAYMENT, OTHER_ACCOUNT = "20260105000000", "27400000000000"


class Forger:
    """notices: our address for a gateway's notices, {gateway} to be filled in."""

    def __init__(self, notices: str, ask: Ask) -> None:
        self._notices, self._ask = notices, ask

    def tell(self, one: Try, launch: Launch, payment: Payment | None = None) -> None:
        """That money has come. payment: as the gateway has it, once it does."""
        said = payment or Payment(None, launch.order, 0, 0, "", waits=False)
        source, order, amount = ELSEWHERE, launch.order, launch.amount
        if one.forged == "unknown_payment":
            source, order = GATEWAYS_OWN, re.sub("[0-9a-f]{32}$", "0" * 32, order)
        if one.forged == "wrong_payment":
            source, said = GATEWAYS_OWN, replace(said, key=OTHER_PAYMENT, account=OTHER_ACCOUNT)
        if one.forged == "wrong_amount":
            amount = max(1, amount // 2)
        kind, words = KINDS[launch.gateway]
        sent = {kind: words(launch, order, said, amount)}
        self._ask("POST", self._notices.format(gateway=launch.gateway), source=source, **sent)


def _toss(launch: Launch, order: str, said: Payment, amount: int) -> dict[str, object]:
    """A deposit with a secret that was made up, or, once there is a payment, that it is done."""
    if said.account:
        told = {"status": "DONE", "secret": "ps_made_up", "orderId": order, "transactionKey": "made_up"}
        return {"createdAt": "2026-01-05T10:15:02.000000", **told}
    data = {"paymentKey": said.key or "made_up", "orderId": order, "status": "DONE", "totalAmount": amount}
    return {"eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-01-05T10:15:02.000000", "data": data}


def _kcp(launch: Launch, order: str, said: Payment, amount: int) -> dict[str, object]:
    return {
        "site_cd": launch.fields["site_cd"],
        "tno": said.key or OTHER_PAYMENT,
        "order_no": order,
        "tx_cd": "TX00",
        "tx_tm": "20300105101502",
        "ipgm_name": "홍길동",
        "remitter": "홍길동",
        "ipgm_mnyx": str(amount),
        "totl_mnyx": str(amount),
        "ipgm_time": "20300105101502",
        "bank_code": "BK26",
        "account": said.account or OTHER_ACCOUNT,
        "op_cd": "50",
        "noti_id": "20300105101502000000",
    }


def _inicis(launch: Launch, order: str, said: Payment, amount: int) -> dict[str, object]:
    if launch.action:
        return {
            "P_STATUS": "02" if said.account else "00",
            "P_TID": said.key or OTHER_PAYMENT,
            "P_TYPE": "VBANK" if said.account else "CARD",
            "P_AUTH_DT": "20300105101502",
            "P_MID": launch.fields["P_MID"],
            "P_OID": order,
            "P_AMT": str(amount),
            "P_RMESG1": f"P_VACCT_NO={said.account}|P_EXP_DT=20300105",
            "P_NOTI": launch.fields.get("P_NOTI", ""),
        }
    return {
        "no_tid": OTHER_PAYMENT,
        "no_oid": order,
        "id_merchant": launch.fields["mid"],
        "type_msg": "0200",
        "no_vacct": said.account or OTHER_ACCOUNT,
        "amt_input": str(amount),
        "nm_input": "홍길동",
        "dt_trans": "20300105",
        "tm_trans": "101502",
    }


Words = Callable[[Launch, str, Payment, int], dict[str, object]]
KINDS: Mapping[str, tuple[str, Words]] = {
    "toss": ("body", _toss),
    "kcp": ("form", _kcp),
    "inicis": ("form", _inicis),
}
