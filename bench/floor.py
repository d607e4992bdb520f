"""The plain programs beside which ours are measured: bare Flask, nothing that a product would add.

Served like ours, as bench.floor:app. DATABASE_URL: where POST / stores. FLOOR_PAGE: the file with the template of
GET /.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import BigInteger, Column, MetaData, String, Table, create_engine, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

ORDERS = Table("floor_orders", MetaData(), Column("id", String(40), primary_key=True), Column("body", JSONB))
TOTALS = Table(
    "floor_totals", MetaData(), Column("id", String(40), primary_key=True), Column("total", BigInteger)
)

app = Flask(__name__)
app.jinja_loader = DictLoader(
    {"page.html": Path(os.environ.get("FLOOR_PAGE", os.devnull)).read_text("utf-8")}
)
engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:", 1))


@app.post("/")
def create() -> tuple[dict[str, Any], int]:
    """One committed INSERT of the JSON that came, and an answer as long as ours."""
    body = request.get_json()
    order_id = f"cs_{secrets.token_hex(16)}"
    with engine.begin() as connection:
        connection.execute(insert(ORDERS).values(id=order_id, body=body))
    return {
        "success": True,
        "sessionId": order_id,
        "checkoutUrl": f"http://localhost:8000/{order_id}",
        "expiresAt": "2026-01-01T00:00:00Z",
    }, 201


@app.post("/total")
def total() -> dict[str, Any]:
    """One committed UPDATE of the row that is named, and an answer as long as ours."""
    body = request.get_json()
    with engine.begin() as connection:
        connection.execute(update(TOTALS).where(TOTALS.c.id == body["sessionId"]).values(total=26100))
    return {
        "success": True,
        "discount": {"type": "percentage", "value": 10, "amount": 2900},
        "newTotal": 26100,
    }


@app.get("/orders/<order_id>")
def read(order_id: str) -> dict[str, Any]:
    with engine.connect() as connection:
        body = connection.execute(select(ORDERS.c.body).where(ORDERS.c.id == order_id)).scalar_one()
    return {"success": True, "data": body}


@app.get("/orders")
def index() -> dict[str, Any]:
    with engine.connect() as connection:
        found = select(ORDERS.c.body).order_by(ORDERS.c.id).limit(int(request.args["limit"]))
        bodies = list(connection.execute(found).scalars())
    return {"success": True, "data": bodies}


@app.get("/")
def page() -> str:
    return render_template(
        "page.html",
        session_id=request.args["session"],
        shop="한빛 상점",
        amount="29,000원",
        token=secrets.token_urlsafe(60),
    )
