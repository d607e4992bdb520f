"""Runs of the gym. A row is work to do until it has ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime


class WebhookTest(Table):
    """Always of test mode. results: what judge.py found, exercise by exercise; None until the end."""

    __tablename__ = "webhook_tests"
    __table_args__ = (
        Index("ix_webhook_tests_shop", "shop_id", "created_at"),
        Index("ix_webhook_tests_due", "created_at", postgresql_where=text("ended_at IS NULL"),
              sqlite_where=text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    url: Mapped[str] = mapped_column(String(2048))
    results: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
