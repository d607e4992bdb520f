from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.ear import Ear, listening
from tests.sandbox.inicis_shop import InicisShop
from tests.sandbox.kcp_shop import KcpShop
from tests.sandbox.servers import GranianSandbox, werkzeug_sandbox
from tests.sandbox.shop_client import Shop


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "var" / "sandbox.db"


@pytest.fixture
def shop(database: Path) -> Iterator[Shop]:
    with werkzeug_sandbox(database) as base:
        yield Shop(base)


@pytest.fixture(scope="session")
def granian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GranianSandbox]:
    sandbox = GranianSandbox(tmp_path_factory.mktemp("granian") / "sandbox.db")
    yield sandbox
    sandbox.stop()


@pytest.fixture(params=["werkzeug", "granian"])
def any_shop(request: pytest.FixtureRequest) -> Shop:
    """The same shop under both WSGI servers, for what depends on the server."""
    if request.param == "granian":
        return Shop(request.getfixturevalue("granian").base)
    found: Shop = request.getfixturevalue("shop")
    return found


@pytest.fixture
def kcp(database: Path) -> Iterator[KcpShop]:
    with werkzeug_sandbox(database) as base:
        yield KcpShop(base)


@pytest.fixture
def ear(kcp: KcpShop) -> Iterator[Ear]:
    """The webhook address of the shop `kcp`, registered with its site."""
    with listening() as ear:
        kcp.listen_at(ear.url)
        yield ear


@pytest.fixture(params=["werkzeug", "granian"])
def any_kcp(request: pytest.FixtureRequest) -> KcpShop:
    """The same shop under both WSGI servers, for what depends on the server."""
    if request.param == "granian":
        return KcpShop(request.getfixturevalue("granian").base)
    found: KcpShop = request.getfixturevalue("kcp")
    return found


@pytest.fixture
def inicis(database: Path) -> Iterator[InicisShop]:
    with werkzeug_sandbox(database) as base:
        yield InicisShop(base)


@pytest.fixture
def inicis_ear(inicis: InicisShop) -> Iterator[Ear]:
    """The notice address of the shop `inicis`: registered for PC, and P_NOTI_URL on phones."""
    with listening("inicis", "OK") as ear:
        inicis.listen_at(ear.url)
        yield ear


@pytest.fixture(params=["werkzeug", "granian"])
def any_inicis(request: pytest.FixtureRequest) -> InicisShop:
    """The same shop under both WSGI servers, for what depends on the server."""
    if request.param == "granian":
        return InicisShop(request.getfixturevalue("granian").base)
    found: InicisShop = request.getfixturevalue("inicis")
    return found
