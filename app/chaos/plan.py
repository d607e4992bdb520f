"""What happens in one payment, drawn from the seed and the payment's number: the same seed, the same plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

FAULTS = (
    "answer_lost",
    "error_500_after",
    "system_error_after",
    "garbled",
    "wrong_charset",
    "error_500_before",
    "system_error_before",
    "request_lost",
    "slow",
)
CANCEL_FAULTS = tuple(one for one in FAULTS if one != "slow")
NOTICE_FAULTS = ("twice", "slow", "request_lost", "answer_lost", "garbled", "wrong_charset")
BACKS = (
    "garbled",
    "without",
    "wrong_charset",
    "foreign_approval",
    "foreign_cancel",
    "unknown_idc",
    "other_order",
)
LIES = ("amount", "oid", "mid", "signature", "tid")
FORGERIES = ("elsewhere", "unknown_payment", "wrong_payment", "wrong_amount")
ACCOUNT = "virtual_account"
METHODS = (
    "card",
    "kakao_pay",
    "naver_pay",
    "samsung_pay",
    "payco",
    "toss_pay",
    "bank_transfer",
    "mobile_phone",
    ACCOUNT,
)
MOST = {"mobile_phone": 1_000_000}  # won; a gateway's window would not open above it
DEPOSITS = ("pays", "early", "reversed", "reversed_first", "never")
WEBHOOK_TROUBLES = ("none", "none", "none", "error_500", "slow", "closed")
NOTHING = ("none", "normal")  # words for no fault at all


@dataclass(frozen=True)
class Try:
    """One try to pay.

    outcome: approve, decline, abort, reject_in_window, close, or leave: the buyer passes the window and never comes
    back. number: which of the gateway's refusals a decline is. phone: the buyer pays on one.
    fault: of the answer to our confirm. lie: what is false in it. cancel_fault: of the answer when we take it back.
    delay_s: how slow what is slow is. back: what is wrong in what the browser brings. returns: how often it comes back,
    all at once.
    notice: what becomes of what the gateway's server tells us next. forged: what somebody else tells us in its name.
    deposit: what happens at the bank when an account was issued. early: we hear of it before the account; reversed: the
    bank takes the money back, and the buyer sends it again; reversed_first: it takes it back for good, and we hear of
    that first.
    """

    method: str
    phone: bool
    number: int
    outcome: str
    fault: str
    lie: str
    cancel_fault: str
    delay_s: float
    back: str
    returns: int
    notice: str
    forged: str
    deposit: str

    @property
    def may_pay(self) -> bool:
        """Else the session may be `processing` for as long as the buyer could still come back from the gateway."""
        return self.outcome == "approve" and self.back in NOTHING


@dataclass(frozen=True)
class Plan:
    """amount: whole won. tries: until one pays. ending: what the merchant does meanwhile. refunds: amounts, asked for
    one after the other once it is paid. webhook: what the receiver does with the first delivery of each event.
    coupon: whether the buyer tries the one that there is not enough of."""

    number: int
    amount: int
    tries: tuple[Try, ...]
    ending: str
    refunds: tuple[int, ...]
    refund_fault: str
    webhook: str
    coupon: bool


def draw(seed: int, number: int) -> Plan:
    random = Random(f"{seed}/{number}")  # noqa: S311  # to be repeated, not to be secret
    amount = random.choice([1000, 29_000, 50_000, random.randrange(1000, 3_000_000)])
    tries = tuple(_try(random, amount, last=False) for _ in range(random.choice([0, 0, 0, 1, 1, 2])))
    return Plan(
        number=number,
        amount=amount,
        tries=(*tries, _try(random, amount, last=True)),
        ending=random.choices(["none", "cancel", "expire"], [90, 5, 5])[0],
        refunds=_refunds(random, amount),
        refund_fault=_seldom(random, CANCEL_FAULTS, 0.7),
        webhook=random.choice(WEBHOOK_TROUBLES),
        coupon=random.random() < 0.5,
    )


def _try(random: Random, amount: int, *, last: bool) -> Try:
    """last: most often the one that pays."""
    outcomes = ["approve", "leave", "decline", "abort", "reject_in_window", "close"]
    weights = [88, 4, 3, 2, 1, 2] if last else [0, 0, 40, 15, 15, 30]
    forged = _seldom(random, FORGERIES, 0.3)
    return Try(
        method=random.choice([one for one in METHODS if amount <= MOST.get(one, amount)]),
        phone=random.random() < 0.6,
        number=random.randrange(100),
        outcome=random.choices(outcomes, weights)[0],
        fault=_seldom(random, FAULTS, 0.7),
        lie=_seldom(random, LIES, 0.15),
        cancel_fault=_seldom(random, CANCEL_FAULTS, 0.3),
        delay_s=round(random.uniform(0.3, 3.5), 1),
        back=_seldom(random, BACKS, 0.1, otherwise="normal"),
        returns=random.choice([1, 1, 1, 2, 3]),
        notice=_seldom(random, NOTICE_FAULTS, 0.4),
        forged=forged,
        # A forged deposit that is believed shows only where no true one follows.
        deposit=random.choices(DEPOSITS, [50, 15, 15, 10, 10 if forged == "none" else 60])[0],
    )


def _seldom(random: Random, words: Sequence[str], share: float, *, otherwise: str = "none") -> str:
    chosen = random.choice(words)
    return chosen if random.random() < share else otherwise


def _refunds(random: Random, amount: int) -> tuple[int, ...]:
    part = random.randrange(1, amount)
    choices: list[tuple[int, ...]] = [(), (amount,), (part,), (part, amount - part), (amount, amount)]
    return random.choices(choices, [60, 10, 10, 10, 10])[0]
