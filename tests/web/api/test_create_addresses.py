"""What may be an address, an e-mail, a phone number or a style in an order."""

import pytest

from tests.support.world import order_body
from tests.web.api.orders import order_with
from tests.web.site import Site, assert_error

ADDRESSES = ["returnUrl", "cancelUrl", "webhookUrl", "items[0].imageUrl"]
BAD_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt://shop.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "gopher://shop.example/",
    "//shop.example/done",
    "/done",
    "done",
    "",
    " ",
    "https://",
    "https:///done",
    "https:shop.example",
    "https//shop.example",
    "https://user@shop.example/",
    "https://user:secret@shop.example/",
    "https://@shop.example/",
    "https://shop.example\\@evil.example/",
    " https://shop.example/",
    "https://shop.example/ ",
    "https://shop.example/a b",
    "https://shop.example/a\tb",
    "https://shop.example/a\r\nSet-Cookie: a=b",
    "https://shop.example/\x00",
    "https://shop.example/\u2028",
    "https://shop.example/\u202e",
    "https://shop.example:0/",
    "https://shop.example:99999/",
    "https://shop.example:port/",
    "https://[::1/",
    "https://exam\u2100ple.com/",
    "\ud800",
]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_web_address_is_refused(site: Site, path: str, address: str) -> None:
    assert_error(site.create(order_with(path, address)), 400, "invalid_parameter", path)


@pytest.mark.parametrize("key", ["test", "live"])
@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example",
        "HTTPS://shop.example/done",
        "https://shop.example:8443/done?order=1&sessionId=x#top",
        "https://상점.example/완료?주문=1",
        "https://[2001:db8::1]/",
        "https://shop.example/<script>\"'",
    ],
)
def test_an_https_address_is_taken_and_kept_as_it_is(site: Site, key: str, path: str, address: str) -> None:
    data = site.created(order_with(path, address), key=key)

    if "." in path:
        assert data["items"][0]["imageUrl"] == address
    else:
        assert data[path] == address


@pytest.mark.parametrize("path", ["returnUrl", "cancelUrl", "webhookUrl"])
def test_plain_http_is_for_test_mode_only(site: Site, path: str) -> None:
    body = order_with(path, "http://localhost:3000/done")

    assert site.create(body, key="test").status_code == 201
    assert_error(site.create(body, key="live"), 400, "invalid_parameter", path)


def test_every_plain_address_is_told_in_live_mode(site: Site) -> None:
    plain = {name: "http://shop.example/" for name in ("returnUrl", "cancelUrl", "webhookUrl")}

    details = assert_error(site.create(order_body(**plain), key="live"), 400, "invalid_parameter")

    assert set(details["fields"]) == set(plain)


PHONES = [
    ("+82-10-1234-5678", "+821012345678"),
    ("010-1234-5678", "+821012345678"),
    ("01012345678", "+821012345678"),
    ("010 1234 5678", "+821012345678"),
    ("０１０-１２３４-５６７８", "+821012345678"),
    ("+82 (0)10-1234-5678", "+821012345678"),
    ("02-1234-5678", "+82212345678"),
    ("+1 650 253 0000", "+16502530000"),
]


@pytest.mark.parametrize(("typed", "kept"), PHONES)
def test_phone_numbers_are_kept_in_one_form(site: Site, typed: str, kept: str) -> None:
    assert site.created(order_with("customer.phone", typed))["customer"]["phone"] == kept


@pytest.mark.parametrize(
    "typed", ["", "1", "12345", "010-1234", "전화", "010-1234-5678;ext=1",
     "tel:01012345678", "+" * 20, "0" * 31, "1" * 300],
)  # fmt: skip
def test_what_is_no_phone_number_is_refused(site: Site, typed: str) -> None:
    assert_error(site.create(order_with("customer.phone", typed)), 400, "invalid_parameter", "customer.phone")


@pytest.mark.parametrize("typed", ["customer@example.com", "a.b+c@mail.example.co.kr", "손님@example.com"])
def test_an_e_mail_address_is_kept(site: Site, typed: str) -> None:
    assert site.created(order_with("customer.email", typed))["customer"]["email"] == typed


@pytest.mark.parametrize(
    "typed",
    [
        "", "customer", "customer@", "@example.com", "a b@example.com", "a@b", "a@example.com\r\nBcc: b@example.com",
        "a@example.com,b@example.com", "홍길동 <a@example.com>", "a@example..com", "a@[127.0.0.1]"
    ],
)  # fmt: skip
def test_what_is_no_e_mail_address_is_refused(site: Site, typed: str) -> None:
    assert_error(site.create(order_with("customer.email", typed)), 400, "invalid_parameter", "customer.email")


STYLES = [
    ("--primary-color", "#fff"),
    ("--primary-color", "#FF00aa"),
    ("--primary-text-color", "#000000"),
    ("--background-color", "#123456"),
    ("--text-color", "#123"),
    ("--border-color", "#abc"),
    ("--button-radius", "0px"),
    ("--button-radius", "8px"),
    ("--input-radius", "99px"),
]


@pytest.mark.parametrize(("variable", "value"), STYLES)
def test_a_style_of_the_list_is_taken(site: Site, variable: str, value: str) -> None:
    assert site.created(order_with("appearance", {variable: value}))["appearance"] == {variable: value}


BAD_STYLES = [
    ("--primary-color", "red"),
    ("--primary-color", "#ff"),
    ("--primary-color", "#ffff"),
    ("--primary-color", "#fffffff"),
    ("--primary-color", "#fff\n"),
    ("--primary-color", "\n#fff"),
    ("--primary-color", "#fff;"),
    ("--primary-color", "#fff}body{display:none"),
    ("--primary-color", "#fff</style><script>alert(1)</script>"),
    ("--primary-color", '#fff"'),
    ("--primary-color", "url(https://evil.example/)"),
    ("--primary-color", "url(javascript:alert(1))"),
    ("--primary-color", "expression(alert(1))"),
    ("--primary-color", "var(--text-color)"),
    ("--primary-color", "#fff/**/"),
    ("--primary-color", "\\23 fff"),
    ("--primary-color", "＃fff"),
    ("--primary-color", "#f\u0661f"),
    ("--primary-color", "#fff !important"),
    ("--primary-color", ""),
    ("--primary-color", "#" + "f" * 10_000),
    ("--button-radius", "8"),
    ("--button-radius", "8em"),
    ("--button-radius", "-8px"),
    ("--button-radius", "100px"),
    ("--button-radius", "08px"),
    ("--button-radius", "8px 8px"),
    ("--button-radius", "8.5px"),
    ("--button-radius", "calc(8px)"),
    ("--button-radius", "٨px"),
    ("--button-radius", "8PX"),
    ("--button-radius", "#fff"),
    ("--Primary-Color", "#fff"),
    ("--primary-color ", "#fff"),
    ("--primary-color:#000;x", "#fff"),
    ("primary-color", "#fff"),
    ("--unknown", "#fff"),
    ("", "#fff"),
    ("\x00", "#fff"),
]


@pytest.mark.parametrize(("variable", "value"), BAD_STYLES)
def test_nothing_can_be_smuggled_into_a_style(site: Site, variable: str, value: str) -> None:
    before = site.rows()

    answer = site.create(order_with("appearance", {"--text-color": "#000", variable: value}))

    assert_error(answer, 400, "invalid_parameter", "appearance")
    assert site.rows() == before
