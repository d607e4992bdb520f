"""What a check makes of a domain: pure, so that every path can be tried without a name server."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domains.findings import Finding

FIRST_TIME = timedelta(hours=24)  # as the documentation promises
PATIENCE = timedelta(days=3)
WARN_AFTER = timedelta(hours=24)
DAILY = timedelta(days=1)
WHILE_FAILING = timedelta(hours=1)
WE_ARE_BLIND = timedelta(minutes=5)
FIRST_CERTIFICATE = timedelta(minutes=2)  # the worker that asks for it tells much earlier, unless it dies
# Between the checks of a domain that is still being set up; the last goes on until the time is over.
GROWING = tuple(timedelta(minutes=minutes) for minutes in (1, 1, 2, 3, 5, 5, 10, 15, 30, 60))


class Verification(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"


class Configuration(StrEnum):
    PENDING = "pending"
    CONFIGURED = "configured"
    FAILED = "failed"


V, C = Verification, Configuration


class Mailed(StrEnum):
    """What a shop is told by mail."""

    READY = "ready"
    WARNING = "warning"
    FAILED = "failed"
    TAKEN_OVER = "taken_over"


@dataclass(frozen=True)
class SeenServer:
    """status: "NOERROR", "REFUSED", "silent" … took_ms: until it answered."""

    name: str
    address: str | None
    status: str
    took_ms: int


@dataclass(frozen=True)
class Seen:
    """What stood in the DNS when it was asked, right or wrong. The records are those of the name servers."""

    zone: str | None = None
    servers: tuple[SeenServer, ...] = ()
    txt: tuple[str, ...] = ()
    cname: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """What one check saw.

    dns: what was seen. owned: the TXT record is there. points_here: buyers would come to us, and a certificate may
    be had. secure: the edge serves the name with a certificate; None while that is not known. trying: the edge is
    being asked for it just now. blind: it was we who could not ask, so nothing follows from it.
    """

    owned: bool
    points_here: bool
    findings: tuple[Finding, ...] = ()
    dns: Seen = Seen()
    secure: bool | None = None
    trying: bool = False
    blind: bool = False


@dataclass(frozen=True)
class Standing:
    """The columns of Domain that a check may change."""

    verification: str
    configuration: str
    points_here: bool
    claimed_at: datetime
    verified_at: datetime | None = None
    failing_since: datetime | None = None
    warned_at: datetime | None = None
    check_at: datetime | None = None
    tries: int = 0
    mail: Mailed | None = field(default=None, compare=False)

    @property
    def in_use(self) -> bool:
        """Buyers are sent to it."""
        return self.verification == V.VERIFIED and self.configuration == C.CONFIGURED


def after_check(before: Standing, seen: Diagnosis, *, now: datetime) -> Standing:
    """What the domain is after a check, when it is looked at next, and which mail goes out."""
    before = replace(before, mail=None)
    if seen.blind:
        return replace(before, check_at=now + WE_ARE_BLIND)
    if before.in_use:
        return _watched(before, seen, now)
    return _being_set_up(before, seen, now)


def retried(before: Standing, *, now: datetime) -> Standing:
    """The merchant asks for another look, now: the time for the first success runs anew, if it was over."""
    if before.verification != V.FAILED and before.configuration != C.FAILED:
        return replace(before, check_at=now)
    verified = before.verification == V.VERIFIED
    return replace(
        before,
        verification=V.VERIFIED if verified else V.PENDING,
        configuration=C.PENDING,
        claimed_at=now,
        failing_since=None,
        warned_at=None,
        check_at=now,
        tries=0,
    )


def taken_over(before: Standing) -> Standing:
    """Another shop has proved that the name is now theirs."""
    return replace(
        before,
        verification=V.FAILED,
        configuration=C.FAILED,
        points_here=False,
        check_at=None,
        mail=Mailed.TAKEN_OVER,
    )


def _being_set_up(before: Standing, seen: Diagnosis, now: datetime) -> Standing:
    verified = seen.owned
    ready = verified and seen.points_here and seen.secure is not False
    after = replace(
        before,
        verification=V.VERIFIED if verified else V.PENDING,
        verified_at=(before.verified_at or now) if verified else None,
        points_here=verified and seen.points_here,
    )
    if ready and seen.secure is None:  # the worker has yet to see the certificate
        return replace(after, check_at=now + FIRST_CERTIFICATE if seen.trying else now)
    if ready:
        return replace(after, configuration=C.CONFIGURED, check_at=now + DAILY, tries=0, mail=Mailed.READY)
    if now - before.claimed_at >= FIRST_TIME:
        return replace(
            after,
            verification=V.VERIFIED if verified else V.FAILED,
            configuration=C.FAILED,
            check_at=None,
            mail=Mailed.FAILED,
        )
    pause = GROWING[min(before.tries, len(GROWING) - 1)]
    return replace(after, check_at=min(now + pause, before.claimed_at + FIRST_TIME), tries=before.tries + 1)


def _watched(before: Standing, seen: Diagnosis, now: datetime) -> Standing:
    if before.failing_since and seen.secure is None and seen.owned and seen.points_here:
        return replace(before, check_at=now)  # it may be the certificate that fails
    if seen.owned and seen.points_here and seen.secure is not False:
        return replace(
            before,
            points_here=True,
            failing_since=None,
            warned_at=None,
            check_at=now + DAILY,
            tries=0,
        )
    since = before.failing_since or now
    after = replace(
        before, failing_since=since, points_here=seen.points_here, check_at=now + WHILE_FAILING,
        tries=before.tries + 1,
    )  # fmt: skip
    if now - since >= PATIENCE:
        return replace(
            after,
            verification=V.VERIFIED if seen.owned else V.FAILED,
            configuration=C.FAILED,
            points_here=False,
            check_at=None,
            mail=Mailed.FAILED,
        )
    if now - since >= WARN_AFTER and before.warned_at is None:
        return replace(after, warned_at=now, mail=Mailed.WARNING)
    return after
