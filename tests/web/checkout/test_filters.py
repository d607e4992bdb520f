"""How words, amounts and numbers are written on the buyer's pages."""

import pytest

from app.web.checkout.filters import by_sentence, card_number


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        ("43301234****123*", "4330-1234-****-123*"),
        ("379183******123", "3791-83**-****-123"),
        ("4330-12**-****-1234", "4330-12**-****-1234"),
        ("****1234", "****1234"),
    ],
)
def test_a_card_number_is_written_in_fours(masked: str, expected: str) -> None:
    assert card_number(masked) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("한도를 넘었어요", ["한도를 넘었어요"]),
        ("한도가 부족해요. 다른 카드를 써 주세요.", ["한도가 부족해요.", " ", "다른 카드를 써 주세요."]),
        (
            "残高が不足しています。別の方法をお選びください。",
            ["残高が不足しています。", "別の方法をお選びください。"],
        ),
        ("Mail a.b@example.com & wait", ["Mail a.b@example.com &amp; wait"]),
    ],
)
def test_a_line_breaks_between_sentences(text: str, expected: list[str]) -> None:
    boxes = [part if part == " " else f'<span class="sentence">{part}</span>' for part in expected]

    assert by_sentence(text) == "".join(boxes)


def test_markup_is_not_escaped_twice() -> None:
    once = by_sentence("a & b")

    assert "&amp;amp;" not in by_sentence(once)
    assert "<script>" not in by_sentence("<script>alert(1)</script>")
