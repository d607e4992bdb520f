"""Every environment variable, read once at the start. A wrong value stops the start with one sentence."""

import base64
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

# As far as they are published, of PC and of phones, older ones included.
INICIS_NOTICE_SOURCES = (
    "203.238.37.15,39.115.212.9,183.109.71.153,118.129.210.25,"
    "203.238.37.3,203.238.37.16,203.238.37.25,203.238.37.32,211.219.96.165"
)

ROOT = Path(__file__).resolve().parent.parent
POSTCODE_PATH = "/postcode/mapjsapi/bundle/postcode/prod/postcode.v2.js"
# Its present host, then the one before, which answers for the time being.
KAKAO_POSTCODE = ",".join(
    f"https://{host}{POSTCODE_PATH.removeprefix('/postcode')}"
    for host in ("t1.kakaocdn.net", "t1.daumcdn.net")
)
T = TypeVar("T")
N = TypeVar("N", int, float)


class BadSetting(Exception):
    """The sentence names the variable, what is wrong and what is expected. It never shows a secret's value."""


@dataclass(frozen=True)
class Settings:
    """One field a variable; the README's table tells what each does. Printed, it shows no secret."""

    app_env: str
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    master_keys: tuple[tuple[str, bytes], ...] = field(repr=False)
    checkout_url: str
    api_host_live: str
    api_host_test: str
    more_hosts: tuple[str, ...]
    sandbox_url: str
    toss_api_url: str
    toss_sdk_url: str
    kcp_api_url: str
    kcp_script_url: str
    kcp_notice_addresses: tuple[str, ...]
    inicis_script_url: str
    inicis_phone_url: str
    inicis_api_url: str
    inicis_pc_centres: tuple[tuple[str, str], ...]
    inicis_phone_centres: tuple[tuple[str, str], ...]
    inicis_notice_sources: tuple[str, ...]
    inicis_client_ip: str
    sandbox_notice_sources: tuple[str, ...]
    postcode_scripts: tuple[str, ...]
    tax_service_url: str
    tax_service_key: str = field(repr=False)
    gateway_timeout_s: float
    redis_url: str = field(repr=False)
    redis_timeout_s: float
    api_limit_live: int
    api_limit_test: int
    api_limit_address: int
    webhook_allow_private: bool
    worker_concurrency: int
    trusted_proxies: int
    domain_cname: str
    domain_a_records: tuple[str, ...]
    domain_authorities: tuple[str, ...]
    dns_resolvers: tuple[tuple[str, int], ...]
    dns_port: int
    edge_address: tuple[str, int] | None
    edge_networks: tuple[str, ...]
    metrics_networks: tuple[str, ...]
    metrics_address: tuple[str, int] | None
    prometheus_multiproc_dir: str
    smtp_url: str = field(repr=False)
    mail_from: str

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"

    @property
    def hosts(self) -> frozenset[str]:
        """Names of this installation, without ports: whoever asks for another gets nothing."""
        named = (urlsplit(self.checkout_url).netloc, self.api_host_live, self.api_host_test, *self.more_hosts)
        return frozenset(name for host in named if (name := urlsplit(f"//{host}").hostname))


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Raises BadSetting for the first variable that cannot be used."""
    env = os.environ if environ is None else environ
    app_env = _one_of(env, "APP_ENV", ("production", "development", "test"), "production")
    port = _whole(env, "PORT", 8000, lowest=1, highest=65533)  # bin/dev takes the next two as well
    at_home = app_env != "production"
    sandbox_url = _url(env, "SANDBOX_URL", f"http://127.0.0.1:{port + 1}")
    a_records = _addresses(env, "DOMAIN_A_RECORDS", "127.0.0.1" if at_home else "")
    return Settings(
        app_env=app_env,
        database_url=_database_url(env),
        secret_key=_secret_key(env, app_env),
        master_keys=_master_keys(env, app_env),
        checkout_url=_url(env, "CHECKOUT_URL", f"http://localhost:{port}"),
        api_host_live=_host(env, "API_HOST_LIVE"),
        api_host_test=_host(env, "API_HOST_TEST"),
        more_hosts=_names(env, "MORE_HOSTS", ""),
        sandbox_url=sandbox_url,
        toss_api_url=_url(env, "TOSS_API_URL", "https://api.tosspayments.com"),
        toss_sdk_url=_url(env, "TOSS_SDK_URL", "https://js.tosspayments.com/v2/standard"),
        kcp_api_url=_url(env, "KCP_API_URL", "https://spl.kcp.co.kr"),
        kcp_script_url=_url(env, "KCP_SCRIPT_URL", "https://spay.kcp.co.kr/plugin/kcp_spay_hub.js"),
        kcp_notice_addresses=_networks(env, "KCP_NOTICE_ADDRESSES", "103.215.144.173,103.215.144.174"),
        inicis_script_url=_url(env, "INICIS_SCRIPT_URL", "https://stdpay.inicis.com/stdjs"),
        inicis_phone_url=_url(env, "INICIS_PHONE_URL", "https://mobile.inicis.com"),
        inicis_api_url=_url(env, "INICIS_API_URL", "https://iniapi.inicis.com"),
        inicis_pc_centres=_centres(env, "INICIS_PC_CENTRES", "stdpay.inicis.com"),
        inicis_phone_centres=_centres(env, "INICIS_PHONE_CENTRES", "mobile.inicis.com"),
        inicis_notice_sources=_networks(env, "INICIS_NOTICE_SOURCES", INICIS_NOTICE_SOURCES),
        inicis_client_ip=_addresses(env, "INICIS_CLIENT_IP", "127.0.0.1")[0],
        sandbox_notice_sources=_networks(env, "SANDBOX_NOTICE_SOURCES", "127.0.0.1,::1"),
        postcode_scripts=_urls(
            env, "POSTCODE_SCRIPTS", f"{sandbox_url}{POSTCODE_PATH}" if at_home else KAKAO_POSTCODE
        ),
        tax_service_url=_url(env, "TAX_SERVICE_URL", "https://api.odcloud.kr/api/nts-businessman/v1"),
        tax_service_key=env.get("TAX_SERVICE_KEY", "").strip(),
        gateway_timeout_s=_seconds(env, "GATEWAY_TIMEOUT_S", 20, highest=60),
        redis_url=_redis_url(env),
        redis_timeout_s=_seconds(env, "REDIS_TIMEOUT_S", 0.1, highest=10),
        api_limit_live=_whole(env, "API_LIMIT_LIVE", 1000, lowest=1, highest=10**9),
        api_limit_test=_whole(env, "API_LIMIT_TEST", 100, lowest=1, highest=10**9),
        api_limit_address=_whole(env, "API_LIMIT_ADDRESS", 100, lowest=1, highest=10**9),
        webhook_allow_private=_flag(env, "WEBHOOK_ALLOW_PRIVATE"),
        worker_concurrency=_whole(env, "WORKER_CONCURRENCY", 16, lowest=1, highest=256),
        trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0, lowest=0, highest=10),
        domain_cname=_host(env, "DOMAIN_CNAME") or ("edge.localhost" if at_home else ""),
        domain_a_records=a_records,
        domain_authorities=_names(env, "DOMAIN_AUTHORITIES", "letsencrypt.org"),
        dns_resolvers=_resolvers(env, app_env),
        dns_port=_whole(env, "DNS_PORT", 53, lowest=1, highest=65535),
        edge_address=_edge_address(env, "" if at_home else next(iter(a_records), "")),
        edge_networks=_networks(env, "EDGE_NETWORKS", "127.0.0.0/8,::1/128"),
        metrics_networks=_networks(env, "METRICS_NETWORKS", "127.0.0.0/8,::1/128"),
        metrics_address=_metrics_address(env),
        prometheus_multiproc_dir=_folder(env, "PROMETHEUS_MULTIPROC_DIR"),
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env),
    )


def _resolvers(env: Mapping[str, str], app_env: str) -> tuple[tuple[str, int], ...]:
    """Tests ask nobody, or their own."""
    told = _parts(env, "DNS_RESOLVERS", "127.0.0.1:1" if app_env == "test" else "")
    return tuple(_place("DNS_RESOLVERS", part, 53) for part in told)


def _database_url(env: Mapping[str, str]) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'korea-checkout.db'}"
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return url
    raise BadSetting("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _redis_url(env: Mapping[str, str]) -> str:
    url = env.get("REDIS_URL", "")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("redis", "rediss", "unix") and parts.port != 0
    except ValueError:
        usable = False
    if url and not usable:
        raise BadSetting("REDIS_URL must begin with redis://, rediss:// or unix://.")
    return url


def _secret_key(env: Mapping[str, str], app_env: str) -> str:
    key = env.get("SECRET_KEY", "")
    if len(key.strip()) >= 32:
        return key
    if key or app_env == "production":
        raise BadSetting("SECRET_KEY must be set to at least 32 random characters.")
    return "development only, never used where money moves"


def _master_keys(env: Mapping[str, str], app_env: str) -> tuple[tuple[str, bytes], ...]:
    """`name:base64 of 32 bytes`, comma separated; the first seals, all of them open."""
    text = env.get("MASTER_KEYS", "")
    if not text and app_env != "production":
        return (("development", b"development only".ljust(32, b".")),)
    keys = tuple(_master_key(part) for part in text.split(",") if part.strip())
    if not keys:
        raise BadSetting("MASTER_KEYS must be set: name:base64 of 32 random bytes, the newest first.")
    if len(dict(keys)) < len(keys):
        raise BadSetting("MASTER_KEYS must not name two keys alike.")
    return keys


def _master_key(part: str) -> tuple[str, bytes]:
    name, _, encoded = part.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:  # no base64, or not even ASCII
        key = b""
    if not name.isalnum() or len(key) != 32:
        raise BadSetting("Each of MASTER_KEYS must be a name, a colon and the base64 of 32 bytes.")
    return name, key


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    url = (env.get(name) or default).rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        usable = False
    if not usable:
        raise BadSetting(f"{name} must be an address that begins with http:// or https://.")
    return url


def _urls(env: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    """Without a query, in the order in which they are tried."""
    urls = tuple(_url({name: part}, name, "") for part in _parts(env, name, default))
    if any(set("?#\"'; ") & set(url) for url in urls):
        raise BadSetting(f"{name} must be addresses without a query, comma separated.")
    return urls


def _smtp_url(env: Mapping[str, str]) -> str:
    url = env.get("SMTP_URL") or f"file://{ROOT / 'var' / 'mails'}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if usable or url.startswith("file:///"):
        return url
    raise BadSetting("SMTP_URL must be smtp://user:password@host:port, smtps://… or file:///folder.")


def _mail_from(env: Mapping[str, str]) -> str:
    text = env.get("MAIL_FROM") or "Korea Checkout <no-reply@localhost>"
    local, _, domain = parseaddr(text)[1].rpartition("@")
    if not text.isprintable() or not local or not domain:
        raise BadSetting(
            "MAIL_FROM must be an e-mail address, such as Korea Checkout <no-reply@example.com>."
        )
    return text


def _host(env: Mapping[str, str], name: str) -> str:
    host = env.get(name, "").lower()
    if host and not re.fullmatch(r"[a-z0-9.-]+(:[0-9]{1,5})?", host):
        raise BadSetting(f"{name} must be a host name, with or without a port.")
    return host


def _parts(env: Mapping[str, str], name: str, default: str) -> list[str]:
    """Of a list with commas."""
    return [part.strip() for part in (env.get(name) or default).split(",") if part.strip()]


def _names(env: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    return tuple(_host({name: part}, name) for part in _parts(env, name, default))


def _centres(env: Mapping[str, str], name: str, host: str) -> tuple[tuple[str, str], ...]:
    """Of a list such as fc=https://fcstdpay.inicis.com: a word and the address that it stands for."""
    parts = _parts(env, name, f"fc=https://fc{host},ks=https://ks{host}")
    named = [part.partition("=") for part in parts]
    if not all(word.isalnum() and between for word, between, _url_text in named):
        raise BadSetting(
            f"{name} must be words with addresses, such as fc=https://fc{host}, comma separated."
        )
    return tuple((word, _url({name: url}, name, "")) for word, _between, url in named)


def _addresses(env: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_address(part)) for part in _parts(env, name, default))
    except ValueError:
        raise BadSetting(f"{name} must be IP addresses, comma separated.") from None


def _networks(env: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(part)) for part in _parts(env, name, default))
    except ValueError:
        raise BadSetting(f"{name} must be networks such as 10.0.0.0/8, comma separated.") from None


def _edge_address(env: Mapping[str, str], default: str) -> tuple[str, int] | None:
    text = env.get("EDGE_ADDRESS") or (f"[{default}]" if ":" in default else default)
    return _place("EDGE_ADDRESS", text, 443) if text else None


def _metrics_address(env: Mapping[str, str]) -> tuple[str, int] | None:
    text = env.get("METRICS_ADDRESS", "")
    return _place("METRICS_ADDRESS", text, 9464) if text else None


def _folder(env: Mapping[str, str], name: str) -> str:
    path = env.get(name, "")
    if path and not os.access(path, os.W_OK | os.X_OK):
        raise BadSetting(f"{name} must be a folder that is there and may be written to.")
    return path


def _place(name: str, text: str, port: int) -> tuple[str, int]:
    """Host and port of 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53."""
    try:
        parts = urlsplit(f"//{text}")
        host, given = parts.hostname, parts.port
    except ValueError:
        host, given = None, None
    if not host or given == 0 or text.strip("[]0123456789abcdefghijklmnopqrstuvwxyz.:-"):
        raise BadSetting(f"{name} must be an address with or without a port, such as 192.0.2.1:{port}.")
    return host, given or port


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise BadSetting(f"{name} must be one of {', '.join(allowed)}.")
    return value


def _flag(env: Mapping[str, str], name: str) -> bool:
    return _one_of(env, name, ("0", "1"), "0") == "1"


def _whole(env: Mapping[str, str], name: str, default: int, *, lowest: int, highest: int) -> int:
    def parse(text: str) -> int:
        return _between(int(text), lowest, highest)

    return _parsed(env, name, str(default), parse, f"a number from {lowest} to {highest}")


def _seconds(env: Mapping[str, str], name: str, default: float, *, highest: float) -> float:
    def parse(text: str) -> float:
        return _between(float(text), 0.001, highest)

    what = f"a number of seconds, more than 0 and at most {highest}"
    return _parsed(env, name, str(default), parse, what)


def _between(value: N, lowest: float, highest: float) -> N:
    if not lowest <= value <= highest:
        raise ValueError(value)
    return value


def _parsed(env: Mapping[str, str], name: str, default: str, parse: Callable[[str], T], what: str) -> T:
    try:
        return parse(env.get(name) or default)
    except ValueError:
        raise BadSetting(f"{name} must be {what}.") from None
