"""The payment methods this simulator knows. To add one: a module like `card.py`, and a line in METHODS."""

from app.sandbox.toss.card import CARD
from app.sandbox.toss.method import Method
from app.sandbox.toss.phone import MOBILE_PHONE
from app.sandbox.toss.transfer import TRANSFER
from app.sandbox.toss.vbank import VIRTUAL_ACCOUNT

METHODS: dict[str, Method] = {
    method.request_name: method for method in (CARD, TRANSFER, VIRTUAL_ACCOUNT, MOBILE_PHONE)
}
