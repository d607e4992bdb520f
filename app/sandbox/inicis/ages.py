"""Which times a merchant has at the simulated KG Inicis."""

from app.sandbox.passing import Aged, timers_of

# Many shops share the one published MID: theirs is what names them in merchantData or in the address of notices.
OWN = "(echo LIKE '%' || ? OR noti_url LIKE '%' || ?)"
WINDOWS = "fields LIKE '%' || ? || '%'"
PAYMENTS = f"tid IN (SELECT tid FROM inicis_payments WHERE {OWN})"  # noqa: S608  # words of our own

AGES = (
    Aged("inicis_windows", ("opened_at", "authenticated_at"), WINDOWS),
    Aged("inicis_payments", ("approved_at", "due_at"), OWN),
    Aged("inicis_cancels", ("canceled_at",), PAYMENTS),
    Aged("inicis_deposits", ("deposited_at", "reversed_at"), PAYMENTS),
    timers_of("tid", "inicis_payments", "tid", OWN),
)
