"""Published numbers that decide an outcome without anybody choosing it.

An order of 991 000 + n won goes through its window by itself. A card number 4330 1200 0000 00nn typed into the
window has the same effect, at any amount. n is a key of the gateway's own table; what means the same at KCP and
Inicis stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

AMOUNT_BASE = 991_000
CARD_PREFIX = "43301200000000"


@dataclass(frozen=True)
class Magic:
    """form: the fields of the pay window that it fills in."""

    words: str
    form: Mapping[str, str]


Table = Mapping[int, Magic]


def decline(code: str) -> Magic:
    return Magic(f"declined with {code}", {"outcome": f"decline:{code}"})


def deposit(words: str, deposit: str, notice: str = "none") -> Magic:
    return Magic(words, {"deposit": deposit, "notice": notice, "delay_s": "5"})


COMMON: dict[int, Magic] = {
    0: Magic("approved", {}),
    # in the window
    3: Magic("time out, nothing comes back", {"outcome": "timeout"}),
    # at the approval
    21: Magic("answer lost after approval", {"fault": "answer_lost"}),
    22: Magic("502 page after approval", {"fault": "error_500_after"}),
    24: Magic("garbled answer after approval", {"fault": "garbled"}),
    25: Magic("answer in the wrong charset", {"fault": "wrong_charset"}),
    26: Magic("502 page without approval, once", {"fault": "error_500_before"}),
    28: Magic("request lost, once", {"fault": "request_lost"}),
    29: Magic("answer after 40 s", {"fault": "slow", "delay_s": "40"}),
    # on the way back
    31: Magic("nothing comes back after authentication", {"back": "never"}),
    32: Magic("comes back twice", {"back": "twice"}),
    34: Magic("comes back after 5 s", {"back": "late", "delay_s": "5"}),
    35: Magic("comes back in the wrong charset", {"back": "wrong_charset"}),
    # deposits into virtual accounts
    41: deposit("deposit at once", "soon"),
    42: deposit("deposit after 5 s", "later"),
    43: deposit("deposit notice before the answer to the approval", "before_answer"),
    44: deposit("deposit taken back after 5 s", "reversed"),
    45: deposit("deposit taken back, and told in the wrong order", "reversed_first"),
    46: deposit("too little is deposited", "less"),
    47: deposit("too much is deposited", "more"),
    48: deposit("deposited two times", "two"),
    49: deposit("deposited after the due date", "after_due"),
    51: deposit("deposit notice sent twice", "soon", "twice"),
    52: deposit("deposit notice 5 s late", "soon", "slow"),
    53: deposit("first deposit notice lost", "soon", "request_lost"),
    54: deposit("first acknowledgement lost", "soon", "answer_lost"),
    55: deposit("first deposit notice garbled", "soon", "garbled"),
    56: deposit("first deposit notice in the wrong charset", "soon", "wrong_charset"),
}


def with_common(own: Table) -> dict[int, Magic]:
    """The numbers of one gateway, in order."""
    every = {**COMMON, **own}
    return {number: every[number] for number in sorted(every)}


def of_amount(table: Table, amount: int) -> Magic | None:
    """What an order of so many won does by itself."""
    return table.get(amount - AMOUNT_BASE)


def form_of_card(table: Table, number: str) -> Mapping[str, str]:
    """What a magic card decides; nothing for any other number."""
    digits = number.removeprefix(CARD_PREFIX)
    magic = table.get(int(digits)) if digits != number and digits.isdecimal() else None
    return magic.form if magic else {}


def listed(table: Table) -> list[dict[str, object]]:
    return [
        {"amount": AMOUNT_BASE + number, "card": f"{CARD_PREFIX}{number:02}", "what": magic.words}
        for number, magic in table.items()
    ]
