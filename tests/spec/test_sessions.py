"""The documentation's commands for sessions, run as they stand by curl."""

import json
import re

import pytest
import requests

from tests.spec.documentation import Documentation, lacks
from tests.spec.live import Answered, Live
from tests.web.site import CREATE, READ

# A sample is one of the commands for a path, in the order of the documentation. A new one is one line here.
CREATES = [(CREATE, number) for number in range(2)]
READS = [(READ.rstrip("/"), number) for number in range(2)]
DOCUMENTED_IDS = re.compile(r"\bcs_[0-9a-z]+\b")


def run(live: Live, documentation: Documentation, sample: tuple[str, int], **changes: object) -> Answered:
    path, number = sample
    return live.curl(documentation.commands(path)[number], **changes)


def read(live: Live, documentation: Documentation, session_id: str, number: int = 0) -> Answered:
    command = documentation.commands(READS[number][0])[number]
    [documented_id] = set(DOCUMENTED_IDS.findall(command))
    return live.curl(command, ids={documented_id: session_id})


def test_every_command_of_these_paths_is_run(documentation: Documentation) -> None:
    assert len(documentation.commands(CREATE)) == len(CREATES)
    assert len(documentation.commands(READ.rstrip("/"))) == len(READS)


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize("sample", CREATES)
def test_a_session_is_created(
    live: Live, documentation: Documentation, sample: tuple[str, int], mode: str
) -> None:
    key = {"test": live.world.test_key, "live": live.world.live_key}[mode]

    answer = run(live, documentation, sample, key=key)

    documented = documentation.answers("checkoutUrl")[0]
    assert answer.status == 201
    assert set(answer.json) == set(documented)
    assert lacks(documented, answer.json) == []
    assert answer.json["checkoutUrl"] == f"{live.url}/{answer.json['sessionId']}"


@pytest.mark.parametrize("sample", CREATES)
def test_the_customer_is_sent_to_a_page_that_asks_for_the_amount(
    live: Live, documentation: Documentation, sample: tuple[str, int]
) -> None:
    created = run(live, documentation, sample).json
    script = documentation.script("window.location.href")
    given = f"const response = {json.dumps(created)};\n"

    with live.node(f"{given}{script}\nconsole.log(window.location.href);") as node:
        [told] = node.rest()

    [address] = told["with"]
    page = requests.get(address, timeout=20)
    assert page.status_code == 200
    assert "29,000원" in page.text
    assert "홍길동" in page.text


@pytest.mark.parametrize("number", range(2))
def test_a_paid_session_is_read(live: Live, documentation: Documentation, number: int) -> None:
    session_id = run(live, documentation, CREATES[1]).json["sessionId"]
    live.pay(session_id)

    answer = read(live, documentation, session_id, number)

    assert answer.status == 200
    assert answer.json["data"]["status"] == answer.json["status"] == "completed"
    assert answer.json["data"]["metadata"] == {"internal_order_id": "12345"}
    paid = [documented for documented in documentation.answers("completedAt") if "success" in documented]
    assert len(paid) == 2
    assert [lacks(documented, answer.json) for documented in paid] == [[], []]


def test_a_session_that_is_not_there_is_told_as_documented(live: Live, documentation: Documentation) -> None:
    [documented] = documentation.answers("invalid_session")
    unknown = documented["error"]["details"]["sessionId"]

    answer = read(live, documentation, unknown)

    assert answer.status == 404
    assert answer.json["error"]["details"].pop("requestId").startswith("req_")
    assert answer.json == documented


def test_a_key_that_is_none_is_refused(live: Live, documentation: Documentation) -> None:
    """The samples' own key, unchanged."""
    answer = run(live, documentation, CREATES[0], key="sk_live_your_key_here")

    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")
