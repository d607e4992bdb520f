"""Two surfaces, each with its own way to tell an error: JSON under /api/, pages everywhere else."""

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from app.errors import AppError, NotAuthenticated
from app.web.api import errors as api
from app.web.api.auth import authenticate
from app.web.api.idempotency import keep_or_let_go, replay_or_claim
from app.web.api.limits import count_address, count_key, tell_limit
from app.web.api.requests import LARGEST_BODY, check_body, check_query
from app.web.checkout import errors as pages
from app.web.hosts import is_our_host

LARGEST_FORM = 64 * 1024


def init_app(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.before_request(_guard_api)
    app.after_request(keep_or_let_go)
    app.after_request(_tell_limit)
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _is_api() -> bool:
    return is_our_host() and (request.path == "/api" or request.path.startswith("/api/"))


def _guard_api() -> Response | None:
    """Unknown paths are told as such before any key is asked for; they give nothing away."""
    if not _is_api():
        return None
    if request.routing_exception is not None:
        count_address()
        return None
    _authenticate_and_count()
    check_query()
    check_body()
    return replay_or_claim()


def _authenticate_and_count() -> None:
    """Whoever has no key is counted by address. Whoever tries keys too, and learns after the limit only that it was
    too much."""
    try:
        authenticate()
    except NotAuthenticated:
        count_address()
        raise
    who = g.get("caller")
    if who is None:
        count_address()
    else:
        count_key(who)


def _tell_limit(response: Response) -> Response:
    return tell_limit(response) if _is_api() else response


def _app_error(error: AppError) -> tuple[Response | str, int]:
    return api.answer_app_error(error) if _is_api() else pages.show_app_error(error)


def _http_error(error: HTTPException) -> tuple[Response | str, int]:
    return api.answer_http_error(error) if _is_api() else pages.show_http_error(error)


def _unexpected(error: Exception) -> tuple[Response | str, int]:
    return api.answer_unexpected(error) if _is_api() else pages.show_unexpected(error)
