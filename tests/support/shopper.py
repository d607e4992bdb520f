"""A buyer with a browser that knows no JavaScript but plays the gateway's script: reads our pages over HTTP."""

import html
import json
import re

import requests

from app.gateways.orders import (
    ScriptLaunch,
)
from tests.support.sandbox import Sandbox


class Shopper:
    def __init__(self, web: str, sandbox: Sandbox) -> None:
        """web: origin of the checkout."""
        self.web = web
        self._sandbox = sandbox

    def press_pay(self, session_id: str) -> str:
        """Fill in the pay page and press the button; the path of the launch page."""
        page = requests.get(f"{self.web}/{session_id}", timeout=20)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert token, page.text[:300]
        data = {"csrf_token": token[1], "method": "card", "confirm": "y"}
        answer = requests.post(
            f"{self.web}/checkout/{session_id}/attempts", data=data, allow_redirects=False, timeout=20
        )
        assert answer.status_code == 303, answer.text[:300]
        return answer.headers["Location"]

    def authorise(self, launch_path: str, fault: str = "none") -> str:
        """Go through the pay window; the path and query that the browser comes back to."""
        page = requests.get(f"{self.web}{launch_path}", timeout=20)
        found = re.search(r"data-launch='([^']+)'", page.text)
        assert found, page.text[:300]
        launch = ScriptLaunch("", "", json.loads(html.unescape(found[1])))
        back = self._sandbox.choose(self._sandbox.open_window(launch), fault=fault)
        return "/" + back.split("/", 3)[3]

    def come_back(self, path: str) -> None:
        requests.get(f"{self.web}{path}", allow_redirects=False, timeout=30)
