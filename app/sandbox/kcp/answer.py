"""Answers of the server API before they become HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response


@dataclass(frozen=True)
class Answer:
    """fields: all text. after_notice: id of a notice that has to reach the shop first."""

    fields: Mapping[str, str]
    status: int = 200
    after_notice: int | None = None

    @property
    def is_success(self) -> bool:
        return self.fields.get("res_cd", self.fields.get("Code")) in ("0000", "V000")

    def encoded(self, charset: str = "utf-8") -> bytes:
        return json.dumps(dict(self.fields), ensure_ascii=False).encode(charset, "replace")

    def response(self) -> Response:
        return Response(self.encoded(), status=self.status, content_type="application/json; charset=utf-8")
