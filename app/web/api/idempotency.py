"""Idempotency-Key: the same POST twice is carried out once, and answered twice with the same bytes.

Every answer is kept but 5xx: there the request is carried out again, with the same ids. What is refused before the
view, such as a bad key, is no answer to the request and leaves the Idempotency-Key untouched.
"""

import hashlib

import structlog
from flask import Response, g, request

from app import clock
from app.errors import Invalid
from app.shops.repeats import Claim, FirstAnswer, claim_key, keep_answer, let_go
from app.web.api.auth import caller

HEADER = "Idempotency-Key"
LONGEST = 255

log = structlog.get_logger()


def replay_or_claim() -> Response | None:
    """The first answer, where this request was answered before; else None, and the view carries it out.

    Raises Invalid, IdempotencyKeyReused, IdempotencyKeyInUse.
    """
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return None
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        raise Invalid(
            "invalid_parameter", field=HEADER, reason=f"must have 1 to {LONGEST} printable characters"
        )
    found = claim_key(scope=_scope(), key=key, request=_fingerprint(), now=clock.now())
    if isinstance(found, FirstAnswer):
        headers = {"Idempotent-Replayed": "true"}
        return Response(found.body, found.status, headers, mimetype="application/json")
    g.idempotency_claim = found
    return None


def repeated_id(prefix: str) -> str | None:
    """The id for what this request makes: the same each time it is carried out. None without an Idempotency-Key."""
    claim: Claim | None = g.get("idempotency_claim")
    return claim.object_id(prefix) if claim else None


def keep_or_let_go(response: Response) -> Response:
    claim: Claim | None = g.pop("idempotency_claim", None)
    if claim is None:
        return response
    try:
        if response.status_code < 500:
            keep_answer(claim, status=response.status_code, body=response.get_data())
        else:
            let_go(claim, now=clock.now())
    except (
        Exception
    ):  # the work is done and must be told; a repeat finds it by its ids once the lease is over
        log.exception("idempotency.answer_not_kept")
    return response


def _scope() -> str:
    """A key that is restricted to one shop never gets the answers of one that sees more."""
    who = caller()
    mode = "live" if who.livemode else "test"
    return f"{who.merchant_id}/{mode}/{who.shop_id or '*'}"


def _fingerprint() -> str:
    told = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(told).hexdigest()
