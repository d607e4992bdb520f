"""When a buyer's page cannot be shown: what happened, whether money moved, what to do next."""

import structlog
from flask import g, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.errors import AppError

log = structlog.get_logger()


def show_app_error(error: AppError) -> tuple[str, int]:
    return _page(error.status)


def show_http_error(error: HTTPException) -> tuple[str, int]:
    return _page(error.code or 500)


def show_unexpected(error: Exception) -> tuple[str, int]:
    log.exception("page.crashed", path_rule=str(request.url_rule))
    return _page(500)


def _page(status: int) -> tuple[str, int]:
    if status in (404, 405):  # we do not know whose order it is, so we do not say what became of it
        title = _("We cannot find this order. Check the address.")
        sentence = _("If you have already paid, that payment is not affected.")
        next_step = _("Go back to the shop and start the payment again.")
    elif status == 429:
        title = _("Too many requests at once.")
        sentence = _("Nothing has changed about your payment.")
        next_step = _("Wait a minute, then load this page again.")
    elif status < 500:
        title = _("This request could not be read.")
        sentence = _("You were not charged.")
        next_step = _("Go back to the shop and start the payment again.")
    else:
        title = _("Something went wrong on our side.")
        sentence = _("If you were paying, we are checking the result. Please do not pay twice.")
        next_step = _("Wait a moment, then load this page again.")
    page = render_template(
        "errors/page.html",
        title=title,
        sentence=sentence,
        next_step=next_step,
        request_id=g.get("request_id", ""),
        may_load_again=request.method == "GET" and (status == 429 or status >= 500),
    )
    return page, status
