"""An order as it opens a pay window, whichever of the two forms it came in. See pc_order.py and mobile_order.py."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.sandbox import clock
from app.sandbox.inicis.codes import CARD, CARDS, MIN_CARD, OLD_CARD_CODES
from app.sandbox.text import size

Fields = Mapping[str, str]

PC, MOBILE = "pc", "mobile"
DEFAULT_TERM_DAYS = 10
LONGEST_GOODS = 40  # bytes on PC; what is longer is cut to CUT_GOODS and dots
CUT_GOODS = 37

AMOUNT = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)
OID = re.compile(r"[!-~]{1,40}", re.ASCII)


class OrderRefused(Exception):
    """problems: one sentence each, for the developer who looks at the window. code: what the buyer would see."""

    def __init__(self, problems: list[str], code: str) -> None:
        self.problems = problems
        self.code = code
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Order:
    """Checked. amount: whole won. options: of acceptmethod or P_RESERVED. wallet: "" unless one was asked for.

    charset: of what goes back to the shop. months: offered instalments. due: YYYYMMDDhhmm of an account, or "".
    interest_free: by card code. return_url: returnUrl or P_NEXT_URL. close_url: "" when there is none.
    """

    flow: str
    fields: Fields
    mid: str
    oid: str
    amount: int
    goods: str
    buyer: str
    tel: str
    email: str
    methods: tuple[str, ...]
    wallet: str
    options: Mapping[str, str]
    charset: str
    return_url: str
    close_url: str
    noti_url: str
    months: tuple[int, ...]
    interest_free: Mapping[str, tuple[int, ...]]
    due: str

    @property
    def echo(self) -> str:
        """What comes back unread: merchantData or P_NOTI."""
        return self.fields.get("merchantData" if self.flow == PC else "P_NOTI", "")

    @property
    def only_cards(self) -> list[str]:
        name = "ini_onlycardcode" if self.flow == PC else "P_ONLY_CARDCODE"
        return split_list(self.fields.get(name))

    @property
    def first_card(self) -> str:
        """The one that is chosen beforehand."""
        if self.flow == PC:
            return self.fields.get("ini_cardcode", "")
        chosen = re.search(r"selcode=([0-9]{2})", self.fields.get("P_CARD_OPTION", ""))
        return chosen[1] if chosen else self.options.get("d_card", "")

    @property
    def first_months(self) -> str:
        return self.fields.get("ansim_quota", "") if self.flow == PC else self.options.get("d_quota", "")

    @property
    def is_escrow(self) -> bool:
        return "useescrow" in self.options

    def due_at(self, now: float) -> float:
        """When a virtual account that is issued now closes, in seconds since 1970."""
        if not self.due:
            day = datetime.fromtimestamp(now, clock.KOREA) + timedelta(days=DEFAULT_TERM_DAYS)
            return day.replace(hour=23, minute=59, second=59, microsecond=0).timestamp()
        return due_moment(self.due)


def due_moment(due: str) -> float:
    """due: YYYYMMDD with or without hhmm; 0000 is the end of that day. ValueError for what is no date."""
    if not re.fullmatch(r"[0-9]{8}([0-9]{4})?", due, re.ASCII):
        raise ValueError("YYYYMMDD or YYYYMMDDhhmm")
    end = "235959" if due[8:] in ("", "0000") else f"{due[8:]}00"
    return datetime.strptime(due[:8] + end, "%Y%m%d%H%M%S").replace(tzinfo=clock.KOREA).timestamp()


def split_list(value: str | None) -> list[str]:
    return [part for part in (value or "").split(":") if part]


def read_months(value: str) -> tuple[int, ...]:
    """`2:3:12` or `01:02:03`; 1 is all at once and left out. ValueError for what is no list of months."""
    months = [int(part) for part in split_list(value)]
    if any(not 0 <= month <= 60 for month in months):
        raise ValueError("months")
    return tuple(sorted({month for month in months if month > 1}))


def read_plans(value: str, between: str) -> dict[str, tuple[int, ...]]:
    """`11-2:3:,34-5:12`, the cards apart by `between`. ValueError for what is no such list."""
    plans = {}
    for part in (one.strip() for one in value.split(between)):
        if not part:
            continue
        code, _, months = part.partition("-")
        code = OLD_CARD_CODES.get(code, code)
        if code not in CARDS:
            raise ValueError("card code")
        plans[code] = read_months(months)
    return plans


def tax_problems(fields: Fields, amount: int, *, tax: str, free: str) -> list[str]:
    """tax, free: the names of both fields. Tax is a tenth at most."""
    problems = []
    for name, most in ((tax, amount // 10), (free, amount)):
        value = fields.get(name, "") or "0"
        if not value.isascii() or not value.isdecimal() or int(value) > most:
            problems.append(f"{name}: {value[:20]}")
    return problems


def is_too_small(amount: int, methods: tuple[str, ...], options: Mapping[str, str]) -> bool:
    """A card takes less than 1 000 won only with below1000."""
    return CARD in methods and amount < MIN_CARD and "below1000" not in options


def cut_goods(name: str) -> str:
    """More than 40 bytes of EUC-KR are cut to 37 and three dots."""
    if size(name) <= LONGEST_GOODS:
        return name
    cut = name
    while size(cut) > CUT_GOODS:
        cut = cut[:-1]
    return f"{cut}..."
