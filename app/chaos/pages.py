"""What is read out of pages: how our page sends the buyer on, and how a gateway's window sends the buyer back."""

import html
import json
import re
from dataclasses import dataclass
from typing import Any

GATEWAY = re.compile(r"/(toss|kcp|inicis)/")
LAUNCH = re.compile(r"data-launch='([^']+)'")
LAUNCHER = re.compile(r"/js/launch/(\w+)[.\w]*\.js")
FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*data-launch-form>(.*?)</form>', re.DOTALL)
BACK_FORM = re.compile(
    r'<form method="post" action="([^"]+)" accept-charset="([^"]+)"[^>]*data-back.*?>(.*?)</form>', re.DOTALL
)
BACK_LINK = re.compile(r'<a [^>]*href="([^"]+)" data-back>')
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
NOT_IN_AN_ORDER_NUMBER = re.compile("[^A-Za-z0-9]")
ORDER_NAMES = ("orderId", "ordr_idxx", "oid", "P_OID")
AMOUNT_NAMES = ("good_mny", "price", "P_AMT")
CODECS = {"euc-kr": "cp949", "utf-8": "utf-8"}


@dataclass(frozen=True)
class Launch:
    """What our page tells the browser. action: where a form is posted, "" for a script. shop: origin of the page."""

    gateway: str
    action: str
    params: dict[str, Any]
    shop: str

    @property
    def fields(self) -> dict[str, Any]:
        """Of the order."""
        fields: dict[str, Any] = self.params.get("request") or self.params.get("fields") or self.params
        return fields

    @property
    def order(self) -> str:
        """The order number as the gateway has it."""
        return next(str(self.fields[name]) for name in ORDER_NAMES if name in self.fields)

    @property
    def amount(self) -> int:
        """Whole won."""
        named = [self.fields[name] for name in AMOUNT_NAMES if name in self.fields]
        return int(named[0] if named else self.fields["amount"]["value"])


@dataclass(frozen=True)
class Return:
    """How the browser comes back. fields: None for a link."""

    address: str
    fields: dict[str, str] | None = None
    charset: str = "utf-8"


def launch_in(page: str, shop: str) -> Launch | None:
    """Of our launch page; None when it is another page."""
    form = FORM.search(page)
    if form:
        action = html.unescape(form[1])
        gateway = GATEWAY.search(action)
        assert gateway is not None
        return Launch(gateway[1], action, hidden_inputs(form[2]), shop)
    script, launcher = LAUNCH.search(page), LAUNCHER.search(page)
    if script and launcher:
        return Launch(launcher[1], "", json.loads(html.unescape(script[1])), shop)
    return None


def return_in(page: str) -> Return | None:
    """Of the last page of a window; None where it leads nowhere."""
    form, link = BACK_FORM.search(page), BACK_LINK.search(page)
    if form:
        return Return(html.unescape(form[1]), hidden_inputs(form[3]), CODECS[form[2]])
    return Return(html.unescape(link[1])) if link else None


def hidden_inputs(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in INPUT.findall(page)}


def order_key(order_id: str) -> str:
    """By which an order is found again, whatever a gateway leaves out of its number."""
    return NOT_IN_AN_ORDER_NUMBER.sub("", order_id)
