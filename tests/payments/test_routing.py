"""The decision alone: what is known goes in, one gateway and the reasons come out."""

from collections import Counter
from typing import Any

import pytest

from app.payments.routing import Candidate, Chosen, Decision, Passed, Sickness, decide, in_order
from tests.support.world import NOW

CARD = frozenset({"card"})


def one(gateway: str, *, priority: int = 1, weight: int = 100, **more: Any) -> Candidate:
    return Candidate(gateway, more.pop("methods", CARD), priority, weight, **more)


def ill(severity: float = 1.0, *, may_probe: bool = False) -> Sickness:
    return Sickness(severity, NOW, may_probe)


def chosen(*candidates: Candidate, seed: str = "s", **known: Any) -> Decision:
    decision = decide(candidates, method="card", seed=seed, **known)
    assert decision is not None
    return decision


def shares(*candidates: Candidate, count: int = 2000, **known: Any) -> dict[str, float]:
    found = Counter(chosen(*candidates, seed=f"session {number}", **known).gateway for number in range(count))
    return {name: times / count for name, times in found.items()}


def test_without_a_gateway_that_has_the_method_there_is_no_decision() -> None:
    others = [one("a", methods=frozenset({"payco"})), one("b", enabled=False), one("c", methods_off=CARD)]

    assert decide(others, method="card", seed="s") is None
    assert decide([], method="card", seed="s") is None


def test_the_only_one_takes_it_however_sick_it_is() -> None:
    decision = chosen(one("a"), one("b", enabled=False), sick={"a": ill()}, failed={"a"})

    assert (decision.gateway, decision.reason) == ("a", Chosen.ONLY_ONE)
    assert decision.passed == {"b": Passed.SWITCHED_OFF}


def test_every_gateway_that_is_passed_over_has_its_reason() -> None:
    decision = chosen(
        one("taken", priority=2),
        one("off", enabled=False),
        one("without", methods=frozenset()),
        one("method off", methods_off=CARD),
        one("sick", priority=1),
        one("failed", priority=1),
        one("later", priority=3),
        one("unlucky", priority=2, weight=0),
        sick={"sick": ill()},
        failed={"failed"},
    )

    assert (decision.gateway, decision.reason) == ("taken", Chosen.PREFERRED)
    assert {name: why.value for name, why in decision.passed.items()} == {
        "off": "switched_off",
        "without": "method_not_offered",
        "method off": "method_switched_off",
        "sick": "sick",
        "failed": "failed_before",
        "later": "lower_priority",
        "unlucky": "by_weight",
    }


def test_the_same_seed_decides_the_same_and_in_any_order_of_the_candidates() -> None:
    gateways = [one(name) for name in "abcdef"]

    decisions = {chosen(*gateways).gateway, chosen(*reversed(gateways)).gateway, chosen(*gateways).gateway}

    assert len(decisions) == 1


def test_weights_share_what_comes_among_gateways_of_one_priority() -> None:
    found = shares(one("a", weight=700), one("b", weight=200), one("c", weight=100), one("d", priority=2))

    assert found["a"] == pytest.approx(0.7, abs=0.04)
    assert found["b"] == pytest.approx(0.2, abs=0.04)
    assert found["c"] == pytest.approx(0.1, abs=0.04)
    assert "d" not in found


def test_of_the_others_a_sick_gateway_leaves_each_its_share() -> None:
    found = shares(one("a", weight=600), one("b", weight=300), one("c", weight=100), sick={"a": ill()})

    assert found["b"] == pytest.approx(0.75, abs=0.04)
    assert found["c"] == pytest.approx(0.25, abs=0.04)


def test_weight_0_gets_only_what_no_other_takes() -> None:
    assert shares(one("a", weight=1), one("b", weight=0)) == {"a": 1.0}
    assert shares(one("a", weight=1), one("b", weight=0), sick={"a": ill()}) == {"b": 1.0}


def test_a_lower_priority_takes_over_when_those_before_it_are_sick() -> None:
    decision = chosen(one("a"), one("b"), one("c", priority=2), sick={"a": ill(), "b": ill()})

    assert (decision.gateway, decision.reason) == ("c", Chosen.PREFERRED)


def test_when_all_are_sick_the_least_sick_takes_it() -> None:
    gateways = [one("a"), one("b"), one("c", priority=2)]

    decision = chosen(*gateways, sick={"a": ill(0.9), "b": ill(0.5), "c": ill(0.6)})

    assert (decision.gateway, decision.reason) == ("b", Chosen.LEAST_SICK)
    assert decision.passed == {"a": Passed.SICK, "c": Passed.SICK}


def test_what_failed_before_is_taken_again_only_where_nothing_is_better() -> None:
    assert shares(one("a"), one("b"), failed={"a"}) == {"b": 1.0}
    assert shares(one("a"), one("b"), failed={"a"}, sick={"b": ill(0.9)}) == {"b": 1.0}
    assert set(shares(one("a"), one("b"), failed={"a", "b"})) == {"a", "b"}


def test_what_is_refused_is_not_taken_at_all() -> None:
    assert decide([one("a")], method="card", seed="s", refused={"a"}) is None
    decision = chosen(one("a"), one("b"), refused={"a"}, sick={"b": ill()})
    assert decision.gateway == "b"
    assert decision.passed == {"a": Passed.FAILED}


def test_a_probe_goes_to_a_sick_gateway_that_would_have_had_the_payment() -> None:
    sick = {"a": ill(may_probe=True)}

    assert chosen(one("a"), one("b", priority=2), sick=sick).reason == Chosen.PROBE
    assert chosen(one("a"), one("b", priority=2), sick={"a": ill()}).gateway == "b"
    assert chosen(one("b"), one("a", priority=2), sick=sick).gateway == "b"


@pytest.mark.parametrize("known", [{"failed": {"b"}}, {"refused": {"c"}}])
def test_a_buyer_who_had_bad_luck_already_is_no_probe(known: dict[str, Any]) -> None:
    gateways = [one("a"), one("b", priority=2), one("c", priority=3)]

    decision = chosen(*gateways, sick={"a": ill(may_probe=True)}, **known)

    assert decision.reason != Chosen.PROBE


def test_it_is_told_in_plain_words() -> None:
    told = chosen(one("a"), one("b", priority=2)).as_json()

    assert told == {
        "gateway": "a",
        "reason": "preferred",
        "passedOver": [{"gateway": "b", "reason": "lower_priority"}],
    }


def test_one_gateway_more_takes_from_all_and_moves_nothing_between_them() -> None:
    few, more = [one("a"), one("b")], [one("a"), one("b"), one("c")]

    for number in range(200):
        before, after = (in_order(gateways, seed=str(number))[0].gateway for gateways in (few, more))
        assert after in (before, "c")
