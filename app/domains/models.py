"""The custom domains of shops."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime


class Domain(Table):
    """A shop's claim to a name. Claims never block each other; of the verified ones each name has one.

    token: the text of the TXT record that proves ownership, of this claim alone. verification, configuration:
    words of states.py. points_here: buyers who open the name come to us, as far as the DNS says.
    findings: what the last check found wrong, the JSON of findings.Finding. seen: what it saw, the JSON of
    states.Seen. claimed_at: from when the time for the first
    success runs. failing_since: the first of an unbroken row of bad checks of a domain that was in use.
    check_at: None when it is not looked at any more by itself. tries: checks since the last success.
    """

    __tablename__ = "domains"
    __table_args__ = (
        Index("uq_domains_verified", "name", unique=True,
              postgresql_where=text("verification = 'verified'"), sqlite_where=text("verification = 'verified'")),
        Index("ix_domains_due", "check_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"), unique=True)
    name: Mapped[str] = mapped_column(String(253), index=True)
    token: Mapped[str] = mapped_column(String(80))
    verification: Mapped[str] = mapped_column(String(12))
    configuration: Mapped[str] = mapped_column(String(12))
    points_here: Mapped[bool] = mapped_column(Boolean, default=False)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    seen: Mapped[dict[str, Any] | None] = mapped_column(Json)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
