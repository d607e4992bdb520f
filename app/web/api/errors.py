"""Every error of the API has one form; its sentences are made here, in English or Korean."""

from typing import Any

import structlog
from flask import Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from app.errors import AppError
from app.web.api.codes import CODES, by_status
from app.web.api.reasons import in_korean

log = structlog.get_logger()


def answer_app_error(error: AppError) -> tuple[Response, int]:
    if error.status >= 500:
        log.warning("api.error", code=error.code, status=error.status)
    return _answer(error.code, error.status, error.details)


def answer_http_error(error: HTTPException) -> tuple[Response, int]:
    """What Flask itself refuses: unknown path, wrong method, a body that is too large."""
    status = error.code or 500
    response, _ = _answer(by_status(status), status, {})
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response, status


def answer_unexpected(error: Exception) -> tuple[Response, int]:
    log.exception("api.crashed", path_rule=str(request.url_rule))
    return _answer("internal_error", 500, {})


def _answer(code: str, status: int, details: dict[str, Any]) -> tuple[Response, int]:
    told = {**details, "requestId": g.get("request_id", "")}
    message, reason = sentence_of(code), told.pop("reason", None)
    korean = language_of_caller() == "ko"
    if korean and "fields" in told:
        told["fields"] = {field: in_korean(problem) for field, problem in told["fields"].items()}
    if reason and korean:
        message = f"{message} ({told['field']}: {in_korean(reason)})"
    elif reason:
        message = f"{message} {told['field']} {reason}."
    return jsonify(error={"code": code, "message": message, "details": told}), status


def sentence_of(code: str) -> str:
    """What a code says, in the language that the caller reads."""
    return CODES[code].sentence(language_of_caller())


def language_of_caller() -> str:
    return request.accept_languages.best_match(["en", "ko"], default="en") or "en"
