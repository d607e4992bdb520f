"""Whose rows a question is about, and the conditions that say so."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from app.analytics.periods import Period
from app.payments.models import CheckoutSession, Refund


@dataclass(frozen=True)
class Scope:
    """One shop in one mode, over one period."""

    shop_id: str
    livemode: bool
    period: Period

    @property
    def created(self) -> ColumnElement[bool]:
        return self._sessions(CheckoutSession.created_at)

    @property
    def paid(self) -> ColumnElement[bool]:
        return self._sessions(CheckoutSession.completed_at)

    @property
    def refunded(self) -> ColumnElement[bool]:
        return and_(
            Refund.shop_id == self.shop_id,
            Refund.livemode == self.livemode,
            Refund.state == "succeeded",
            Refund.ended_at >= self.period.start,
            Refund.ended_at < self.period.end,
        )

    def _sessions(self, moment: InstrumentedAttribute) -> ColumnElement[bool]:  # type: ignore[type-arg]  # of either
        return and_(
            CheckoutSession.shop_id == self.shop_id,
            CheckoutSession.livemode == self.livemode,
            moment >= self.period.start,
            moment < self.period.end,
        )


def share(part: int, whole: int) -> float | None:
    """To four places; None of nothing."""
    return round(part / whole, 4) if whole else None
