"""POST /api/sandbox/advance-clock."""

import pytest

from app.payments import sandbox_clock
from tests.web.site import Site, assert_error

PATH = "/api/sandbox/advance-clock"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the simulators were asked; none listens here."""
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(
        sandbox_clock,
        "let_time_pass",
        lambda *, gateway, merchant, seconds, settings: asked.append(
            {"gateway": gateway, "merchant": merchant, "seconds": seconds}
        ),
    )
    return asked


def test_the_default_shop_and_its_simulators_feel_it(site: Site, told: list[dict[str, object]]) -> None:
    answer = site.send("POST", PATH, json={"seconds": 3600})

    assert answer.status_code == 200
    assert answer.get_json() == {
        "success": True,
        "shopId": site.world.shop_id,
        "seconds": 3600,
        "livemode": False,
    }
    assert {one["seconds"] for one in told} == {3600.0}
    assert "toss" in {one["gateway"] for one in told}


def test_a_live_key_moves_no_clock(site: Site, told: list[dict[str, object]]) -> None:
    assert_error(site.send("POST", PATH, json={"seconds": 60}, key="live"), 403, "test_key_required")
    assert told == []


@pytest.mark.parametrize("seconds", [0, -1, 1.5, "60", True, None, 30 * 86_400 + 1, 10**30])
def test_a_time_that_makes_no_sense_is_refused(
    site: Site, told: list[dict[str, object]], seconds: object
) -> None:
    answer = site.send("POST", PATH, json={"seconds": seconds})

    assert_error(answer, 400, "invalid_parameter")
    assert told == []


def test_a_shop_of_somebody_else_is_not_found(site: Site, told: list[dict[str, object]]) -> None:
    body = {"seconds": 60, "shopId": "shop_" + "0" * 32}

    assert_error(site.send("POST", PATH, json=body), 404, "invalid_shop")
