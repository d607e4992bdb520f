"""Every environment variable, read once at the start. A wrong value stops the start with one sentence."""

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
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
    sandbox_url: str
    toss_api_url: str
    toss_sdk_url: str
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
    smtp_url: str = field(repr=False)
    mail_from: str

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Raises BadSetting for the first variable that cannot be used."""
    env = os.environ if environ is None else environ
    app_env = _one_of(env, "APP_ENV", ("production", "development", "test"), "production")
    port = _whole(env, "PORT", 8000, lowest=1, highest=65533)  # bin/dev takes the next two as well
    return Settings(
        app_env=app_env,
        database_url=_database_url(env),
        secret_key=_secret_key(env, app_env),
        master_keys=_master_keys(env, app_env),
        checkout_url=_url(env, "CHECKOUT_URL", f"http://localhost:{port}"),
        api_host_live=_host(env, "API_HOST_LIVE"),
        api_host_test=_host(env, "API_HOST_TEST"),
        sandbox_url=_url(env, "SANDBOX_URL", f"http://127.0.0.1:{port + 1}"),
        toss_api_url=_url(env, "TOSS_API_URL", "https://api.tosspayments.com"),
        toss_sdk_url=_url(env, "TOSS_SDK_URL", "https://js.tosspayments.com/v2/standard"),
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
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env),
    )


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
