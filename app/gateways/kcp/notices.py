"""NHN KCP's webhook (웹훅, 공통통보): not signed, so where it comes from and what it tells are compared."""

import re
from collections.abc import Container, Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl, urlsplit

from app.gateways.base import Acknowledgement, Deposit, Notification, plain
from app.gateways.kcp.answers import CHARSETS, is_tno, moment_of, won
from app.gateways.kcp.order import order_id_of

TAKEN = Acknowledgement(
    '<html><body><form><input type="hidden" name="result" value="0000"></form></body></html>', "text/html"
)
KIND = re.compile("TX[0-9]{2}")  # tx_cd
DEPOSIT = "TX00"  # 가상계좌 입금
REVERSED = "13"  # op_cd: the bank took it back (망취소); every other one is a deposit
MOST_FIELDS = 200


def read_notice(body: bytes, *, sites: Container[str | None]) -> Notification | None:
    """Of the further kinds (refund done, escrow, cancelled, account closed) nothing is done: a person or we have done
    that ourselves."""
    fields = read_form(body)
    order_id, tno = order_id_of(fields.get("order_no", "")), fields.get("tno")
    if fields.get("site_cd") not in sites or order_id is None or not is_tno(tno):
        return None
    if fields.get("tx_cd") != DEPOSIT or not _is_whole(fields):
        return None
    amount = won(fields.get("ipgm_mnyx"))
    if amount is None:
        return None
    deposit = Deposit(
        amount=amount,
        account="".join(letter for letter in plain(fields.get("account"), 40) if letter in "0123456789"),
        reversed=fields.get("op_cd") == REVERSED,
        at=moment_of(fields.get("ipgm_time")) or moment_of(fields.get("tx_tm")),
        notice=plain(fields.get("noti_id"), 40),
    )
    return Notification(order_id, transaction_id=tno, deposit=deposit)


def is_whole(body: bytes) -> bool:
    """Every kind has the same four fields (§4). One about a deposit that is cut off may have lost that the bank took
    it back, which stands behind the amount."""
    return _is_whole(read_form(body))


def read_form(body: bytes) -> Mapping[str, str]:
    """In the charset that was chosen at KCP; empty for what is no form."""
    for charset in CHARSETS:
        try:
            pairs = parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                encoding=charset,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        except UnicodeDecodeError:
            continue
        except ValueError:  # more fields than KCP sends
            return {}
        return dict(pairs)
    return {}


def _is_whole(fields: Mapping[str, str]) -> bool:
    kind = fields.get("tx_cd", "")
    if not KIND.fullmatch(kind) or not all(fields.get(name) for name in ("site_cd", "tno", "order_no")):
        return False
    return kind != DEPOSIT or bool(fields.get("ipgm_mnyx") and fields.get("account") and "op_cd" in fields)


def may_come_from(source: str, networks: Iterable[str]) -> bool:
    try:
        address = ip_address(source)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ip_network(network) for network in networks)


def addresses_in(url: str) -> tuple[str, ...]:
    """Of the simulator's machine; none where its name does not tell."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return "127.0.0.0/8", "::1/128"
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return ()
