import re

import pytest
import requests

from app.sandbox.postcode.records import FIELDS, RECORDS, matching
from tests.sandbox.shop_client import Shop

SCRIPT = "/postcode/mapjsapi/bundle/postcode/prod/postcode.v2.js"


def base(shop: Shop) -> str:
    return shop.toss.removesuffix("/toss")


def test_the_script_is_at_the_services_path_and_mentions_no_host(shop: Shop) -> None:
    script = requests.get(base(shop) + SCRIPT, timeout=5)

    assert script.headers["Content-Type"].startswith("text/javascript")
    assert '["kakao", "daum"]' in script.text
    assert not re.search(r"https?://\w", script.text)


@pytest.mark.parametrize(
    ("switch", "path", "status"),
    [("script_missing", SCRIPT, 404), ("frame_missing", "/postcode/search", 503)],
)
def test_the_service_can_be_made_to_fail(shop: Shop, switch: str, path: str, status: int) -> None:
    url = base(shop)

    requests.post(f"{url}/postcode/sim/switch", data={"to": switch}, timeout=5).raise_for_status()

    assert requests.get(url + path, timeout=5).status_code == status
    requests.post(f"{url}/postcode/sim/switch", data={"to": "none"}, timeout=5).raise_for_status()
    assert requests.get(url + path, timeout=5).status_code == 200


def test_a_switch_that_is_none_is_refused(shop: Shop) -> None:
    assert requests.post(f"{base(shop)}/postcode/sim/switch", data={"to": "x"}, timeout=5).status_code == 400


def test_records_are_found_by_any_of_their_words(shop: Shop) -> None:
    found = requests.get(f"{base(shop)}/postcode/records", params={"q": "판교역로 235"}, timeout=5).json()

    assert [record["zonecode"] for record in found] == ["13494"]
    assert matching("") == matching("없는곳") == []


def test_records_have_every_field_of_the_service_as_text() -> None:
    for record in RECORDS:
        assert list(record) == list(FIELDS)
        assert all(isinstance(value, str) for value in record.values())
        assert re.fullmatch(r"\d{5}", record["zonecode"])
