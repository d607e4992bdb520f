"""The simulated tax service, against the shared notes on Korea, §3.2."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.servers import werkzeug_sandbox

KEY = "sandbox/key+for=tests"
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class Service:
    def __init__(self, base: str) -> None:
        self.sim = f"{base}/nts/sim"
        self.url = f"{base}/nts/api/nts-businessman/v1"

    def ask(self, call: str, body: object, *, key: str | None = KEY) -> requests.Response:
        params = {"serviceKey": key, "returnType": "JSON"} if key is not None else {}
        return requests.post(f"{self.url}/{call}", params=params, json=body, timeout=10)

    def status(self, *numbers: str) -> dict[str, Any]:
        answer = self.ask("status", {"b_no": list(numbers)})
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def validate(self, **asked: str) -> dict[str, Any]:
        answer = self.ask("validate", {"businesses": [asked]})
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content


@pytest.fixture
def service(database: Path) -> Iterator[Service]:
    with werkzeug_sandbox(database) as base:
        yield Service(base)


def test_a_business_that_goes_on(service: Service) -> None:
    content = service.status("1234567890")

    assert (content["status_code"], content["request_cnt"], content["match_cnt"]) == ("OK", 1, 1)
    [row] = content["data"]
    assert set(row) == {
        "b_no", "b_stt", "b_stt_cd", "tax_type", "tax_type_cd", "end_dt", "utcc_yn", "tax_type_change_dt",
        "invoice_apply_dt", "rbf_tax_type", "rbf_tax_type_cd",
    }  # fmt: skip
    assert (row["b_no"], row["b_stt"], row["b_stt_cd"], row["end_dt"]) == (
        "1234567890",
        "계속사업자",
        "01",
        "",
    )


def test_the_published_numbers(service: Service) -> None:
    rows = service.status("1234500002", "1234500003", "1234500004")["data"]

    assert [(row["b_stt"], row["b_stt_cd"]) for row in rows] == [("휴업자", "02"), ("폐업자", "03"), ("", "")]
    assert rows[1]["end_dt"] == "20250630"
    assert rows[2]["tax_type"] == "국세청에 등록되지 않은 사업자등록번호입니다."


@pytest.mark.parametrize("number", ["123-45-67890", "12345", "", "abcdefghij"])
def test_a_number_that_is_not_ten_digits_is_not_registered(service: Service, number: str) -> None:
    content = service.status(number)

    assert content["data"][0]["b_stt_cd"] == ""
    assert "match_cnt" not in content


def test_a_match_carries_the_status_and_no_message(service: Service) -> None:
    content = service.validate(b_no="1234567890", start_dt="20200101", p_nm="김철수")

    [row] = content["data"]
    assert (row["valid"], content["valid_cnt"], row["status"]["b_stt_cd"]) == ("01", 1, "01")
    assert "valid_msg" not in row
    assert row["request_param"] == {"b_no": "1234567890", "start_dt": "20200101", "p_nm": "김철수"}


@pytest.mark.parametrize(
    "asked",
    [
        {"b_no": "1234567890", "start_dt": "20200102", "p_nm": "김철수"},
        {"b_no": "1234567890", "start_dt": "20200101", "p_nm": "김영희"},
        {"b_no": "1234500004", "start_dt": "20200101", "p_nm": "김철수"},
        {"b_no": "1234500005", "start_dt": "20200101", "p_nm": "김철수"},
    ],
)
def test_no_match_has_a_message_and_no_status(service: Service, asked: dict[str, str]) -> None:
    content = service.validate(**asked)

    [row] = content["data"]
    assert (row["valid"], row["valid_msg"]) == ("02", "확인할 수 없습니다.")
    assert "status" not in row
    assert "valid_cnt" not in content


@pytest.mark.parametrize("key", [None, "", "another", "sandbox%2Fkey%2Bfor%3Dtests"])
def test_a_key_that_is_missing_wrong_or_encoded_twice_is_not_registered(
    service: Service, key: str | None
) -> None:
    answer = service.ask("status", {"b_no": ["1234567890"]}, key=key)

    assert answer.json() == {"code": -4, "msg": "등록되지 않은 인증키 입니다."}


@pytest.mark.parametrize(
    ("call", "body", "status", "code"),
    [
        ("status", [], 400, "BAD_JSON_REQUEST"),
        ("status", {}, 411, "REQUEST_DATA_MALFORMED"),
        ("status", {"b_no": []}, 411, "REQUEST_DATA_MALFORMED"),
        ("status", {"b_no": [1234567890]}, 411, "REQUEST_DATA_MALFORMED"),
        ("status", {"b_no": ["1234567890"] * 101}, 413, "TOO_LARGE_REQUEST"),
        ("validate", {"businesses": []}, 411, "REQUEST_DATA_MALFORMED"),
        ("validate", {"businesses": [{"b_no": "1234567890"}]}, 411, "REQUEST_DATA_MALFORMED"),
        ("validate", {"businesses": [{}] * 101}, 413, "TOO_LARGE_REQUEST"),
    ],
)
def test_a_bad_request_has_its_code(
    service: Service, call: str, body: object, status: int, code: str
) -> None:
    answer = service.ask(call, body)

    assert (answer.status_code, answer.json()["status_code"]) == (status, code)


def test_a_hundred_numbers_may_be_asked_at_once(service: Service) -> None:
    assert service.status(*["1234567890"] * 100)["match_cnt"] == 100


def test_the_numbers_that_go_wrong(service: Service) -> None:
    def ask(number: str) -> requests.Response:
        return service.ask("status", {"b_no": [number]})

    assert ask("1234500006").json()["code"] == -4
    assert ask("1234500007").json() == {"status_code": "INTERNAL_ERROR"}
    with pytest.raises(BROKEN):
        ask("1234500008")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        ask("1234500009").json()


def test_a_fault_is_armed_for_the_next_calls(service: Service) -> None:
    fault = {"target": "status", "fault": "error_500_before", "times": 1}
    requests.post(f"{service.sim}/faults", json=fault, timeout=10).raise_for_status()

    first = service.ask("status", {"b_no": ["1234567890"]})
    second = service.ask("status", {"b_no": ["1234567890"]})

    assert (first.status_code, second.status_code) == (500, 200)


def test_an_outage_lasts_until_it_is_ended(service: Service) -> None:
    for times, status in ((1, 503), (0, 200)):
        fault = {"target": "all", "fault": "outage", "times": times}
        requests.post(f"{service.sim}/faults", json=fault, timeout=10).raise_for_status()

        answers = [service.ask("status", {"b_no": ["1234567890"]}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [status, status]


def test_the_register_can_be_changed(service: Service) -> None:
    facts = {"b_no": "3120000001", "b_stt_cd": "02"}

    requests.post(f"{service.sim}/businesses", json=facts, timeout=10).raise_for_status()

    assert service.status("3120000001")["data"][0]["b_stt"] == "휴업자"


@pytest.mark.parametrize(
    "facts", [{}, {"b_no": "1"}, {"b_no": "1234567890", "b_stt_cd": "09"}, {"b_no": "1234567890", "x": 1}, []]
)
def test_a_change_that_makes_no_sense_is_refused(service: Service, facts: object) -> None:
    assert requests.post(f"{service.sim}/businesses", json=facts, timeout=10).status_code == 400


def test_calls_are_kept_without_the_key(service: Service) -> None:
    service.status("1234567890")

    [call] = requests.get(f"{service.sim}/calls", timeout=10).json()

    assert (call["path"], call["status"]) == ("/nts/api/nts-businessman/v1/status", 200)
    assert "key" not in call["path"]
