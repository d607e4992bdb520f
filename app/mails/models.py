"""Mails that are owed to somebody."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime


class Mail(Table):
    """A row of the queue, written in the transaction of what it tells of. The text is made when it is sent.

    template: `templates/emails/<template>.txt` and `.html`. values: what they are filled with.
    sender: the name that the reader sees; the address is always ours. reply_to: an address, or None.
    state: waiting, sent or failed. tries: how many were begun. leased_until: a worker has it until then.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_due", "send_at", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    template: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(5))
    recipient: Mapped[str] = mapped_column(String(254))
    sender: Mapped[str | None] = mapped_column(String(200))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
