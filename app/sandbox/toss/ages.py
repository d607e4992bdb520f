"""Which times a merchant has at the simulated Toss."""

from app.sandbox.passing import Aged, timers_of

OWN = "account = ?"
PAYMENTS = f"payment_key IN (SELECT payment_key FROM toss_payments WHERE {OWN})"  # noqa: S608  # words of our own

AGES = (
    Aged(
        "toss_payments",
        ("requested_at", "authenticated_at", "approved_at"),
        OWN,
        within=(("approved_fields", "$._due_at"),),
    ),
    Aged("toss_cancels", ("canceled_at",), PAYMENTS),
    Aged("toss_idempotency", ("started_at",), OWN),
    timers_of("payment_key", "toss_payments", "payment_key", OWN),
)
