import pytest

from app.chaos.switches import SWITCHES, draw_switches
from app.sandbox.inicis.switches import SWITCHES as INICIS
from app.sandbox.kcp.switches import SWITCHES as KCP
from app.sandbox.switches import Switch


def test_the_same_seed_draws_the_same_switches() -> None:
    first, second = draw_switches(7), draw_switches(7)

    assert first == second
    assert first != draw_switches(8)


@pytest.mark.parametrize(("gateway", "known"), [("kcp", KCP), ("inicis", INICIS)])
def test_the_simulators_know_every_value(gateway: str, known: dict[str, Switch]) -> None:
    for name, values in SWITCHES[gateway].items():
        assert values == known[name].values


def test_every_value_is_drawn_in_some_run() -> None:
    drawn = [draw_switches(seed) for seed in range(200)]

    for gateway, known in SWITCHES.items():
        for name, values in known.items():
            assert {run[gateway][name] for run in drawn} == set(values)
