"""The application as a client sees it: requests outside of any context of ours, so nothing of one leaks into the
next."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.coupons.models import Coupon, CouponUse
from app.database import db
from app.payments.models import Attempt, CheckoutSession, Refund
from app.payments.queries import session_by_id
from app.shops.models import Shop
from app.webhooks.models import Delivery, Event, WebhookEndpoint
from tests.support.world import World, order_body

CREATE = "/api/checkout/create-session"
READ = "/api/checkout/session/"
TABLES = (CheckoutSession, Attempt, Refund, Event, Delivery, WebhookEndpoint, Shop, Coupon, CouponUse)


@dataclass(frozen=True)
class Site:
    app: Flask
    world: World

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A context, for tests that arrange or look at rows."""
        with self.app.app_context():
            yield

    def send(self, method: str, path: str, *, key: str | None = "test", **kwargs: Any) -> TestResponse:
        """key: "test" and "live" stand for the world's keys, None for no header."""
        headers = dict(kwargs.pop("headers", {}))
        if key is not None:
            headers["x-api-key"] = {"test": self.world.test_key, "live": self.world.live_key}.get(key, key)
        client = self.app.test_client(use_cookies=False)
        return client.open(path, method=method, headers=headers, buffered=True, **kwargs)

    def create(self, body: object = None, *, key: str | None = "test", **kwargs: Any) -> TestResponse:
        """body: the order of the documentation when not given."""
        text = json.dumps(order_body() if body is None else body)
        return self.create_raw(text.encode(), key=key, **kwargs)

    def create_raw(self, data: bytes, *, key: str | None = "test", **kwargs: Any) -> TestResponse:
        kwargs.setdefault("content_type", "application/json")
        return self.send("POST", CREATE, key=key, data=data, **kwargs)

    def created(self, body: object = None, *, key: str = "test", **kwargs: Any) -> dict[str, Any]:
        """Create, and the `data` of a read that follows."""
        answer = self.create(body, key=key, **kwargs)
        assert answer.status_code == 201, answer.text
        return self.data_of(answer.get_json()["sessionId"], key=key)

    def data_of(self, session_id: str, *, key: str = "test") -> dict[str, Any]:
        answer = self.send("GET", READ + session_id, key=key)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.get_json()["data"]
        return data

    def rows(self) -> dict[str, int]:
        """How many rows there are of everything that a request could write."""
        with self.inside():
            return {
                table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0
                for table in TABLES
            }

    def state_of(self, session_id: str) -> str:
        with self.inside():
            session = session_by_id(session_id)
            assert session is not None
            return session.state


def assert_error(answer: TestResponse, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The documented form of an error; its details."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    content = answer.get_json()
    assert set(content) == {"error"}
    assert set(content["error"]) == {"code", "message", "details"}
    assert content["error"]["code"] == code
    assert content["error"]["message"]
    details: dict[str, Any] = content["error"]["details"]
    assert details["requestId"] == answer.headers["X-Request-Id"] != ""
    if field is not None:
        assert details["field"] == field
    return details
