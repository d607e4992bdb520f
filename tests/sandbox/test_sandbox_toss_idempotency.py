import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.sandbox.servers import GranianSandbox, werkzeug_sandbox
from tests.sandbox.shop_client import Shop

FIFTEEN_DAYS_S = 15 * 24 * 60 * 60


def test_a_repeated_key_gets_the_first_answer_again(shop: Shop) -> None:
    window = shop.authenticated()

    first, second = shop.confirm(window, key="k"), shop.confirm(window, key="k")

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert shop.observed(window)["approvals"] == 1


def test_a_repeated_key_wins_over_another_body(shop: Shop) -> None:
    first, second = shop.authenticated(), shop.authenticated()
    shop.confirm(first, key="too-coarse")

    answer = shop.confirm(second, key="too-coarse")

    assert answer.json()["paymentKey"] == first.payment_key
    assert shop.lookup(second).json()["status"] == "IN_PROGRESS"


def test_errors_are_repeated_too(shop: Shop) -> None:
    window = shop.open_window()
    refused = shop.confirm(window, key="k")
    shop.use_window(window, outcome="approve")

    again, with_new_key = shop.confirm(window, key="k"), shop.confirm(window, key="k-2")

    assert refused.status_code == again.status_code == 404
    assert with_new_key.status_code == 200


def test_a_key_belongs_to_one_merchant_and_one_url(shop: Shop) -> None:
    window, stranger = shop.authenticated(), Shop(shop.base, "stranger")
    shop.confirm(window, key="k")

    assert stranger.confirm(stranger.authenticated(), key="k").status_code == 200
    assert shop.cancel(window, key="k").json()["status"] == "CANCELED"


def test_a_key_may_have_300_characters_and_no_more(shop: Shop) -> None:
    window = shop.authenticated()

    too_long, fits = shop.confirm(window, key="x" * 301), shop.confirm(window, key="x" * 300)

    assert (too_long.status_code, too_long.json()["code"]) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert fits.status_code == 200


def test_a_key_is_forgotten_after_15_days(shop: Shop) -> None:
    window = shop.authenticated()
    shop.confirm(window, key="k")
    shop.advance_clock(FIFTEEN_DAYS_S)

    assert shop.confirm(window, key="k").json()["code"] == "ALREADY_PROCESSED_PAYMENT"


def test_while_the_first_request_runs_the_second_is_told_to_wait(shop: Shop) -> None:
    window = shop.authenticated(fault="slow", delay_s=0.5)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(shop.confirm, window, key="k")
        time.sleep(0.2)
        second = shop.confirm(window, key="k")
        meanwhile = shop.lookup(window).json()["status"]

    assert (second.status_code, second.json()["code"]) == (409, "IDEMPOTENT_REQUEST_PROCESSING")
    assert meanwhile == "IN_PROGRESS"
    assert first.result().json() == shop.confirm(window, key="k").json()


def test_answers_survive_a_restart_on_the_same_database(database: Path) -> None:
    with werkzeug_sandbox(database) as base:
        before = Shop(base)
        window = before.authenticated()
        first = before.confirm(window, key="k")

    with werkzeug_sandbox(database) as base:
        after = Shop(base)

        assert after.confirm(window, key="k").content == first.content
        assert after.observed(window)["approvals"] == 1


def test_a_kill_9_loses_no_approval_and_blocks_no_key(tmp_path: Path) -> None:
    sandbox = GranianSandbox(tmp_path / "sandbox.db")
    try:
        shop = Shop(sandbox.base)
        approved = shop.authenticated(fault="answer_lost")
        cut_short = shop.authenticated(fault="slow", delay_s=30)
        with pytest.raises(requests.RequestException):
            shop.confirm(approved, key="a")
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(shop.confirm, cut_short, key="b")
            time.sleep(0.3)
            sandbox.restart_after_kill_9()
            assert isinstance(running.exception(), requests.RequestException)

        assert shop.confirm(approved, key="a").json()["status"] == "DONE"
        assert shop.confirm(cut_short, key="b").json()["status"] == "DONE"
        assert [shop.observed(window)["approvals"] for window in (approved, cut_short)] == [1, 1]
    finally:
        sandbox.stop()
