"""The sandbox's tax service, as tests use it."""

from typing import Any

import requests
from flask import Flask

from tests.conftest import app_on
from tests.support.sandbox import Sandbox


class TaxOffice:
    """url: of its calls, as the settings name it. key: what it takes."""

    key = "sandbox/key+for=tests"

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._sim = f"{sandbox.url}/nts/sim"
        self.url = f"{sandbox.url}/nts/api/nts-businessman/v1"

    def register(self, number: str, **facts: str) -> None:
        """facts: b_stt_cd, p_nm, start_dt, end_dt."""
        answer = requests.post(f"{self._sim}/businesses", json={"b_no": number, **facts}, timeout=10)
        assert answer.status_code == 200, answer.text

    def arm(self, fault: str, *, target: str = "all", times: int = 1) -> None:
        body = {"target": target, "fault": fault, "times": times}
        requests.post(f"{self._sim}/faults", json=body, timeout=10).raise_for_status()

    def calls(self) -> list[dict[str, Any]]:
        """The newest first."""
        found: list[dict[str, Any]] = requests.get(f"{self._sim}/calls", timeout=10).json()
        return found

    def app_on(self, database_url: str) -> Flask:
        """An application whose live shops ask the simulator too, by the settings of the service itself."""
        settings = {"TAX_SERVICE_URL": self.url, "TAX_SERVICE_KEY": self.key}
        return app_on(database_url, SANDBOX_URL=self._sandbox.url, **settings)
