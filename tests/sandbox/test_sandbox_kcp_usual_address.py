"""A KCP site that nobody has registered an address for hears at the sandbox's usual one, by its certificate's name."""

from pathlib import Path

from tests.sandbox.ear import listening
from tests.sandbox.kcp_shop import KcpShop
from tests.support.sandbox import running_sandbox


def test_a_site_is_known_by_the_name_on_its_certificate(tmp_path: Path) -> None:
    with (
        listening() as ear,
        running_sandbox(tmp_path, notice_url=f"{ear.url}/{{gateway}}/{{merchant}}") as box,
    ):
        kcp = KcpShop(box.url)
        paid = kcp.paid(20_000, "PAVC")

        assert kcp.deposit(paid["tno"]).status_code == 200
        ear.wait_for(1)

    assert ear.fields()["tno"] == paid["tno"]
    assert ear.paths[0].endswith("/kcp/shop")


def test_one_that_was_registered_goes_before_it(tmp_path: Path) -> None:
    with listening() as ear, running_sandbox(tmp_path, notice_url="http://127.0.0.1:9/{merchant}") as box:
        kcp = KcpShop(box.url)
        kcp.listen_at(ear.url)
        paid = kcp.paid(20_000, "PAVC")
        kcp.deposit(paid["tno"])

        ear.wait_for(1)

    assert ear.fields()["tno"] == paid["tno"]
