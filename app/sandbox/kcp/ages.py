"""Which times a merchant has at the simulated KCP."""

from app.sandbox.passing import Aged, timers_of

OWN = "site_cd = ?"
PAYMENTS = f"tno IN (SELECT tno FROM kcp_payments WHERE {OWN})"  # noqa: S608  # words of our own

AGES = (
    Aged("kcp_windows", ("opened_at", "authenticated_at", "enc_until"), OWN),
    Aged("kcp_trades", ("registered_at",), OWN),
    Aged("kcp_payments", ("approved_at", "due_at"), OWN),
    Aged("kcp_cancels", ("canceled_at",), PAYMENTS),
    Aged("kcp_deposits", ("deposited_at", "reversed_at"), PAYMENTS),
    timers_of("tno", "kcp_payments", "tno", OWN),
)
