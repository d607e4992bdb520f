"""Published numbers that decide an outcome without anybody choosing it.

An order of 991 000 + n won goes through its window by itself. A card number 4330 1200 0000 00nn typed into the
window has the same effect, at any amount. n is one of MAGIC.
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


def _decline(code: str) -> Magic:
    return Magic(f"declined with {code}", {"outcome": f"decline:{code}"})


def _deposit(words: str, deposit: str, notice: str = "none") -> Magic:
    return Magic(words, {"deposit": deposit, "notice": notice, "delay_s": "5"})


MAGIC: dict[int, Magic] = {
    0: Magic("approved", {}),
    # in the window
    1: Magic("closed, 3001", {"outcome": "close"}),
    2: Magic("over the limit of the window, 3000", {"outcome": "limit"}),
    3: Magic("time out, nothing comes back", {"outcome": "timeout"}),
    4: Magic("enc_data has expired", {"outcome": "expired"}),
    5: Magic("cancelled with 7777", {"outcome": "odd"}),
    6: Magic("empty res_cd", {"outcome": "blank"}),
    # at the approval
    11: _decline("SIM7"),
    12: _decline("SIMD"),
    13: _decline("SIM8"),
    14: _decline("SIM9"),
    15: _decline("SIMA"),
    16: _decline("CC67"),
    17: _decline("8059"),
    18: _decline("S032"),
    19: _decline("9999"),
    20: Magic("approved, not cancellable in part", {"partcanc": "N"}),
    21: Magic("answer lost after approval", {"fault": "answer_lost"}),
    22: Magic("502 page after approval", {"fault": "error_500_after"}),
    23: Magic("9999 after approval", {"fault": "system_error_after"}),
    24: Magic("garbled answer after approval", {"fault": "garbled"}),
    25: Magic("answer in the wrong charset", {"fault": "wrong_charset"}),
    26: Magic("502 page without approval, once", {"fault": "error_500_before"}),
    27: Magic("9999 without approval, once", {"fault": "system_error_before"}),
    28: Magic("request lost, once", {"fault": "request_lost"}),
    29: Magic("answer after 40 s", {"fault": "slow", "delay_s": "40"}),
    # on the way back
    31: Magic("nothing comes back after authentication", {"back": "never"}),
    32: Magic("comes back twice", {"back": "twice"}),
    33: Magic("comes back with half of enc_data", {"back": "garbled"}),
    34: Magic("comes back after 5 s", {"back": "late", "delay_s": "5"}),
    35: Magic("comes back in the wrong charset", {"back": "wrong_charset"}),
    36: Magic("comes back without enc_info", {"back": "without"}),
    # deposits into virtual accounts
    41: _deposit("deposit at once", "soon"),
    42: _deposit("deposit after 5 s", "later"),
    43: _deposit("deposit notice before the answer to the approval", "before_answer"),
    44: _deposit("deposit taken back after 5 s", "reversed"),
    45: _deposit("deposit taken back, and told in the wrong order", "reversed_first"),
    46: _deposit("too little is deposited", "less"),
    47: _deposit("too much is deposited", "more"),
    48: _deposit("deposited two times", "two"),
    49: _deposit("deposited after the due date", "after_due"),
    51: _deposit("deposit notice sent twice", "soon", "twice"),
    52: _deposit("deposit notice 5 s late", "soon", "slow"),
    53: _deposit("first deposit notice lost", "soon", "request_lost"),
    54: _deposit("first acknowledgement lost", "soon", "answer_lost"),
    55: _deposit("first deposit notice garbled", "soon", "garbled"),
    56: _deposit("first deposit notice in the wrong charset", "soon", "wrong_charset"),
}


def magic_of(amount: int) -> Magic | None:
    """What an order of so many won does by itself."""
    return MAGIC.get(amount - AMOUNT_BASE)


def listed() -> list[dict[str, object]]:
    return [
        {"amount": AMOUNT_BASE + number, "card": f"{CARD_PREFIX}{number:02}", "what": magic.words}
        for number, magic in MAGIC.items()
    ]
