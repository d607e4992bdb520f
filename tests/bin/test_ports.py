import socket

import pytest

from bin._ports import Ports, ports_from, require_free
from bin._setup import Stop


def test_the_sandbox_and_the_receiver_follow_the_web_server() -> None:
    assert ports_from({"PORT": "9000"}) == Ports(web=9000, sandbox=9001, receiver=9002)
    assert ports_from({}) == Ports(web=8000, sandbox=8001, receiver=8002)


@pytest.mark.parametrize("text", ["0", "65534", "-1", "eight", "80.5", "٨٠"])
def test_a_port_that_is_none_is_told(text: str) -> None:
    with pytest.raises(Stop, match="PORT must be a number from 1 to 65533"):
        ports_from({"PORT": text})


def test_a_taken_port_is_told_with_a_way_out(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port + 1)), pytest.raises(Stop) as stopped:
        require_free(Ports(free_port, free_port + 1, free_port + 2))

    assert str(stopped.value).startswith(f"Port {free_port + 1} is taken by another program")
    assert "PORT=9" in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_free_ports_are_no_reason_to_stop_and_stay_free(free_port: int) -> None:
    require_free(Ports(free_port, free_port + 1, free_port + 2))

    for port in range(free_port, free_port + 3):
        with socket.create_server(("127.0.0.1", port)) as server:
            assert server.getsockname()[1] == port
