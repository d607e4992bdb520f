"""What is wrong with a field is told in Korean to whoever reads Korean, all of it."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from app.web.api.reasons import KOREAN, in_korean
from app.web.api.validation import _SENTENCES, invalid_from
from tests.rules.source import Source, dotted, sources
from tests.support.world import order_body
from tests.web.api.shop_calls import SHOPS
from tests.web.site import CREATE, READ, Site

HANGUL = re.compile("[가-힣]")
PLACES = ("app/web/api/", "app/shops/", "app/coupons/", "app/payments/", "app/domains/")


def reasons_in(source: Source) -> Iterator[str]:
    """What the code says to be wrong with a field: of pydantic's own errors, of `reason`, and by field."""
    for node in source.nodes(ast.Call, ast.Assign, ast.Dict):
        if isinstance(node, ast.Call) and dotted(node.func) == "PydanticCustomError":
            yield text_of(node.args[1])
        elif isinstance(node, ast.Call) and raises_error(node):
            yield from (text_of(one.value) for one in node.keywords if one.arg == "reason")
        elif isinstance(node, ast.Call) and dotted(node.func) == "invalid_fields":
            yield from (text_of(one) for one in getattr(node.args[0], "values", []))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            if dotted(node.targets[0].value) == "problems":
                yield text_of(node.value)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
            yield text_of(node.value)


def raises_error(call: ast.Call) -> bool:
    return dotted(call.func) in ("Invalid", "BadDomain")


def text_of(node: ast.expr) -> str:
    """Of an f-string with something in its gaps; "" of what is no text."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "7" for part in node.values]
        return "".join(map(str, parts))
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


SAID = sorted({*_SENTENCES.values(), *(said for one in sources(*PLACES) for said in reasons_in(one) if said)})


def test_what_the_code_says_is_found() -> None:
    assert len(SAID) > 40
    assert {
        "is required",
        "must be 0 to 7 days",
        "must begin with https://",
        "must be between 7 and 7",
    } <= set(SAID)


@pytest.mark.parametrize("said", SAID)
def test_it_is_told_in_korean(said: str) -> None:
    assert HANGUL.search(in_korean(said)), said


class Everything(BaseModel):
    """Every kind of limit that the schemas use."""

    least: int = Field(ge=1)
    most: int = Field(le=1000)
    above: int = Field(gt=0)
    below: int = Field(lt=10)
    short: str = Field(max_length=3)
    long: str = Field(min_length=2)
    one: str = Field(min_length=1)
    few: list[int] = Field(max_length=1)
    many: list[int] = Field(min_length=2)
    pairs: dict[str, str] = Field(max_length=1)
    number: int
    word: float = Field(allow_inf_nan=False)


def test_what_pydantic_says_is_told_in_korean() -> None:
    bad: dict[str, Any] = {
        "least": 0, "most": 1001, "above": 0, "below": 10, "short": "abcd", "long": "a", "one": "", "few": [1, 2],
        "many": [1], "pairs": {"a": "b", "c": "d"}, "number": "x", "word": float("inf"),
    }  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate(bad)

    told = invalid_from(refused.value).details["fields"]

    assert set(told) == set(bad)
    assert [reason for reason in told.values() if not HANGUL.search(in_korean(reason))] == []
    assert in_korean(told["most"]) == "1000 이하여야 해요"
    assert in_korean(told["few"]) == "1개 이하여야 해요 (보낸 것: 2개)"


def test_every_sentence_keeps_what_is_told_in_it() -> None:
    assert [english for english, korean in KOREAN.items() if english.count("{}") != korean.count("{}")] == []


def test_what_is_not_known_is_told_as_it_is() -> None:
    assert in_korean("is something new") == "is something new"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", CREATE, {}),
        ("POST", CREATE, order_body(platform="", totalAmount="1", locale="fr", unknown=1, items=[])),
        ("POST", CREATE, order_body(returnUrl="x", expiresIn=1, customer={"email": "x", "phone": "x"})),
        ("POST", "/api/coupons/create", {"code": "!", "type": "x", "discount_value": 0}),
        ("POST", SHOPS, {"name": "", "settings": {"timezone": "x", "payment_timeout": 1, "language": "fr"}}),
        ("GET", "/api/checkout/sessions?limit=0&status=x&cursor=%00", None),
        ("GET", "/api/analytics/summary?from=x", None),
        ("GET", f"{READ}cs_{'0' * 32}?limit=1&x=2", None),
    ],
)
def test_an_answer_in_korean_has_no_english_sentence(site: Site, method: str, path: str, body: Any) -> None:
    answer = site.send(method, path, json=body, headers={"Accept-Language": "ko"})

    error = answer.get_json()["error"]
    assert answer.status_code == 400
    for told in (error["message"], *error["details"].get("fields", {}).values()):
        assert HANGUL.search(told)
        assert not re.search(r"\b(is|must|should|be|the|have|input)\b", told), told


@pytest.mark.parametrize("more", ["", "/custom-domain", "/custom-domain/verify"])
def test_a_parameter_that_a_route_does_not_take_is_named(site: Site, more: str) -> None:
    method = "POST" if more.endswith("verify") else "GET"

    answer = site.send(method, f"{SHOPS}/{site.world.shop_id}{more}?expand=all", key="live")

    error = answer.get_json()["error"]
    assert (error["code"], error["details"]["field"]) == ("invalid_parameter", "expand")
    assert error["message"] == "A field is not valid. expand is not a known parameter."
