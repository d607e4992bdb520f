"""Published numbers that decide an outcome without anybody choosing it.

An order of 991 000 + n won goes through its window by itself. A card number 4330 1200 0000 00nn typed into the
window has the same effect, at any amount. n is one of MAGIC; up to 56 it means what it means at KCP, where both
have such a thing.
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
    1: Magic("cancelled by the buyer", {"outcome": "close"}),
    2: Magic("authentication fails, SIM0", {"outcome": "fail"}),
    3: Magic("time out, nothing comes back", {"outcome": "timeout"}),
    4: Magic("authenticated, but out of time", {"outcome": "expired"}),
    5: Magic("cancelled in the bank's app", {"outcome": "bank_app"}),
    6: Magic("empty code or message", {"outcome": "blank"}),
    # at the approval
    11: _decline("SIMB"),
    12: _decline("SIMC"),
    13: _decline("SIMD"),
    14: _decline("SIME"),
    15: _decline("SIMF"),
    16: _decline("SIMG"),
    17: _decline("SIMH"),
    18: _decline("SIMK"),
    19: _decline("SIM9"),
    20: Magic("approved, not cancellable in part", {"partial": "0"}),
    21: Magic("answer lost after approval", {"fault": "answer_lost"}),
    22: Magic("502 page after approval", {"fault": "error_500_after"}),
    23: Magic("SIM9 after approval", {"fault": "system_error_after"}),
    24: Magic("garbled answer after approval", {"fault": "garbled"}),
    25: Magic("answer in the wrong charset", {"fault": "wrong_charset"}),
    26: Magic("502 page without approval, once", {"fault": "error_500_before"}),
    27: Magic("SIM9 without approval, once", {"fault": "system_error_before"}),
    28: Magic("request lost, once", {"fault": "request_lost"}),
    29: Magic("answer after 40 s", {"fault": "slow", "delay_s": "40"}),
    30: _decline("SIMP"),
    # on the way back
    31: Magic("nothing comes back after authentication", {"back": "never"}),
    32: Magic("comes back twice", {"back": "twice"}),
    33: Magic("comes back with half of authToken or P_TID", {"back": "garbled"}),
    34: Magic("comes back after 5 s", {"back": "late", "delay_s": "5"}),
    35: Magic("comes back in the wrong charset", {"back": "wrong_charset"}),
    36: Magic("comes back without authToken or P_TID", {"back": "without"}),
    37: Magic("comes back with a foreign authUrl or P_REQ_URL", {"back": "foreign_approval"}),
    38: Magic("comes back with a foreign netCancelUrl", {"back": "foreign_cancel"}),
    39: Magic("comes back with an unknown idc_name", {"back": "unknown_idc"}),
    40: Magic("comes back with another order number", {"back": "other_order"}),
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
    50: _deposit("deposit notice with another account number", "other_account"),
    51: _deposit("deposit notice sent twice", "soon", "twice"),
    52: _deposit("deposit notice 5 s late", "soon", "slow"),
    53: _deposit("first deposit notice lost", "soon", "request_lost"),
    54: _deposit("first acknowledgement lost", "soon", "answer_lost"),
    55: _deposit("first deposit notice garbled", "soon", "garbled"),
    56: _deposit("first deposit notice in the wrong charset", "soon", "wrong_charset"),
    # answers that are not true
    61: Magic("approved, another amount in the answer", {"lie": "amount"}),
    62: Magic("approved, another order number in the answer", {"lie": "oid"}),
    63: Magic("approved, another MID in the answer", {"lie": "mid"}),
    64: Magic("approved, authSignature does not fit (PC)", {"lie": "signature"}),
    65: Magic("approved, no TID in the answer", {"lie": "tid"}),
    # answer lost after approval, and then a fault of the net-cancel
    71: Magic(
        "answer lost; net-cancel's answer lost", {"fault": "answer_lost", "cancel_fault": "answer_lost"}
    ),
    72: Magic("answer lost; net-cancel lost, once", {"fault": "answer_lost", "cancel_fault": "request_lost"}),
    73: Magic(
        "answer lost; net-cancel fails, once", {"fault": "answer_lost", "cancel_fault": "system_error_before"}
    ),
    74: Magic(
        "answer lost; net-cancel done, 502 page", {"fault": "answer_lost", "cancel_fault": "error_500_after"}
    ),
    75: Magic("answer lost; net-cancel garbled", {"fault": "answer_lost", "cancel_fault": "garbled"}),
}


def magic_of(amount: int) -> Magic | None:
    """What an order of so many won does by itself."""
    return MAGIC.get(amount - AMOUNT_BASE)


def listed() -> list[dict[str, object]]:
    return [
        {"amount": AMOUNT_BASE + number, "card": f"{CARD_PREFIX}{number:02}", "what": magic.words}
        for number, magic in MAGIC.items()
    ]
