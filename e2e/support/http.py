"""JSON over HTTP to the programs of the stack."""

from collections.abc import Mapping
from typing import Any

import requests


def get_json(url: str, *, headers: Mapping[str, str] | None = None) -> Any:
    return _call("GET", url, headers=headers).json()


def post_json(url: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Any:
    return _call("POST", url, json=body, headers=headers).json()


def status_of(url: str) -> int:
    return _call("GET", url).status_code


def answers(url: str) -> bool:
    try:
        return _call("GET", url).ok
    except (requests.RequestException, AssertionError):
        return False


def _call(method: str, url: str, **arguments: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # no proxy stands between programs of one machine
        response = session.request(method, url, timeout=20, allow_redirects=False, **arguments)
    assert response.ok, f"{method} {url}: {response.status_code} {response.text[:500]}"
    return response
