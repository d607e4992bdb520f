"""What neither buyer nor merchant can do: let the time of a session run out early."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, bindparam, create_engine, text

from e2e.support.shop import Order, Shop

_STATEMENT = text("UPDATE checkout_sessions SET expires_at = :at WHERE id = :id").bindparams(
    bindparam("at", type_=DateTime(timezone=True))
)


def expire_in(shop: Shop, order: Order, *, seconds: float) -> None:
    url = shop.stack.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    with engine.begin() as connection:
        values = {"at": datetime.now(UTC) + timedelta(seconds=seconds), "id": order.session_id}
        assert connection.execute(_STATEMENT, values).rowcount == 1
    engine.dispose()
