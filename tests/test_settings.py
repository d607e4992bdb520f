"""The environment: what it means when it is silent, and the one sentence when it is wrong."""

import base64
import dataclasses
import os
import subprocess
import sys
from typing import Any

import pytest

from app.settings import KAKAO_POSTCODE, ROOT, BadSetting, Settings, load_settings

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()
PRODUCTION = {"SECRET_KEY": "s" * 32, "MASTER_KEYS": f"first:{KEY}"}
DEVELOPMENT = {"APP_ENV": "development"}

DEFAULTS: dict[str, Any] = {
    "app_env": "production",
    "database_url": f"sqlite:///{ROOT / 'var' / 'korea-checkout.db'}",
    "secret_key": "s" * 32,
    "master_keys": (("first", b"k" * 32),),
    "checkout_url": "http://localhost:8000",
    "api_host_live": "",
    "api_host_test": "",
    "more_hosts": (),
    "sandbox_url": "http://127.0.0.1:8001",
    "toss_api_url": "https://api.tosspayments.com",
    "toss_sdk_url": "https://js.tosspayments.com/v2/standard",
    "postcode_scripts": tuple(KAKAO_POSTCODE.split(",")),
    "kcp_api_url": "https://spl.kcp.co.kr",
    "kcp_script_url": "https://spay.kcp.co.kr/plugin/kcp_spay_hub.js",
    "kcp_notice_addresses": ("103.215.144.173/32", "103.215.144.174/32"),
    "inicis_script_url": "https://stdpay.inicis.com/stdjs",
    "inicis_phone_url": "https://mobile.inicis.com",
    "inicis_api_url": "https://iniapi.inicis.com",
    "inicis_pc_centres": (("fc", "https://fcstdpay.inicis.com"), ("ks", "https://ksstdpay.inicis.com")),
    "inicis_phone_centres": (("fc", "https://fcmobile.inicis.com"), ("ks", "https://ksmobile.inicis.com")),
    "inicis_notice_sources": (
        "203.238.37.15/32",
        "39.115.212.9/32",
        "183.109.71.153/32",
        "118.129.210.25/32",
        "203.238.37.3/32",
        "203.238.37.16/32",
        "203.238.37.25/32",
        "203.238.37.32/32",
        "211.219.96.165/32",
    ),
    "inicis_client_ip": "127.0.0.1",
    "sandbox_notice_sources": ("127.0.0.1/32", "::1/128"),
    "tax_service_url": "https://api.odcloud.kr/api/nts-businessman/v1",
    "tax_service_key": "",
    "gateway_timeout_s": 20.0,
    "redis_url": "",
    "redis_timeout_s": 0.1,
    "api_limit_live": 1000,
    "api_limit_test": 100,
    "api_limit_address": 100,
    "webhook_allow_private": False,
    "worker_concurrency": 16,
    "trusted_proxies": 0,
    "domain_cname": "",
    "domain_a_records": (),
    "domain_authorities": ("letsencrypt.org",),
    "dns_resolvers": (),
    "dns_port": 53,
    "edge_address": None,
    "edge_networks": ("127.0.0.0/8", "::1/128"),
    "metrics_networks": ("127.0.0.0/8", "::1/128"),
    "metrics_address": None,
    "prometheus_multiproc_dir": "",
    "smtp_url": f"file://{ROOT / 'var' / 'mails'}",
    "mail_from": "Korea Checkout <no-reply@localhost>",
}

# variable, what is given, the field, what comes of it
GOOD = [
    ("REDIS_URL", "rediss://u:p@cache.example:6380/1", "redis_url", "rediss://u:p@cache.example:6380/1"),
    ("REDIS_TIMEOUT_S", "2", "redis_timeout_s", 2.0),
    ("API_LIMIT_LIVE", "5000", "api_limit_live", 5000),
    ("API_LIMIT_TEST", "7", "api_limit_test", 7),
    ("API_LIMIT_ADDRESS", "1", "api_limit_address", 1),
    ("TAX_SERVICE_URL", "https://tax.example/", "tax_service_url", "https://tax.example"),
    ("TAX_SERVICE_KEY", " key ", "tax_service_key", "key"),
    ("SMTP_URL", "smtps://u:p@mail.example:465", "smtp_url", "smtps://u:p@mail.example:465"),
    ("MAIL_FROM", "한빛 <pay@example.com>", "mail_from", "한빛 <pay@example.com>"),
    ("APP_ENV", "test", "app_env", "test"),
    ("PORT", "9000", "checkout_url", "http://localhost:9000"),
    ("PORT", "9000", "sandbox_url", "http://127.0.0.1:9001"),
    ("DATABASE_URL", "postgres://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
    ("DATABASE_URL", "postgresql://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
    ("DATABASE_URL", "postgresql+psycopg://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
    ("DATABASE_URL", "sqlite:////tmp/x.db", "database_url", "sqlite:////tmp/x.db"),
    ("SECRET_KEY", "x" * 40, "secret_key", "x" * 40),
    ("MASTER_KEYS", f"new:{OTHER_KEY}, old:{KEY}", "master_keys", (("new", b"o" * 32), ("old", b"k" * 32))),
    ("CHECKOUT_URL", "https://pay.example/", "checkout_url", "https://pay.example"),
    ("API_HOST_LIVE", "API.Example", "api_host_live", "api.example"),
    ("API_HOST_TEST", "sandbox-api.example:8443", "api_host_test", "sandbox-api.example:8443"),
    ("SANDBOX_URL", "http://sandbox.example:81", "sandbox_url", "http://sandbox.example:81"),
    ("TOSS_API_URL", "https://toss.example/", "toss_api_url", "https://toss.example"),
    ("INICIS_SCRIPT_URL", "https://new.example/js/", "inicis_script_url", "https://new.example/js"),
    ("INICIS_PHONE_URL", "https://stgmobile.inicis.com", "inicis_phone_url", "https://stgmobile.inicis.com"),
    ("INICIS_API_URL", "https://new.example", "inicis_api_url", "https://new.example"),
    ("INICIS_PC_CENTRES", "zz=https://zz.example/", "inicis_pc_centres", (("zz", "https://zz.example"),)),
    (
        "INICIS_PHONE_CENTRES",
        "a=http://a, b=http://b",
        "inicis_phone_centres",
        (("a", "http://a"), ("b", "http://b")),
    ),
    ("INICIS_NOTICE_SOURCES", "192.0.2.0/24", "inicis_notice_sources", ("192.0.2.0/24",)),
    ("INICIS_CLIENT_IP", "192.0.2.1", "inicis_client_ip", "192.0.2.1"),
    ("SANDBOX_NOTICE_SOURCES", "192.0.2.9", "sandbox_notice_sources", ("192.0.2.9/32",)),
    ("TOSS_SDK_URL", "https://js.example/v3", "toss_sdk_url", "https://js.example/v3"),
    ("KCP_API_URL", "https://stg.example/", "kcp_api_url", "https://stg.example"),
    ("KCP_SCRIPT_URL", "https://js.example/hub.js", "kcp_script_url", "https://js.example/hub.js"),
    ("KCP_NOTICE_ADDRESSES", "203.238.36.58", "kcp_notice_addresses", ("203.238.36.58/32",)),
    ("GATEWAY_TIMEOUT_S", "2.5", "gateway_timeout_s", 2.5),
    ("WEBHOOK_ALLOW_PRIVATE", "1", "webhook_allow_private", True),
    ("WEBHOOK_ALLOW_PRIVATE", "0", "webhook_allow_private", False),
    ("WORKER_CONCURRENCY", "4", "worker_concurrency", 4),
    ("TRUSTED_PROXIES", "2", "trusted_proxies", 2),
    ("MORE_HOSTS", "A.example, b.example", "more_hosts", ("a.example", "b.example")),
    ("DOMAIN_CNAME", "Edge.Example", "domain_cname", "edge.example"),
    ("DOMAIN_A_RECORDS", "192.0.2.1, 2001:DB8::1", "domain_a_records", ("192.0.2.1", "2001:db8::1")),
    ("DOMAIN_A_RECORDS", "192.0.2.1,192.0.2.2", "edge_address", ("192.0.2.1", 443)),
    ("DOMAIN_A_RECORDS", "2001:db8::1", "edge_address", ("2001:db8::1", 443)),
    ("DOMAIN_AUTHORITIES", "a.example,b.example", "domain_authorities", ("a.example", "b.example")),
    (
        "DNS_RESOLVERS",
        "192.0.2.53, [2001:db8::53]:5353",
        "dns_resolvers",
        (("192.0.2.53", 53), ("2001:db8::53", 5353)),
    ),
    ("DNS_PORT", "5353", "dns_port", 5353),
    ("EDGE_ADDRESS", "edge.example:8443", "edge_address", ("edge.example", 8443)),
    ("EDGE_NETWORKS", "10.0.0.0/8", "edge_networks", ("10.0.0.0/8",)),
    ("METRICS_NETWORKS", "10.0.0.0/8", "metrics_networks", ("10.0.0.0/8",)),
    ("METRICS_ADDRESS", "10.0.0.5:9100", "metrics_address", ("10.0.0.5", 9100)),
    ("METRICS_ADDRESS", "127.0.0.1", "metrics_address", ("127.0.0.1", 9464)),
    ("PROMETHEUS_MULTIPROC_DIR", str(ROOT / "tests"), "prometheus_multiproc_dir", str(ROOT / "tests")),
]

BAD = [
    *(
        (
            "INICIS_PC_CENTRES",
            text,
            "INICIS_PC_CENTRES must be words with addresses, such as fc=https://fcstdpay.inicis.com, comma separated.",
        )
        for text in ("https://fcstdpay.inicis.com", "=https://a.example", "fc https://a.example")
    ),
    (
        "INICIS_PHONE_CENTRES",
        "fc=nowhere",
        "INICIS_PHONE_CENTRES must be an address that begins with http:// or https://.",
    ),
    (
        "INICIS_NOTICE_SOURCES",
        "all",
        "INICIS_NOTICE_SOURCES must be networks such as 10.0.0.0/8, comma separated.",
    ),
    ("INICIS_CLIENT_IP", "here", "INICIS_CLIENT_IP must be IP addresses, comma separated."),
    *(
        ("DOMAIN_A_RECORDS", text, "DOMAIN_A_RECORDS must be IP addresses, comma separated.")
        for text in ("edge.example", "1.2.3", "192.0.2.1/32")
    ),
    *(
        ("EDGE_NETWORKS", text, "EDGE_NETWORKS must be networks such as 10.0.0.0/8, comma separated.")
        for text in ("10.0.0.1/8", "all")
    ),
    (
        "PROMETHEUS_MULTIPROC_DIR",
        "/nowhere/at/all",
        "PROMETHEUS_MULTIPROC_DIR must be a folder that is there and may be written to.",
    ),
    *(
        (
            "EDGE_ADDRESS",
            text,
            "EDGE_ADDRESS must be an address with or without a port, such as 192.0.2.1:443.",
        )
        for text in ("edge:0", "edge:x", "https://edge", "u@edge", "edge/x")
    ),
    *(
        ("REDIS_URL", url, "REDIS_URL must begin with redis://, rediss:// or unix://.")
        for url in ("localhost:6379", "http://cache.example", "redis://h:x")
    ),
    *(
        ("API_LIMIT_TEST", text, "API_LIMIT_TEST must be a number from 1 to 1000000000.")
        for text in ("0", "-1", "x")
    ),
    *(
        ("SMTP_URL", url, "SMTP_URL must be smtp://user:password@host:port, smtps://… or file:///folder.")
        for url in ("mail.example", "http://mail.example", "smtp://", "smtp://h:x", "file://folder")
    ),
    *(
        (
            "MAIL_FROM",
            text,
            "MAIL_FROM must be an e-mail address, such as Korea Checkout <no-reply@example.com>.",
        )
        for text in ("nobody", "@example.com", "a@b\r\nBcc: c@d")
    ),
    ("APP_ENV", "prod", "APP_ENV must be one of production, development, test."),
    ("PORT", "http", "PORT must be a number from 1 to 65533."),
    ("PORT", "0", "PORT must be a number from 1 to 65533."),
    ("PORT", "65534", "PORT must be a number from 1 to 65533."),
    ("DATABASE_URL", "mysql://h/d", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
    ("DATABASE_URL", "var/kc.db", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
    ("DATABASE_URL", "sqlite://", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
    ("SECRET_KEY", "short", "SECRET_KEY must be set to at least 32 random characters."),
    ("SECRET_KEY", " " * 40, "SECRET_KEY must be set to at least 32 random characters."),
    ("MASTER_KEYS", ",", "MASTER_KEYS must be set: name:base64 of 32 random bytes, the newest first."),
    *(
        ("MASTER_KEYS", text, "Each of MASTER_KEYS must be a name, a colon and the base64 of 32 bytes.")
        for text in ("nocolon", f":{KEY}", "a:short", f"a b:{KEY}", f"a:{KEY}x", "a:한글", f"a:{KEY},b:")
    ),
    ("MASTER_KEYS", f"a:{KEY},a:{OTHER_KEY}", "MASTER_KEYS must not name two keys alike."),
    *(
        (name, url, f"{name} must be an address that begins with http:// or https://.")
        for name in ("CHECKOUT_URL", "SANDBOX_URL", "TOSS_API_URL", "TOSS_SDK_URL", "KCP_API_URL")
        for url in ("pay.example", "ftp://pay.example", "https://", "http://[::1", "https://h:port")
    ),
    ("API_HOST_LIVE", "https://api.example", "API_HOST_LIVE must be a host name, with or without a port."),
    ("API_HOST_TEST", "api.example/path", "API_HOST_TEST must be a host name, with or without a port."),
    *(
        (
            "GATEWAY_TIMEOUT_S",
            text,
            "GATEWAY_TIMEOUT_S must be a number of seconds, more than 0 and at most 60.",
        )
        for text in ("soon", "0", "-1", "61", "nan", "inf")
    ),
    ("WEBHOOK_ALLOW_PRIVATE", "yes", "WEBHOOK_ALLOW_PRIVATE must be one of 0, 1."),
    *(
        ("WORKER_CONCURRENCY", text, "WORKER_CONCURRENCY must be a number from 1 to 256.")
        for text in ("many", "0", "-4", "257", "1.5")
    ),
    *(
        ("TRUSTED_PROXIES", text, "TRUSTED_PROXIES must be a number from 0 to 10.")
        for text in ("none", "-1", "11")
    ),
]


def test_every_field_has_a_default_that_is_told_here() -> None:
    assert set(DEFAULTS) == {field.name for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("field", DEFAULTS)
def test_a_variable_that_is_not_set_has_its_default(field: str) -> None:
    assert getattr(load_settings(PRODUCTION), field) == DEFAULTS[field]


@pytest.mark.parametrize("name", sorted({name for name, *_ in GOOD} - set(PRODUCTION)))
def test_an_empty_variable_is_one_that_is_not_set(name: str) -> None:
    assert load_settings({**PRODUCTION, name: ""}) == load_settings(PRODUCTION)


@pytest.mark.parametrize(("name", "text", "field", "value"), GOOD)
def test_a_variable_is_read(name: str, text: str, field: str, value: object) -> None:
    assert getattr(load_settings({**PRODUCTION, name: text}), field) == value


@pytest.mark.parametrize(("name", "text", "sentence"), BAD)
def test_a_wrong_value_is_told_in_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as told:
        load_settings({**PRODUCTION, name: text})

    assert str(told.value) == sentence


@pytest.mark.parametrize("name", ["SECRET_KEY", "MASTER_KEYS"])
def test_a_wrong_secret_is_not_repeated(name: str) -> None:
    with pytest.raises(BadSetting) as told:
        load_settings({**PRODUCTION, name: "hunter2"})

    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "MASTER_KEYS"])
def test_production_does_not_start_without_its_secrets(name: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} must be set"):
        load_settings({**PRODUCTION, name: ""})


def test_production_sends_no_webhooks_to_private_addresses_by_default() -> None:
    assert load_settings(PRODUCTION).webhook_allow_private is False


@pytest.mark.parametrize("app_env", ["development", "test"])
def test_development_starts_without_secrets(app_env: str) -> None:
    settings = load_settings({"APP_ENV": app_env})

    assert not settings.is_production
    assert len(settings.secret_key) >= 32
    assert [len(key) for _name, key in settings.master_keys] == [32]


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    shown = repr(load_settings({**PRODUCTION, "DATABASE_URL": "postgresql://kc:hunter2@db/kc"}))

    assert "hunter2" not in shown
    assert "ssss" not in shown
    assert "kkkk" not in shown
    assert "checkout_url" in shown


def test_a_program_that_cannot_start_says_why_in_one_line() -> None:
    environ = {name: text for name, text in os.environ.items() if name not in ("SECRET_KEY", "APP_ENV")}

    ran = subprocess.run(
        [sys.executable, "-c", "import app.wsgi"], cwd=ROOT, env=environ, capture_output=True, text=True
    )

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.splitlines() == [
        "Korea Checkout cannot start: SECRET_KEY must be set to at least 32 random characters."
    ]
