"""The gym finds out receivers that are wrong, and has nothing against those that are right."""

import json
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.web.api.webhook_test_texts import EXERCISES, PROBLEMS
from app.webhooks.gym import judge
from app.webhooks.gym.exercises import NAMES, ON_ALL
from app.webhooks.gym.messages import new_order
from app.webhooks.gym.training import train
from app.webhooks.sender import Sender
from app.webhooks.signing import new_secret
from tests.support.receivers import RIGHT, WRONG, Redirects, Right, Silent, WorksBeforeItAnswers, served
from tests.support.webhooks import event_of, owe
from tests.support.world import World

BY_WORD = {"duplicate", "at_once", "out_of_order", "late_repeat"}


def trained(
    kind: type[Right], *, slow_s: float = judge.SLOW_S, whole_s: float = 150.0
) -> list[dict[str, Any]]:
    shop = kind(new_secret())
    with served(shop) as url:
        return train(
            run="abc123",
            url=url,
            whsecs=[shop.secret],
            sender=Sender(guard=None),
            now=clock.now(),
            slow_s=slow_s,
            whole_s=whole_s,
        )


def named(results: list[dict[str, Any]], verdict: str) -> set[str]:
    return {one["name"] for one in results if one["verdict"] == verdict}


@pytest.mark.parametrize("kind", RIGHT)
def test_a_right_receiver_passes_everything(kind: type[Right]) -> None:
    results = trained(kind)

    assert named(results, "passed") == {*NAMES, *ON_ALL}
    assert {one["problem"] for one in results} == {None}


def test_a_right_receiver_that_says_nothing_fails_nothing() -> None:
    results = trained(Silent)

    assert named(results, "failed") == set()
    assert named(results, "unproven") == BY_WORD


def test_there_are_enough_wrong_ones() -> None:
    assert len(WRONG) >= 12


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_receiver_is_found_out_by_the_exercises_that_are_meant_for_it(kind: type[Right]) -> None:
    is_slow = kind is WorksBeforeItAnswers
    results = trained(kind, slow_s=WorksBeforeItAnswers.NAP_S - 0.3 if is_slow else 60.0)

    assert named(results, "failed") == kind.broken_by


def test_where_nothing_is_accepted_nothing_more_is_sent() -> None:
    results = trained(Redirects)

    assert sum(len(one["answers"]) for one in results) == 1
    assert results[0]["problem"] == "redirected"
    assert named(results, "not_run") == {*NAMES, *ON_ALL} - {"plain"}


def test_where_nobody_answers_the_reason_is_told() -> None:
    results = train(
        run="abc123",
        url="http://127.0.0.1:1/",
        whsecs=[new_secret()],
        sender=Sender(guard=None),
        now=clock.now(),
    )

    assert (results[0]["problem"], results[0]["answers"][0]["reason"]) == ("no_answer", "connection_failed")


def test_a_run_has_an_end() -> None:
    results = trained(Right, whole_s=0.0)

    assert named(results, "not_run") == set(NAMES)


def test_made_up_events_have_the_fields_of_real_ones(app: Flask, world: World) -> None:
    real = event_of(owe(world, now=clock.now())).body

    made_up = new_order("abc123", 1).cancelled(now=clock.now())

    assert shape(made_up) == shape(json.loads(real))


def shape(told: dict[str, Any]) -> tuple[set[str], set[str]]:
    return set(told), set(told["data"])


def test_every_exercise_and_problem_has_its_words() -> None:
    assert set(EXERCISES) == {*NAMES, *ON_ALL}
    assert set(PROBLEMS) == set(judge.PROBLEMS)
    texts = [text for told in EXERCISES.values() for text in (told.title, told.advice)] + list(
        PROBLEMS.values()
    )
    for english, korean in texts:
        assert english.isascii() or "…" in english
        assert any("가" <= letter <= "힣" for letter in korean)
