"""Lists come in pages, the newest first. A cursor names the last row that was seen, so rows that come meanwhile
shift nothing."""

import base64
import binascii
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from app.errors import Invalid
from app.web.api.types import moment_from

LARGEST_PAGE = 100


class Query(BaseModel):
    """What stands behind the question mark. A name we do not know is a mistake, and is told."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # the same
        """Asked for with every request, and always the same."""
        return super().model_json_schema(*args, **kwargs)


class PageQuery(Query):
    limit: int = Field(20, ge=1, le=LARGEST_PAGE)
    cursor: str | None = Field(None, max_length=200, description="nextCursor of the page before")


class Cursor(NamedTuple):
    """created_at and id of the last row that was seen."""

    created_at: datetime
    row_id: str

    def __str__(self) -> str:
        text = f"{self.created_at.astimezone(UTC).isoformat()}|{self.row_id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_from(text: str | None) -> Cursor | None:
    """Raises Invalid for a text that we never gave."""
    if text is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        moment, _, row_id = plain.partition("|")
        created_at = datetime.fromisoformat(moment)
    except (ValueError, binascii.Error):
        raise _unknown_cursor() from None
    if created_at.tzinfo is None or not row_id.isprintable():
        raise _unknown_cursor()
    return Cursor(created_at, row_id)


def _unknown_cursor() -> Invalid:
    return Invalid("invalid_parameter", field="cursor", reason="is not a cursor that we gave")


def _plus_again(value: Any) -> Any:
    """`+09:00` written plainly into an address arrives as ` 09:00`."""
    return value.replace(" ", "+") if isinstance(value, str) else value


QueryMoment = Annotated[
    datetime,
    BeforeValidator(lambda value: moment_from(_plus_again(value))),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
