"""Answers of the server API before they become HTTP."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response

from app.sandbox.toss.errors import TossError


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]

    def encoded(self) -> bytes:
        return json.dumps(self.body, ensure_ascii=False).encode()

    def response(self) -> Response:
        return Response(self.encoded(), status=self.status, mimetype="application/json")


def error_answer(code: str) -> Answer:
    error = TossError(code)
    return Answer(error.status, error.body)
