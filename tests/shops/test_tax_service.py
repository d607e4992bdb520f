"""The adapter of the tax service: against the simulator, and against answers that make no sense."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app.shops.tax_service import LARGEST_ANSWER, NoAnswer, Standing, TaxService
from tests.support.tax_office import TaxOffice

KEY = "sandbox/key+for=tests"
ENCODED_KEY = "sandbox%2Fkey%2Bfor%3Dtests"


@pytest.fixture
def service(office: TaxOffice) -> TaxService:
    return TaxService(office.url, KEY)


STANDINGS = [
    ("1234567890", Standing.ACTIVE),
    ("1208800767", Standing.ACTIVE),
    ("1234500002", Standing.SUSPENDED),
    ("1234500003", Standing.CLOSED),
    ("1234500004", Standing.UNREGISTERED),
]


@pytest.mark.parametrize(("number", "standing"), STANDINGS)
def test_the_standing_of_a_business(service: TaxService, number: str, standing: Standing) -> None:
    assert service.standing_of(number) == standing


def test_a_business_matches_its_representative_and_opening_date(service: TaxService) -> None:
    assert service.matches("1234567890", representative="김철수", opening_date="2020-01-01")
    assert not service.matches("1234567890", representative="김영희", opening_date="2020-01-01")
    assert not service.matches("1234567890", representative="김철수", opening_date="2020-01-02")


@pytest.mark.parametrize("key", [KEY, ENCODED_KEY])
def test_a_key_may_be_given_in_either_of_its_two_forms(office: TaxOffice, key: str) -> None:
    assert TaxService(office.url, key).standing_of("1234567890") == Standing.ACTIVE


def test_a_key_that_is_not_registered_gives_no_answer(office: TaxOffice) -> None:
    with pytest.raises(NoAnswer, match="-4"):
        TaxService(office.url, "another").standing_of("1234567890")


@pytest.mark.parametrize("number", ["1234500006", "1234500007", "1234500008", "1234500009"])
def test_what_went_wrong_is_no_answer(service: TaxService, number: str) -> None:
    with pytest.raises(NoAnswer):
        service.standing_of(number)


@pytest.mark.parametrize("fault", ["outage", "error_500_before", "answer_lost", "request_lost", "garbled"])
def test_a_broken_call_is_no_answer(service: TaxService, office: TaxOffice, fault: str) -> None:
    office.arm(fault)
    try:
        with pytest.raises(NoAnswer):
            service.standing_of("1234567890")
    finally:
        office.arm(fault, times=0)


def test_nobody_listening_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        TaxService("http://127.0.0.1:1", KEY).standing_of("1234567890")


def test_neither_key_nor_names_reach_the_logs_or_the_error(service: TaxService) -> None:
    with structlog.testing.capture_logs() as logs:
        service.matches("1234567890", representative="김철수", opening_date="2020-01-01")
        with pytest.raises(NoAnswer) as broken:
            TaxService("http://127.0.0.1:1", "the-key").standing_of("1234567890")

    told = f"{logs} {broken.value} {broken.value.__cause__} {broken.value.__suppress_context__}"
    assert "the-key" not in told
    assert KEY not in told
    assert "김철수" not in told
    assert broken.value.__cause__ is None


Answering = Callable[[bytes], TaxService]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Starts a service that always answers the same bytes, under HTTP 200."""
    servers: list[http.server.HTTPServer] = []

    def start(content: bytes) -> TaxService:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return TaxService(f"http://127.0.0.1:{server.server_port}", KEY)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _reply(**row: Any) -> bytes:
    return json.dumps({"status_code": "OK", "data": [{"b_no": "1234567890", **row}]}).encode()


NONSENSE = [
    b"",
    b"<html>",
    b"[]",
    b"null",
    b"{}",
    b"[" * 100_000,
    b'{"status_code": "OK"}',
    b'{"status_code": "OK", "data": []}',
    b'{"status_code": "OK", "data": [1]}',
    b'{"status_code": "OK", "data": {"b_no": "1234567890"}}',
    b'{"status_code": "TOO_LARGE_REQUEST"}',
    '{"code": -4, "msg": "등록되지 않은 인증키 입니다."}'.encode(),
    _reply(),
    _reply(b_stt_cd="04", valid="03"),
    _reply(b_stt_cd=1, valid=1),
    _reply(b_stt_cd=["01"], valid=["01"]),
    _reply(b_no="1208800767", b_stt_cd="01", valid="01"),
    _reply(b_stt_cd="01", valid="01", more="x" * LARGEST_ANSWER),
]


@pytest.mark.parametrize("content", NONSENSE, ids=range(len(NONSENSE)))
def test_an_answer_that_makes_no_sense_is_none(answering: Answering, content: bytes) -> None:
    service = answering(content)

    with pytest.raises(NoAnswer):
        service.standing_of("1234567890")
    with pytest.raises(NoAnswer):
        service.matches("1234567890", representative="김철수", opening_date="2020-01-01")


def test_an_answer_without_its_counts_is_one(answering: Answering) -> None:
    assert answering(_reply(b_stt_cd="01")).standing_of("1234567890") == Standing.ACTIVE
