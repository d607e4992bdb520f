"""Change or end a checkout session."""

from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.errors import WrongState
from app.payments.queries import session_by_id
from app.payments.sessions import PaymentInProgress, cancel_session, expire_session, update_session
from app.payments.states import SessionState
from app.web.api.owned import session_of_caller
from app.web.api.session_answers import SessionAnswer
from app.web.api.session_schemas import NoBody, SessionChanges, SessionPath
from app.web.api.sessions import answer_of

blueprint = APIBlueprint("api_session_changes", __name__, url_prefix="/api/checkout/session")


@blueprint.patch("/<session_id>", responses={200: SessionAnswer})
def update(path: SessionPath, body: SessionChanges) -> dict[str, Any]:
    """Change the customer or the metadata of a session"""
    session_id = session_of_caller(path.session_id).id
    update_session(
        session_id=session_id,
        customer=body.customer.model_dump(exclude_unset=True),
        metadata=body.metadata,
    )
    return _answer(session_id)


@blueprint.post("/<session_id>/cancel", responses={200: SessionAnswer})
def cancel(path: SessionPath, body: NoBody) -> dict[str, Any]:
    """Cancel an unpaid session"""
    session_id = session_of_caller(path.session_id).id
    cancel_session(session_id=session_id, now=clock.now())
    return _answer(session_id)


@blueprint.post("/<session_id>/expire", responses={200: SessionAnswer})
def expire(path: SessionPath, body: NoBody) -> dict[str, Any]:
    """Let the time of an unpaid session be over now"""
    session_id = session_of_caller(path.session_id).id
    if not expire_session(session_id=session_id, now=clock.now(), early=True):
        raise PaymentInProgress(status=SessionState.PROCESSING)
    session = session_by_id(session_id)
    assert session is not None
    if session.state != SessionState.EXPIRED:
        raise WrongState(status=session.state)
    return answer_of(session)


def _answer(session_id: str) -> dict[str, Any]:
    session = session_by_id(session_id)
    assert session is not None
    return answer_of(session)
