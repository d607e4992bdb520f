"""Idempotency-Key: the same POST twice is carried out once, and answered twice with the same bytes.

Every answer is kept but 5xx and 429: there the request is carried out again, with the same ids. What is refused before
the view, such as a bad key, is no answer to the request and leaves the Idempotency-Key untouched.
"""

import hashlib

import structlog
from flask import Response, g, request

from app import clock
from app.errors import Invalid
from app.shops.queries import KeyHolder
from app.shops.repeats import Claim, FirstAnswer, claim_key, keep_answer, let_go

HEADER = "Idempotency-Key"
LONGEST = 255

log = structlog.get_logger()


def replay_or_claim() -> Response | None:
    """The first answer, where this request was answered before; else None, and the view carries it out.

    Raises Invalid, IdempotencyKeyReused, IdempotencyKeyInUse.
    """
    if request.method != "POST" or HEADER not in request.headers:
        return None
    key = _key()
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
        # A secret is kept nowhere in clear. Whoever repeats the request gets it from where it is sealed.
        if response.status_code >= 500 or response.status_code == 429 or g.get("answer_is_secret"):
            let_go(claim, now=clock.now())
        else:
            keep_answer(claim, status=response.status_code, body=response.get_data())
    except Exception:  # what was done must be told; a repeat finds it by its ids once the lease is over
        log.exception("idempotency.answer_not_kept")
    return response


def _key() -> str:
    """Headers are bytes that the server reads as Latin-1; whoever writes Korean sends UTF-8."""
    text = request.headers[HEADER]
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _scope() -> str:
    """Whose keys these are. A key that is restricted to one shop never gets the answers of one that sees more. Where
    no API key is needed the session's id opens the door, so each session has keys of its own."""
    who: KeyHolder | None = g.get("caller")
    if who is None:
        named = (request.get_json(silent=True) or {}).get("sessionId")
        return f"session/{hashlib.sha256(str(named).encode(errors='replace')).hexdigest()}"
    mode = "live" if who.livemode else "test"
    return f"{who.merchant_id}/{mode}/{who.shop_id or '*'}"


def _fingerprint() -> str:
    told = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(told).hexdigest()
