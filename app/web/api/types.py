"""Field types of the API. Strict: `true`, "29000" and 1.5 are no amounts, and no text hides control characters."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.money import LARGEST_AMOUNT
from app.web.fields import LONGEST_URL, is_web_address, to_e164, to_email


class Body(BaseModel):
    """A JSON object of a request. A name we do not know is a mistake, and is told."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OptionalBody(Body):
    """A body that may be left out altogether: nothing in it is required."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return {} if value is None else value


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 29000.0 is 29000. A bool is none."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)
    return value


def _printable(text: str) -> str:
    """Text in any script, but no control characters: neither database nor page has a use for them."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
        raise PydanticCustomError("control_character", "must not contain control characters")
    return text


def _clean(text: str) -> str:
    _printable(text)
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("control_character", "must not contain control characters")
    return _clean(text).strip()


def _url(text: str) -> str:
    if not is_web_address(text):
        raise PydanticCustomError("url", "must be an absolute http or https address")
    return text


def _email(text: str) -> str:
    address = to_email(text)
    if address is None:
        raise PydanticCustomError("email", "must be an e-mail address")
    return address


def _phone(text: str) -> str:
    number = to_e164(text)
    if number is None:
        raise PydanticCustomError("phone", "must be a phone number such as +82-10-1234-5678")
    return number


def moment_from(value: Any) -> datetime:
    """RFC 3339 with a time zone."""
    if isinstance(value, str) and re.fullmatch(
        r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", value, re.ASCII
    ):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise PydanticCustomError(
        "moment", "must be an RFC 3339 time with its zone, such as 2024-01-01T12:00:00Z"
    )


WHOLE = BeforeValidator(_whole)  # stands last, or the document would not tell the limits before it
Amount = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, description="Whole won"), WHOLE]
Quantity = Annotated[int, Field(ge=1, le=9999), WHOLE]
AnyText = Annotated[str, AfterValidator(_printable)]
Line = Annotated[str, AfterValidator(_one_line)]
Prose = Annotated[str, AfterValidator(_clean)]
WebAddress = Annotated[
    str, AfterValidator(_url), WithJsonSchema({"type": "string", "format": "uri", "maxLength": LONGEST_URL})
]
Email = Annotated[
    str, AfterValidator(_email), WithJsonSchema({"type": "string", "format": "email", "maxLength": 254})
]
Phone = Annotated[str, AfterValidator(_phone)]
Moment = Annotated[
    datetime, BeforeValidator(moment_from), WithJsonSchema({"type": "string", "format": "date-time"})
]
