"""The line between "surely not sent" and "may have happened". Every error of `requests` is on one of its sides."""

import io
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import structlog
import urllib3.exceptions

from app.errors import GatewayError, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways import http
from tests.gateways.line import Act, Line, closes, drips, drips_headers, hangs, resets, says, truncates
from tests.support.logs import production_log

PATIENT_S, IMPATIENT_S = 10, 0.4


def post(url: str, **kwargs: Any) -> http.Reply:
    kwargs = {"headers": {}, "json": {"amount": 1}, "timeout_s": PATIENT_S, "event": "test", **kwargs}
    return http.call("POST", url, **kwargs)


def all_errors_of_requests() -> Iterator[type[requests.RequestException]]:
    found, queue = set(), [requests.RequestException]
    while queue:
        error = queue.pop()
        if error not in found:
            found.add(error)
            yield error
            queue.extend(error.__subclasses__())


# Only this proves that nothing was sent.
PROOFS = {requests.ConnectTimeout}


class TestNothingWasSent:
    def test_a_refused_connection(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]

        with pytest.raises(GatewayUnreachable):
            post(f"http://127.0.0.1:{port}/")

    def test_a_host_that_does_not_exist(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_args: object, **_kwargs: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)

        with pytest.raises(GatewayUnreachable):
            post("http://gateway.invalid/")

    def test_a_connection_that_is_never_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A full queue: the machine is there but takes nobody in."""
        monkeypatch.setattr(http, "CONNECT_TIMEOUT_S", 0.3)
        with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
            address = server.getsockname()
            waiting = [socket.socket() for _ in range(3)]
            for client in waiting:
                client.setblocking(False)
                client.connect_ex(address)

            with pytest.raises(GatewayUnreachable):
                post(f"http://127.0.0.1:{address[1]}/")

            for client in waiting:
                client.close()


class TestItMayHaveHappened:
    @pytest.mark.parametrize(
        "act",
        [
            closes,
            resets,
            hangs,
            truncates({"a": "b" * 100}),
            drips("x" * 400, pause_s=0.05),
            drips_headers(pause_s=0.05),
        ],
        ids=["closed", "reset", "silent", "cut off", "dripping", "dripping headers"],
    )
    def test_an_answer_that_does_not_come_whole(self, line: Line, act: Act) -> None:
        line.will(act)
        started = time.monotonic()

        with pytest.raises(GatewayOutcomeUnknown) as told:
            post(line.url, timeout_s=IMPATIENT_S)

        assert told.value.answered is False
        assert time.monotonic() - started < 5 * IMPATIENT_S

    def test_an_answer_that_never_ends_is_cut_off(self, line: Line) -> None:
        line.will(says(200, b"x" * (http.LARGEST_ANSWER + 1)))

        with pytest.raises(GatewayOutcomeUnknown):
            post(line.url)

    def test_an_answer_in_a_broken_packing(self, line: Line) -> None:
        line.will(says(200, b"no gzip", headers={"Content-Encoding": "gzip"}))

        with pytest.raises(GatewayOutcomeUnknown):
            post(line.url)

    def test_what_is_no_http(self, line: Line) -> None:
        line.will(lambda connection, _over: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"))

        with pytest.raises(GatewayOutcomeUnknown):
            post(line.url)

    def test_a_line_that_never_begins_to_speak_tls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(http, "CONNECT_TIMEOUT_S", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"https://127.0.0.1:{server.getsockname()[1]}/"

            with pytest.raises(GatewayOutcomeUnknown):
                post(url)


@pytest.mark.parametrize("error", list(all_errors_of_requests()), ids=lambda error: error.__name__)
def test_every_error_of_requests_is_on_one_side(
    error: type[requests.RequestException], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = error("bad", "{", 0) if issubclass(error, json.JSONDecodeError) else error("bad")

    def fail(*_args: object, **_kwargs: object) -> None:
        raise made

    monkeypatch.setattr(http, "_send", fail)
    expected = GatewayUnreachable if issubclass(error, tuple(PROOFS)) else GatewayOutcomeUnknown

    with pytest.raises(GatewayError) as told:
        post("http://127.0.0.1/")

    assert type(told.value) is expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (urllib3.exceptions.NewConnectionError(None, "refused"), GatewayUnreachable),  # type: ignore[arg-type]  # no connection
        (urllib3.exceptions.NameResolutionError("h", None, socket.gaierror()), GatewayUnreachable),  # type: ignore[arg-type]  # likewise
        (urllib3.exceptions.ProtocolError("reset by peer"), GatewayOutcomeUnknown),
        (urllib3.exceptions.SSLError("bad certificate"), GatewayOutcomeUnknown),
        (None, GatewayOutcomeUnknown),
    ],
    ids=["refused", "unknown host", "reset", "tls", "no reason"],
)
def test_a_connection_error_is_judged_by_its_reason(
    reason: Exception | None, expected: type[GatewayError], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = urllib3.connectionpool.HTTPConnectionPool("127.0.0.1")
    cause = urllib3.exceptions.MaxRetryError(pool, "/", reason)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise requests.ConnectionError(cause)

    monkeypatch.setattr(http, "_send", fail)

    with pytest.raises(GatewayError) as told:
        post("http://127.0.0.1/")

    assert type(told.value) is expected


@pytest.mark.parametrize(
    "error", [urllib3.exceptions.ReadTimeoutError(None, "", "x"), urllib3.exceptions.DecodeError("x"), OSError("x")],  # type: ignore[arg-type]  # no pool
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_requests_lets_through_is_an_unknown_outcome(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(http, "_send", fail)

    with pytest.raises(GatewayOutcomeUnknown):
        post("http://127.0.0.1/")


class TestOneCall:
    @pytest.mark.parametrize("status", [200, 400, 401, 404, 409, 429, 500, 503])
    def test_any_status_is_an_answer_for_the_adapter_to_read(self, line: Line, status: int) -> None:
        line.will(says(status, b"\xff\x00body"))

        reply = post(line.url + "/v1/confirm")

        assert (reply.status, reply.body) == (status, b"\xff\x00body")
        assert [call.asks for call in line.calls] == ["POST /v1/confirm"]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_nothing_is_sent_on_to_where_an_answer_points(self, line: Line, status: int) -> None:
        line.will(says(status, headers={"Location": line.url + "/elsewhere"}))

        assert post(line.url).status == status

    def test_the_headers_of_an_answer_are_found_however_they_are_written(self, line: Line) -> None:
        line.will(says(200, headers={"x-trace-ID": "abc"}))

        assert post(line.url).headers["X-Trace-Id"] == "abc"

    def test_json_goes_out_as_utf_8_with_the_headers_that_were_given(self, line: Line) -> None:
        line.will(says(200))

        post(line.url, json={"name": "홍길동"}, headers={"Authorization": "Basic eA=="})

        [call] = line.calls
        assert call.json() == {"name": "홍길동"}
        assert call.headers["authorization"] == "Basic eA=="
        assert call.headers["content-type"] == "application/json"

    def test_a_connection_that_was_closed_meanwhile_is_replaced(self, line: Line) -> None:
        kept_open = {"Connection": "keep-alive"}  # so it says, and closes
        line.will(says(200, b"1", headers=kept_open), says(200, b"2", headers=kept_open))

        assert post(line.url).body == b"1"
        time.sleep(0.05)
        assert post(line.url).body == b"2"

    def test_no_cookie_goes_from_one_call_to_the_next(self, line: Line) -> None:
        """Merchants share the connections of a process."""
        line.will(says(200, headers={"Set-Cookie": "merchant=first; Path=/"}), says(200))

        post(line.url)
        post(line.url)

        assert "cookie" not in line.calls[1].headers

    def test_neither_the_machines_proxy_nor_its_netrc_is_used(
        self, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        line.will(says(200))

        assert post(line.url).status == 200


class TestItsLogLine:
    @pytest.fixture
    def written(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
        with production_log() as stream:
            monkeypatch.setattr(http, "log", structlog.get_logger())
            yield stream

    def test_it_tells_the_call_whose_it_was_how_it_ended_and_how_long_it_took(
        self, line: Line, written: io.StringIO
    ) -> None:
        line.will(says(403, {"message": "secret words"}, headers={"X-Trace": "t1"}))

        post(line.url, event="toss.confirm", about="confirm-pay_1-0", trace_header="X-Trace")

        told = json.loads(written.getvalue())
        assert 0 <= told.pop("ms") < 5000
        assert told.pop("timestamp")
        assert told == {
            "event": "toss.confirm",
            "level": "info",
            "about": "confirm-pay_1-0",
            "outcome": 403,
            "trace": "t1",
        }

    @pytest.mark.parametrize(
        ("act", "error"),
        [
            (resets, "ConnectionError"),
            (hangs, "ReadTimeout"),
            (drips("x" * 400, pause_s=0.05), "ReadTimeout"),
            (drips_headers(pause_s=0.05), "ReadTimeout"),
        ],
        ids=["reset", "silent", "dripping", "dripping headers"],
    )
    def test_it_tells_that_there_was_no_answer(
        self, line: Line, written: io.StringIO, act: Act, error: str
    ) -> None:
        line.will(act)

        with pytest.raises(GatewayOutcomeUnknown):
            post(line.url + "/v1/payments/key?secret=1", event="toss.confirm", timeout_s=IMPATIENT_S)

        told = json.loads(written.getvalue())
        assert (told["outcome"], told["error"], told["level"]) == ("no_answer", error, "warning")
        assert "secret" not in written.getvalue()
