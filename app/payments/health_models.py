"""What routing knows of gateways: how they have answered lately, and which of them are sick."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Table, UtcDateTime


class GatewayHealth(Table):
    """Answers of one gateway within some seconds (see sickness.BUCKET).

    scope: whom it is about. "" is everybody with a contract there, else the id of one gateway account.
    phase: a word of sickness.Phase. slow: answers that came, but late. failed: no answer that could be used.
    answer_ms: the sum of how long the answers took, those that came late included.
    """

    __tablename__ = "gateway_health"
    __table_args__ = (Index("ix_gateway_health_bucket", "bucket_at"),)

    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    livemode: Mapped[bool] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(Id, primary_key=True)
    phase: Mapped[str] = mapped_column(String(10), primary_key=True)
    bucket_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    method: Mapped[str] = mapped_column(String(20), primary_key=True)
    ok: Mapped[int] = mapped_column(BigInteger)
    slow: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    answer_ms: Mapped[int] = mapped_column(BigInteger)


class GatewayCondition(Table):
    """A gateway that is sick, or was once. gateway, livemode, scope and phase: as of GatewayHealth.

    method: one, or sickness.ALL_METHODS. sick_at: None while it is well. severity: share of failures in a thousand.
    probe_at: from when on one payment may try whether it is well again; moved on by whoever takes that payment there.
    pause_s: how long until the next such try. successes: in a row, since it is sick.
    well_at: when it last recovered; what was before that counts no more.
    """

    __tablename__ = "gateway_conditions"

    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    livemode: Mapped[bool] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(Id, primary_key=True)
    phase: Mapped[str] = mapped_column(String(10), primary_key=True)
    method: Mapped[str] = mapped_column(String(20), primary_key=True)
    sick_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    severity: Mapped[int]
    probe_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pause_s: Mapped[int]
    successes: Mapped[int]
    well_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
