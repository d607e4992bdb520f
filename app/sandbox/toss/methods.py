"""The payment methods this simulator knows. To add one: a module like `card.py`, and a line in METHODS."""

from app.sandbox.toss.card import CARD
from app.sandbox.toss.method import Method
from app.sandbox.toss.transfer import TRANSFER

METHODS: dict[str, Method] = {"CARD": CARD, "TRANSFER": TRANSFER}
