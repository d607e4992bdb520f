"""Won. KRW has no minor unit, so an amount is a plain int and never a float."""

LARGEST_AMOUNT = 1_000_000_000


def total_of(*, items: list[tuple[int, int]], shipping_fee: int, discount_amount: int) -> int:
    """The sum a session must come to. items: (price, quantity) pairs, whole won."""
    return subtotal_of(items) + shipping_fee - discount_amount


def subtotal_of(items: list[tuple[int, int]]) -> int:
    return sum(price * quantity for price, quantity in items)


def with_commas(amount: int) -> str:
    return f"{amount:,}"
