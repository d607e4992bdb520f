"""Claims, checks and what they leave in the database; who gets a name that two want."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, transaction
from app.domains import checks
from app.domains.checks import check_domain
from app.domains.domains import NoDomain, remove_domain, retry_domain
from app.domains.models import Domain
from app.domains.queries import name_in_use, names_to_serve, served_at
from app.jobs.check_domains import check_due_domains
from app.mails.models import Mail
from app.shops.models import Shop
from app.shops.shops import LiveKeyRequired, create_shop
from tests.payments.test_races import all_at_once
from tests.support.dns import Internet
from tests.support.domains import CHALLENGE, NAME, claim, domain_now, in_use, set_up, statuses
from tests.support.world import NOW, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def another_shop(world: World) -> str:
    profile = {"name": "다른 상점", "notification_email": "other@shop.example"}
    return create_shop(merchant_id=world.merchant_id, livemode=False, profile=profile, now=NOW).id


def wants_mail(world: World, language: str = "ko") -> None:
    with transaction():
        shop = db.session.get_one(Shop, world.shop_id)
        shop.notification_email, shop.language = "owner@shop.example", language


def mailed() -> list[tuple[str, str]]:
    db.session.rollback()
    return [
        (mail.recipient, mail.values["what"])
        for mail in db.session.scalars(select(Mail).order_by(Mail.created_at))
    ]


def codes(domain: Domain) -> list[str]:
    return [finding["code"] for finding in domain_now(domain).findings]


def test_a_domain_is_used_as_soon_as_its_records_are_there(world: World, net: Internet) -> None:
    wants_mail(world)
    domain = claim(world.shop_id)
    check_domain(domain.id, now=NOW)
    before = (statuses(domain), codes(domain), name_in_use(world.shop_id), served_at(NAME))

    set_up(net, domain.token)
    check_domain(domain.id, now=NOW + timedelta(minutes=1))

    assert before == (("pending", "pending"), ["txt_missing", "address_missing"], None, None)
    assert statuses(domain) == ("verified", "configured")
    assert name_in_use(world.shop_id) == NAME
    served = served_at(NAME)
    assert served is not None
    assert (served.shop_id, served.healthy) == (world.shop_id, True)
    assert names_to_serve() == {NAME}
    assert mailed() == [("owner@shop.example", "ready")]


def test_the_worker_looks_when_it_is_time(world: World, net: Internet) -> None:
    domain = claim(world.shop_id)
    set_up(net, domain.token)

    looked = [check_due_domains(now=now, limit=8) for now in (NOW - HOUR, NOW, NOW)]

    assert looked == [0, 1, 0]
    assert statuses(domain) == ("verified", "configured")


def test_the_same_name_again_keeps_its_record(world: World, net: Internet) -> None:
    first = claim(world.shop_id)
    token = first.token

    again = claim(world.shop_id, now=NOW + HOUR)

    assert (again.id, again.token, again.check_at) == (first.id, token, NOW + HOUR)


def test_another_name_takes_the_place_of_the_old_one(world: World, net: Internet) -> None:
    old = in_use(net, world.shop_id)

    new = claim(world.shop_id, "pay.yourstore.test")

    assert new.token != old.token
    assert served_at(NAME) is None
    assert name_in_use(world.shop_id) is None
    assert statuses(new) == ("pending", "pending")


def test_a_domain_that_is_removed_is_served_no_more(world: World, net: Internet) -> None:
    in_use(net, world.shop_id)

    remove_domain(shop_id=world.shop_id, by_live_key=True)

    assert (served_at(NAME), name_in_use(world.shop_id), names_to_serve()) == (None, None, frozenset())
    remove_domain(shop_id=world.shop_id, by_live_key=True)
    with pytest.raises(NoDomain):
        retry_domain(shop_id=world.shop_id, by_live_key=True, now=NOW)


def test_a_test_key_does_not_move_the_domain_of_real_payments(world: World, net: Internet) -> None:
    in_use(net, world.shop_id)

    with pytest.raises(LiveKeyRequired):
        remove_domain(shop_id=world.shop_id, by_live_key=False)
    with pytest.raises(LiveKeyRequired):
        retry_domain(shop_id=world.shop_id, by_live_key=False, now=NOW)

    assert name_in_use(world.shop_id) == NAME


def test_a_claim_blocks_nobody(world: World, net: Internet) -> None:
    squatter = claim(another_shop(world))
    owner = claim(world.shop_id)
    set_up(net, owner.token)

    for domain in (squatter, owner, squatter):
        check_domain(domain.id, now=NOW)

    assert statuses(squatter) == ("pending", "pending")
    assert statuses(owner) == ("verified", "configured")


def test_a_name_in_use_is_not_taken_by_a_claim(world: World, net: Internet) -> None:
    """A record that was left behind points to us, and still the name is not another's."""
    owner = in_use(net, world.shop_id)
    thief = claim(another_shop(world))

    check_domain(thief.id, now=NOW)

    assert statuses(thief) == ("pending", "pending")
    assert codes(thief) == ["txt_other_value"]
    assert statuses(owner) == ("verified", "configured")


def test_a_name_changes_hands_when_its_dns_does(world: World, net: Internet) -> None:
    wants_mail(world)
    owner = in_use(net, world.shop_id)
    heir = claim(another_shop(world))
    set_up(net, owner.token, heir.token)
    check_domain(heir.id, now=NOW + HOUR)
    both = (statuses(heir), codes(heir), statuses(owner))

    set_up(net, heir.token)
    check_domain(heir.id, now=NOW + 2 * HOUR)

    assert both == (("pending", "pending"), ["held_by_another_shop"], ("verified", "configured"))
    assert statuses(heir) == ("verified", "configured")
    assert statuses(owner) == ("failed", "failed")
    assert codes(owner) == ["taken_over"]
    assert domain_now(owner).check_at is None
    served = served_at(NAME)
    assert served is not None
    assert served.shop_id == heir.shop_id
    assert mailed()[1:] == [("owner@shop.example", "taken_over"), ("other@shop.example", "ready")]


def test_a_name_that_was_left_behind_is_free_for_who_owns_its_dns(world: World, net: Internet) -> None:
    owner = in_use(net, world.shop_id)
    remove_domain(shop_id=world.shop_id, by_live_key=True)
    thief = claim(another_shop(world))  # the CNAME and the old TXT record are still there

    check_domain(thief.id, now=NOW)

    assert owner.token != thief.token
    assert statuses(thief) == ("pending", "pending")
    assert served_at(NAME) is None


def test_of_two_that_are_verified_at_once_one_has_the_name(
    app: Flask, world: World, net: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each saw its own record before the other was written down."""
    domains = [claim(shop_id) for shop_id in (world.shop_id, another_shop(world))]
    set_up(net, *(domain.token for domain in domains))
    together = threading.Barrier(2, timeout=20)
    look = checks._look

    def looks_together(*arguments: Any) -> Any:
        seen = look(*arguments)
        together.wait()
        return seen

    monkeypatch.setattr(checks, "_look", looks_together)

    all_at_once(app, [partial(check_domain, domain.id, now=NOW) for domain in domains])

    assert Counter(statuses(domain) for domain in domains) == {
        ("verified", "configured"): 1,
        ("pending", "pending"): 1,
    }
    assert len(names_to_serve()) == 1


def test_a_domain_whose_records_are_gone_is_used_for_three_days(world: World, net: Internet) -> None:
    wants_mail(world, "en")
    domain = in_use(net, world.shop_id)
    net.everywhere(CHALLENGE, "TXT")

    def look(now: datetime) -> tuple[str | None, bool | None]:
        check_domain(domain.id, now=now)
        served = served_at(NAME)
        return name_in_use(world.shop_id), served.healthy if served else None

    seen = [look(NOW + age) for age in (DAY, 2 * DAY, 4 * DAY - HOUR, 4 * DAY)]

    assert seen == [(NAME, False), (NAME, False), (NAME, False), (None, None)]
    assert statuses(domain) == ("failed", "failed")
    assert [what for _, what in mailed()] == ["ready", "warning", "failed"]


def test_a_domain_that_is_mended_in_time_stays(world: World, net: Internet) -> None:
    domain = in_use(net, world.shop_id)
    net.everywhere(NAME, "CNAME", "gone.host.test.")
    check_domain(domain.id, now=NOW + DAY)
    set_up(net, domain.token)

    check_domain(domain.id, now=NOW + 2 * DAY)

    assert domain_now(domain).failing_since is None
    assert codes(domain) == []
    assert name_in_use(world.shop_id) == NAME


def test_a_check_of_a_domain_that_was_removed_meanwhile_changes_nothing(
    world: World, net: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = claim(world.shop_id)
    set_up(net, domain.token)
    look = checks._look

    def removed_in_between(*arguments: Any) -> Any:
        seen = look(*arguments)
        remove_domain(shop_id=world.shop_id, by_live_key=True)
        return seen

    monkeypatch.setattr(checks, "_look", removed_in_between)
    check_domain(domain.id, now=NOW)
    check_domain("dom_" + "0" * 32, now=NOW)

    assert db.session.scalars(select(Domain)).all() == []


def test_an_older_check_does_not_undo_a_newer_one(world: World, net: Internet) -> None:
    domain = in_use(net, world.shop_id, now=NOW + HOUR)
    net.everywhere(CHALLENGE, "TXT")

    check_domain(domain.id, now=NOW)

    assert codes(domain) == []
    assert domain_now(domain).checked_at == NOW + HOUR
