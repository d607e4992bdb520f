"""Deposits into virtual accounts (가상계좌) of KCP and Inicis: as they are stored, and what a tester's choice plans."""

from dataclasses import dataclass

from app.sandbox.choices import Deposit

SOON_S = 0.3
AFTER_DUE_S = 60.0
OFF_BY = 1_000
ORDER_OF_TELLING_S = 2.0
REMITTER = "홍길동"
MOST = 10**12 - 1


class DepositRefused(ValueError):
    """The bank does not take it."""


@dataclass(frozen=True)
class Received:
    """One deposit into a virtual account. reversed_at: when the bank took it back, None when it did not."""

    id: int
    amount: int
    remitter: str
    deposited_at: float
    reversed_at: float | None


def check_amount(amount: int) -> None:
    """DepositRefused for what nobody can transfer."""
    if not 1 <= amount <= MOST:
        raise DepositRefused("amount must be 1 won or more")


def planned_amounts(deposit: Deposit, amount: int) -> list[int]:
    """What is paid into an account of this amount, transfer by transfer."""
    amounts = {
        Deposit.NONE: [],
        Deposit.LESS: [max(amount - OFF_BY, 1)],
        Deposit.MORE: [amount + OFF_BY],
        Deposit.TWO: [amount, amount],
    }
    return amounts.get(deposit, [amount])


def planned_at(deposit: Deposit, *, now: float, delay_s: float, due_at: float) -> float:
    """When it is paid in. due_at: until when the account takes money."""
    return {Deposit.LATER: now + delay_s, Deposit.AFTER_DUE: due_at + AFTER_DUE_S}.get(deposit, now + SOON_S)


def reversal_wait_s(deposit: Deposit, delay_s: float) -> float | None:
    """How long after the deposit the bank takes it back; None: never."""
    return {Deposit.REVERSED: delay_s, Deposit.REVERSED_FIRST: 0.0}.get(deposit)
