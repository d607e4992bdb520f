"""Instalments (할부): from which amount, over how many months, and whose interest the shop pays."""

from app.shops.models import Shop

LOWEST_AMOUNT = 50_000  # won; below that card issuers split nothing
AT_ONCE = 0  # 일시불
MONTHS = range(2, 13)


def can_be_split(amount: int) -> bool:
    return amount >= LOWEST_AMOUNT


def interest_free_months(shop: Shop, amount: int) -> dict[str, tuple[int, ...]]:
    """Months without interest, by issuer; none for an amount that cannot be split."""
    if not can_be_split(amount):
        return {}
    return {issuer: tuple(months) for issuer, months in shop.interest_free_installments.items()}
