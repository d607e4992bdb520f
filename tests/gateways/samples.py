"""Answers of gateways, from samples/<gateway>/.

They are written from the protocol notes, not recorded from the gateways: identifiers are invented, and no personal
data is in them. A file holds what is asked, in order, and the answer to each:

    {"steps": [{"request": "POST /v1/payments/confirm", "status": 200, "body": {…}}]}

A body {"like": "payment", "with": {…}} is that other file's object with some fields replaced.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.gateways.line import Act, says

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Step:
    """request: method and path, without the part of the address that every call has."""

    request: str
    status: int
    body: Any

    @property
    def act(self) -> Act:
        return says(self.status, self.body)


def steps(gateway: str, name: str) -> list[Step]:
    content = _read(gateway, name)
    return [Step(step["request"], step["status"], _body(gateway, step["body"])) for step in content["steps"]]


def sample(gateway: str, name: str) -> dict[str, Any]:
    """A file that is one object, such as payment.json."""
    return dict(_read(gateway, name))


def names(gateway: str) -> list[str]:
    return sorted(path.stem for path in (FOLDER / gateway).glob("*.json"))


def _body(gateway: str, body: Any) -> Any:
    if isinstance(body, dict) and "like" in body:
        return {**sample(gateway, body["like"]), **body["with"]}
    return body


@cache
def _read(gateway: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / gateway / f"{name}.json").read_text())
    return content
