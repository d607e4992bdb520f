"""What happens in one payment, drawn from the seed and the payment's number: the same seed, the same plan."""

from dataclasses import dataclass
from random import Random

FAULTS = ("answer_lost", "error_500_after", "garbled", "error_500_before", "request_lost", "slow")
CANCEL_FAULTS = ("answer_lost", "error_500_after", "error_500_before", "request_lost", "garbled")
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
DEPOSITS = ("pays", "reversed", "never")
WEBHOOK_TROUBLES = ("none", "none", "none", "error_500", "slow", "closed")


@dataclass(frozen=True)
class Try:
    """One try to pay. outcome: approve, decline, abort, reject_in_window, close, or leave: the buyer passes the window
    and never comes back. number: which of the gateway's refusals a decline is. phone: the buyer pays on one. returns:
    how often the browser comes back, all at once. deposit: what happens at the bank when an account was issued;
    reversed: the bank takes the money back, and the buyer sends it again."""

    method: str
    phone: bool
    number: int
    outcome: str
    fault: str
    delay_s: float
    returns: int
    deposit: str


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
        refund_fault=random.choice(["none", "none", *CANCEL_FAULTS]),
        webhook=random.choice(WEBHOOK_TROUBLES),
        coupon=random.random() < 0.5,
    )


def _try(random: Random, amount: int, *, last: bool) -> Try:
    """last: most often the one that pays."""
    outcomes = ["approve", "leave", "decline", "abort", "reject_in_window", "close"]
    weights = [88, 4, 3, 2, 1, 2] if last else [0, 0, 40, 15, 15, 30]
    return Try(
        method=random.choice([one for one in METHODS if amount <= MOST.get(one, amount)]),
        phone=random.random() < 0.6,
        number=random.randrange(100),
        outcome=random.choices(outcomes, weights)[0],
        fault=random.choice(["none", "none", *FAULTS]),
        delay_s=round(random.uniform(0.5, 4.0), 1),
        returns=random.choice([1, 1, 1, 2, 3]),
        deposit=random.choices(DEPOSITS, [70, 20, 10])[0],
    )


def _refunds(random: Random, amount: int) -> tuple[int, ...]:
    part = random.randrange(1, amount)
    choices: list[tuple[int, ...]] = [(), (amount,), (part,), (part, amount - part), (amount, amount)]
    return random.choices(choices, [60, 10, 10, 10, 10])[0]
