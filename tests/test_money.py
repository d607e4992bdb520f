import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import LARGEST_AMOUNT, subtotal_of, total_of, with_commas

AMOUNTS = st.integers(min_value=0, max_value=LARGEST_AMOUNT)
ITEMS = st.lists(st.tuples(AMOUNTS, st.integers(min_value=1, max_value=9999)), max_size=100)


def test_a_subtotal_counts_every_piece() -> None:
    assert subtotal_of([(29_000, 1), (1_500, 3)]) == 33_500
    assert subtotal_of([]) == 0


def test_a_total_adds_the_shipping_and_takes_the_discount_off() -> None:
    assert total_of(items=[(29_000, 2)], shipping_fee=3_000, discount_amount=5_000) == 56_000


def test_a_total_below_nothing_is_told_as_it_is() -> None:
    """Whether it is allowed is for the caller to say."""
    assert total_of(items=[(1_000, 1)], shipping_fee=0, discount_amount=2_000) == -1_000


@given(ITEMS, AMOUNTS, AMOUNTS)
def test_a_total_is_an_exact_int_however_large(items: list[tuple[int, int]], fee: int, less: int) -> None:
    """A float would begin to lose won at 2**53, which 100 items of the largest price pass."""
    total = total_of(items=items, shipping_fee=fee, discount_amount=less)

    assert type(total) is int
    assert total - fee + less == subtotal_of(items)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (29_000, "29,000"),
        (LARGEST_AMOUNT, "1,000,000,000"),
        (-5_000, "-5,000"),
    ],
)
def test_thousands_are_set_apart(amount: int, text: str) -> None:
    assert with_commas(amount) == text
