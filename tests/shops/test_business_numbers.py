import pytest

from app.shops.business_numbers import has_check_digit, to_digits, written


@pytest.mark.parametrize(
    "text", ["123-45-67890", "1234567890", "123-4567890", "１２３－４５－６７８９０", "  123-45-67890\n"]
)
def test_a_number_is_understood_as_people_write_it(text: str) -> None:
    assert to_digits(text) == "1234567890"


@pytest.mark.parametrize(
    "text",
    ["", "123", "12345678901", "123-45-6789O", "12-345-67890", "123 45 67890", "123--45-67890", "٠١٢٣٤٥٦٧٨٩"]
    + [str(digit) * 10 for digit in range(10)],
)
def test_what_has_not_the_form_is_no_number(text: str) -> None:
    assert to_digits(text) is None


@pytest.mark.parametrize("digits", ["1208800767", "1248100998", "1234567891"])
def test_the_last_digit_of_a_real_number_follows_from_the_others(digits: str) -> None:
    others = [digits[:9] + last for last in "0123456789" if last != digits[9]]

    assert has_check_digit(digits)
    assert not any(map(has_check_digit, others))


def test_the_documentations_number_has_a_wrong_last_digit() -> None:
    assert not has_check_digit("1234567890")


def test_a_number_is_written_with_hyphens() -> None:
    assert written("1208800767") == written("120-88-00767") == "120-88-00767"
