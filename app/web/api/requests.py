"""What is checked before any view of the API sees a request."""

import json

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from app.errors import Invalid

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
