"""What KG Inicis' server tells us: a deposit into a virtual account (입금통보), or of a phone's payment.

Nothing is signed. It has to come from an address of Inicis, and is only a reason to ask.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from app.gateways.base import Deposit, Notification
from app.gateways.inicis.codes import ANSWERED_METHODS, DEPOSITED, PHONE_DONE
from app.gateways.inicis.text import pairs_of, won

Networks = Sequence[IPv4Network | IPv6Network]
DEPOSIT, REVERSAL = "0200", "0400"  # type_msg


def comes_from(source: str, networks: Networks) -> bool:
    try:
        address = ip_address(source)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def read_notification(body: bytes, *, mid: str) -> Notification | None:
    """In either charset: that it claims to be anything proves nothing. None: about no payment of this merchant."""
    fields = pairs_of(body)
    if fields is None:
        return None
    if "no_oid" in fields:
        return _of_pc(fields, mid)
    return _of_phone(fields, mid) if "P_OID" in fields else None


def is_whole(body: bytes) -> bool:
    """The fields that tell what it is about, of PC (§4.1) and of phones (§4.2)."""
    fields = pairs_of(body) or {}
    of_pc, of_phone = (
        ("no_oid", "id_merchant", "type_msg", "amt_input"),
        ("P_OID", "P_MID", "P_STATUS", "P_AMT"),
    )
    return any(all(fields.get(name) for name in needed) for needed in (of_pc, of_phone))


def _of_pc(fields: Mapping[str, str], mid: str) -> Notification | None:
    """no_tid names the deposit, not the payment."""
    amount, kind = won(fields.get("amt_input")), fields.get("type_msg")
    if fields.get("id_merchant") != mid or amount is None or kind not in (DEPOSIT, REVERSAL):
        return None
    deposit = Deposit(amount, fields.get("no_vacct", ""), reversed=kind == REVERSAL)
    return Notification(fields["no_oid"], deposit=deposit)


def _of_phone(fields: Mapping[str, str], mid: str) -> Notification | None:
    """P_STATUS 00 of an account says that it was issued, which the answer to our approval has told. Of any other
    method it says that the window took the money by itself."""
    amount, status, told = won(fields.get("P_AMT")), fields.get("P_STATUS"), fields["P_OID"]
    if fields.get("P_MID") != mid or amount is None:
        return None
    is_account = ANSWERED_METHODS.get(fields.get("P_TYPE", "")) == "virtual_account"
    if is_account and status == DEPOSITED:
        return Notification(
            told,
            transaction_id=fields.get("P_TID") or None,
            deposit=Deposit(amount, _account_in(fields.get("P_RMESG1", ""))),
        )
    return Notification(told) if not is_account and status == PHONE_DONE else None


def _account_in(sentence: str) -> str:
    """`P_VACCT_NO=27490088800001|P_EXP_DT=20260108`."""
    parts = dict(part.partition("=")[::2] for part in sentence.split("|"))
    return parts.get("P_VACCT_NO", "")
