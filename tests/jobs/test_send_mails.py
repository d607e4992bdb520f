from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.database import db, transaction
from app.jobs.send_mails import LEASE, send_due_mails
from app.mails import outbox
from app.mails.models import Mail
from tests.conftest import app_on, empty, let_go
from tests.mails.test_rendering import VALUES
from tests.payments.test_races import all_at_once
from tests.support.mailbox import Mailbox, running_mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mailbox() as running:
        yield running


@pytest.fixture
def app(database_url: str, mailbox: Mailbox) -> Iterator[Flask]:
    app = app_on(database_url, SMTP_URL=mailbox.url, MAIL_FROM="no-reply@checkout.example")
    with app.app_context():
        empty()
        yield app
        let_go()


def owe(**changes: Any) -> None:
    fields: dict[str, Any] = {
        "to": "buyer@example.com", "language": "ko", "sender": "한빛 상점", "reply_to": None, "values": VALUES,
    }  # fmt: skip
    with transaction():
        outbox.record("refund", **{**fields, **changes}, now=clock.now())


def mail() -> Mail:
    db.session.rollback()
    return db.session.execute(select(Mail)).scalar_one()


def test_a_mail_is_sent_once(app: Flask, mailbox: Mailbox) -> None:
    owe()

    counts = [send_due_mails(now=clock.now(), limit=10) for _ in range(3)]

    assert counts == [1, 0, 0]
    assert [message["Subject"] for message in mailbox.messages] == ["[한빛 상점] 10,000원을 환불했어요"]
    assert (mail().state, mail().tries) == ("sent", 1)


def test_what_was_rolled_back_is_not_sent(app: Flask, mailbox: Mailbox) -> None:
    def fail_after_recording() -> None:
        with transaction():
            outbox.record("refund", to="a@example.com", language="ko", values=VALUES, now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_recording()

    assert send_due_mails(now=clock.now(), limit=10) == 0
    assert mailbox.messages == []


def test_many_workers_send_each_mail_once(app: Flask, mailbox: Mailbox) -> None:
    for number in range(12):
        owe(to=f"buyer{number}@example.com")
    now = clock.now()

    all_at_once(app, [lambda: [send_due_mails(now=now, limit=3) for _ in range(12)]] * 4)

    assert sorted(str(message["To"]) for message in mailbox.messages) == sorted(
        f"buyer{number}@example.com" for number in range(12)
    )


def test_a_server_in_trouble_is_tried_again_later(app: Flask, mailbox: Mailbox) -> None:
    owe()
    mailbox.refuse_message = "451 try later"
    start = clock.now()

    send_due_mails(now=start, limit=10)
    at_once = send_due_mails(now=clock.now(), limit=10)
    mailbox.refuse_message = None
    later = send_due_mails(now=clock.now() + timedelta(seconds=61), limit=10)

    assert (at_once, later) == (0, 1)
    assert (mail().state, mail().tries, mail().error) == ("sent", 2, None)
    assert len(mailbox.messages) == 1


def test_an_address_that_does_not_exist_is_given_up(app: Flask, mailbox: Mailbox) -> None:
    owe()
    mailbox.refuse_recipient = "550 no such user"

    send_due_mails(now=clock.now(), limit=10)

    assert (mail().state, mail().error) == ("failed", "recipient refused: 550")
    assert send_due_mails(now=clock.now() + timedelta(days=9), limit=10) == 0


def test_after_three_days_a_mail_is_given_up(app: Flask, mailbox: Mailbox) -> None:
    owe()
    mailbox.refuse_message = "451 try later"
    now = clock.now()

    while mail().state == "waiting":
        assert send_due_mails(now=mail().send_at + timedelta(seconds=1), limit=10) == 1

    assert mail().tries == len(outbox.DELAYS) + 1
    assert mail().send_at > now


def test_a_dead_workers_mail_comes_back(app: Flask, mailbox: Mailbox) -> None:
    owe()
    now = clock.now()
    with transaction():
        held = db.session.execute(select(Mail)).scalar_one()
        held.leased_until = now + LEASE

    assert send_due_mails(now=now, limit=10) == 0
    assert send_due_mails(now=now + LEASE, limit=10) == 1


@pytest.mark.parametrize("broken", [{"values": {}}, {"to": "nobody"}, {"reply_to": "a b@c"}], ids=str)
def test_a_mail_that_cannot_be_made_waits_and_holds_up_no_other(
    app: Flask, mailbox: Mailbox, broken: dict[str, Any]
) -> None:
    owe(**broken)
    owe(to="second@example.com")

    send_due_mails(now=clock.now(), limit=10)
    at_once = send_due_mails(now=clock.now(), limit=10)

    assert [str(message["To"]) for message in mailbox.messages] == ["second@example.com"]
    assert at_once == 0
    db.session.rollback()
    assert db.session.scalars(select(Mail.error).where(Mail.state == "waiting")).all() == ["cannot be made"]
