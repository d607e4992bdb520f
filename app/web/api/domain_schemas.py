"""The JSON of a custom domain, going in and coming out. snake_case, as in the documentation."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.web.api.types import Body, Line


class DomainBody(Body):
    """What `PATCH /api/shops/{shopId}/custom-domain` takes."""

    domain: Annotated[Line, Field(min_length=1, max_length=300)]


class DnsRecord(BaseModel):
    """name: as a DNS console asks for it, without your own domain."""

    type: Literal["TXT", "CNAME", "A", "AAAA"]
    name: str
    value: str


class DomainFinding(BaseModel):
    """One thing that the last check saw. step: what it is about. blocks: whether it must be mended before the domain
    works. message, advice: in the language of Accept-Language. seconds: how long to wait, where that is all."""

    code: str
    step: Literal["ownership", "address", "certificate", "servers"]
    blocks: bool
    record: str | None
    name: str | None
    seen: list[str]
    expected: str | None
    seconds: int | None
    message: str
    advice: str


class DomainServer(BaseModel):
    """status: NOERROR, REFUSED, SERVFAIL, silent and the like."""

    name: str
    address: str | None
    status: str
    took_ms: int


class DomainSeen(BaseModel):
    """What stood in the DNS at the last check, as the domain's own name servers told it."""

    zone: str | None
    servers: list[DomainServer]
    txt: list[str]
    cname: list[str]
    addresses: list[str]


class DomainAnswer(BaseModel):
    """verification_records: what proves that the name is yours. configuration_records: what sends buyers to us; one
    of them is enough, the CNAME the better. seen: null before the first check. next_check_at: null when nothing is
    looked at until you ask for it."""

    success: Literal[True] = True
    domain: str
    verification_records: list[DnsRecord]
    configuration_records: list[DnsRecord]
    domain_verification_status: Literal["pending", "verified", "failed"]
    domain_configuration_status: Literal["pending", "configured", "failed"]
    findings: list[DomainFinding]
    seen: DomainSeen | None
    checked_at: str | None
    next_check_at: str | None


class DomainRemoved(BaseModel):
    success: Literal[True] = True
