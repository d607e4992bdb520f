"""What is checked before any view of the API sees a request."""

import inspect
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import UnsupportedMediaType

from app.errors import Invalid
from app.web.api.validation import invalid_fields, path_of

LARGEST_BODY = 512 * 1024


def check_body() -> None:
    """A body must be a JSON object and say so; one that is left out stands for an empty object, where nothing is
    required. The schemas take over from there."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if not request.get_data() and not request.content_type:
        return
    if request.mimetype != "application/json":
        raise UnsupportedMediaType()
    try:
        content = json.loads(request.get_data().decode("utf-8"))
    except (ValueError, RecursionError):
        raise Invalid("invalid_json") from None
    if not isinstance(content, dict):
        raise Invalid("invalid_json")


def check_query() -> None:
    """Where a view takes no parameters, one that is given is a mistake. Those that take some know which."""
    if request.args and not _takes_query(current_app.view_functions[str(request.endpoint)]):
        raise invalid_fields({path_of([name]): "is not a known parameter" for name in request.args})


@cache
def _takes_query(view: Callable[..., Any]) -> bool:
    return "query" in inspect.signature(view).parameters
