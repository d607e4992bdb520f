"""The edge as in production: Caddy with our own Caddyfile, and Pebble, a real ACME authority, both on loopback."""

import datetime
import ipaddress
import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from e2e.support.programs import ROOT, Program, free_port
from e2e.support.waiting import wait_for
from tests.support.dns import Internet


@dataclass(frozen=True)
class Edge:
    """root: a file with the root that Pebble signs with, which everybody here trusts."""

    http_port: int
    https_port: int
    root: Path
    caddy: Program


def needed_programs() -> None:
    """On CI all of them have to be there; on somebody's desk the journey is left out, and says why."""
    missing = [name for name in ("caddy", "pebble", "certutil") if shutil.which(name) is None]
    if not missing:
        return
    sentence = (
        f"custom domains end to end need {', '.join(missing)}: apt-get install caddy pebble libnss3-tools"
    )
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@contextmanager
def running_authority(
    net: Internet, folder: Path, logs: Path, ports: tuple[int, int]
) -> Iterator[tuple[str, Path, Path]]:
    """Pebble, asking this DNS and validating at these ports (HTTP, HTTPS).

    Yields the address of its directory, the certificate that it serves that with, and its own root.
    """
    own, port, management = _own_certificate(folder), free_port(), free_port()
    config = {
        "pebble": {
            "listenAddress": f"127.0.0.1:{port}",
            "managementListenAddress": f"127.0.0.1:{management}",
            "certificate": str(own),
            "privateKey": str(own),
            "httpPort": ports[0],
            "tlsPort": ports[1],
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
    }
    (folder / "pebble.json").write_text(json.dumps(config))
    command = [
        "pebble",
        "-config",
        str(folder / "pebble.json"),
        "-dnsserver",
        f"127.0.0.1:{net.resolver_port}",
    ]
    environ = {"PATH": os.environ["PATH"], "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    pebble = Program("pebble", command, environ=environ, log=logs / "pebble.log")
    pebble.start()
    try:
        root = folder / "root.pem"
        wait_for(
            "Pebble's root", lambda: _fetch(f"https://127.0.0.1:{management}/roots/0", own, root), within_s=20
        )
        yield f"https://127.0.0.1:{port}/dir", own, root
    finally:
        pebble.stop()


@contextmanager
def running_edge(
    net: Internet, folder: Path, logs: Path, *, web_port: int, hosts: str, **environ: str
) -> Iterator[Edge]:
    """hosts: our own names. environ: further variables of the Caddyfile. What is behind it may start later."""
    http_port, https_port, admin_port = free_port(), free_port(), free_port()
    with ExitStack() as cleanup:
        opened = running_authority(net, folder, logs, (http_port, https_port))
        directory, own, root = cleanup.enter_context(opened)
        options = folder / "options.caddy"
        options.write_text(
            f"http_port {http_port}\nhttps_port {https_port}\nadmin 127.0.0.1:{admin_port}\n"
            f"default_bind 127.0.0.1\nskip_install_trust\nacme_ca {directory}\nacme_ca_root {own}\n"
        )
        environ = {
            **environ,
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "EDGE_OPTIONS": str(options),
            "EDGE_ASK": f"http://127.0.0.1:{web_port}/edge/ask",
            "EDGE_WEB": f"127.0.0.1:{web_port}",
            "EDGE_HOSTS": hosts,
            "EDGE_FILES": str(ROOT / "deploy"),
        }
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")]
        caddy = Program("caddy", command, environ=environ, log=logs / "caddy.log")
        cleanup.callback(caddy.stop)
        caddy.start()
        yield Edge(http_port, https_port, root, caddy)


def trust(root: Path, home: Path) -> None:
    """Let a Chromium with this home believe the authority."""
    folder = home / ".pki" / "nssdb"
    folder.mkdir(parents=True)
    database = ["certutil", "-d", f"sql:{folder}"]
    subprocess.run([*database, "-N", "--empty-password"], check=True, capture_output=True)
    subprocess.run(
        [*database, "-A", "-t", "C,,", "-n", "pebble", "-i", str(root)], check=True, capture_output=True
    )


def trusting(root: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(root))


def _fetch(url: str, own: Path, to: Path) -> bool:
    try:
        answer = requests.get(url, verify=str(own), timeout=2)
    except requests.RequestException:
        return False
    to.write_bytes(answer.content)
    return answer.status_code == 200


def _own_certificate(folder: Path) -> Path:
    """Key and certificate, in one file, that Pebble serves its own API with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pebble")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "pebble.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
