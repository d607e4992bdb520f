"""The worker's job that asks the tax service."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.database import db
from app.jobs.verify_businesses import WORK_TIME, verify_due_businesses
from app.shops.models import BusinessCheck
from app.shops.queries import checks_of_shops
from app.shops.shops import create_shop
from tests.conftest import app_on, empty, let_go
from tests.support.sandbox import Sandbox, running_sandbox
from tests.support.tax_office import TaxOffice
from tests.support.world import NOW, World, make_world

LIVE_BUSINESS = {"business_number": "1208800767", "ceo_name": "김철수", "opening_date": "2020-01-01"}


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def office(sandbox: Sandbox) -> TaxOffice:
    return TaxOffice(sandbox)


@pytest.fixture
def app(database_url: str, office: TaxOffice) -> Iterator[Flask]:
    app = office.app_on(database_url)
    with app.app_context():
        empty()
        yield app
        let_go()


def new_shop(world: World, *, livemode: bool = False, number: str = "1234567890") -> str:
    business = LIVE_BUSINESS if livemode else {"business_number": number}
    profile = {"name": "가게", "business": business}
    return create_shop(merchant_id=world.merchant_id, livemode=livemode, profile=profile, now=NOW).id


def check_of(shop_id: str) -> BusinessCheck:
    db.session.rollback()
    db.session.expire_all()
    return checks_of_shops([shop_id])[shop_id]


def test_due_businesses_of_both_modes_are_checked(world: World) -> None:
    shops = [new_shop(world), new_shop(world, livemode=True), new_shop(world, number="1234500003")]

    looked_at = verify_due_businesses(now=NOW, limit=8)

    assert looked_at == 3
    assert [check_of(shop_id).finding for shop_id in shops] == ["active", "active", "closed"]
    assert verify_due_businesses(now=NOW, limit=8) == 0


def test_a_shop_shows_what_was_found(world: World, client: FlaskClient) -> None:
    shop_id = new_shop(world)
    verify_due_businesses(now=NOW, limit=8)

    headers = {"x-api-key": world.test_key}
    business = client.get(f"/api/shops/{shop_id}", headers=headers).get_json()["business_info"]

    assert business["verified"] is True
    assert business["verification"]["status"] == "active"
    assert business["verification"]["checked_at"].endswith("Z")


def test_one_round_looks_at_so_many_only(world: World) -> None:
    for _ in range(3):
        new_shop(world)

    assert [verify_due_businesses(now=NOW, limit=2) for _ in range(2)] == [2, 1]


def test_a_check_whose_worker_died_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_id = new_shop(world)
    monkeypatch.setattr("app.jobs.verify_businesses.in_parallel", lambda _work, _ids: None)
    verify_due_businesses(now=NOW, limit=8)
    monkeypatch.undo()

    meanwhile = verify_due_businesses(now=NOW + WORK_TIME - timedelta(seconds=1), limit=8)
    afterwards = verify_due_businesses(now=NOW + WORK_TIME, limit=8)

    assert (meanwhile, afterwards) == (0, 1)
    assert check_of(shop_id).verified


def test_one_number_without_an_answer_holds_up_no_other(world: World) -> None:
    broken, fine = new_shop(world, number="1234500008"), new_shop(world)

    verify_due_businesses(now=NOW, limit=8)

    assert (check_of(broken).finding, check_of(fine).finding) == ("pending", "active")
    assert check_of(broken).tries == 1


def test_without_a_key_live_shops_stay_unverified_and_say_why(
    database_url: str,
    app: Flask,
    office: TaxOffice,
) -> None:
    keyless = app_on(database_url, TAX_SERVICE_URL=office.url)
    with keyless.app_context():
        world = make_world()
        shop_id = new_shop(world, livemode=True)
        asked = len(office.calls())

        looked_at = verify_due_businesses(now=NOW, limit=8)

        headers = {"x-api-key": world.live_key}
        answer = keyless.test_client().get(f"/api/shops/{shop_id}", headers=headers).get_json()
        let_go()
    assert looked_at == 0
    assert len(office.calls()) == asked
    assert answer["business_info"]["verified"] is False
    assert answer["business_info"]["verification"] == {"status": "unavailable", "checked_at": None}
