"""One check of one domain, from reading it to writing down what was seen."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.database import db, end_reading
from app.domains.address import Targets
from app.domains.certificates import check_certificate
from app.domains.doctor import diagnose
from app.domains.domains import record_check
from app.domains.models import Domain
from app.domains.questions import Dns, system_resolvers
from app.domains.states import Configuration, Diagnosis, Verification
from app.services import services


@dataclass(frozen=True)
class Question:
    """served: the edge may have a certificate for it already. held_by: tokens of another shop that has the name."""

    name: str
    token: str
    served: bool
    held_by: tuple[str, ...]


def check_domain(domain_id: str, *, now: datetime, time_s: float = 20.0, handshake: bool = True) -> None:
    """Ask the DNS about a domain, and the edge for its certificate, and write down what was seen.

    time_s: for all questions to the DNS together. handshake: False leaves the certificate to the worker, for
    requests that somebody waits for.
    """
    question = _question(domain_id)
    end_reading()
    if question is None:
        return
    seen = _look(question, time_s)
    if handshake and seen.owned and seen.points_here:
        if not question.served:  # the edge asks us whether it may fetch a certificate
            _record(domain_id, question, replace(seen, trying=True), now)
        missing = check_certificate(question.name, edge=services().settings.edge_address)
        seen = replace(seen, secure=not missing, findings=(*seen.findings, *missing))
    _record(domain_id, question, seen, now)


def _record(domain_id: str, question: Question, seen: Diagnosis, now: datetime) -> None:
    record_check(domain_id=domain_id, seen=seen, held_by=question.held_by, began_at=now, now=now)


def _question(domain_id: str) -> Question | None:
    domain = db.session.get(Domain, domain_id, populate_existing=True)
    if domain is None:
        return None
    held = select(Domain.token).where(
        Domain.name == domain.name,
        Domain.id != domain_id,
        Domain.verification == Verification.VERIFIED.value,
    )
    served = domain.verification == Verification.VERIFIED and (
        domain.points_here or domain.configuration == Configuration.CONFIGURED
    )
    return Question(domain.name, domain.token, served, tuple(db.session.scalars(held)))


def _look(question: Question, time_s: float) -> Diagnosis:
    settings = services().settings
    dns = Dns(
        resolvers=settings.dns_resolvers or system_resolvers(),
        port=settings.dns_port,
        allow_private=settings.webhook_allow_private,
        time_s=time_s,
    )
    return diagnose(
        question.name,
        question.token,
        targets=Targets(settings.domain_a_records, settings.domain_cname),
        authorities=settings.domain_authorities,
        dns=dns,
        held_by=question.held_by,
    )
