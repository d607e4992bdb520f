"""Which names a shop may take."""

import pytest

from app.domains.names import (
    BadDomain,
    NotASubdomain,
    ReservedDomain,
    challenge_name,
    relative_name,
    to_domain,
)
from app.errors import Invalid

OURS = {"pay.koreacheckout.com", "edge.koreacheckout.com", "localhost", "192.0.2.1"}

GOOD = {
    "checkout.yourstore.com": "checkout.yourstore.com",
    "Checkout.YourStore.COM": "checkout.yourstore.com",
    "checkout.yourstore.com.": "checkout.yourstore.com",
    "  checkout.yourstore.com ": "checkout.yourstore.com",
    "pay.shop.yourstore.co.kr": "pay.shop.yourstore.co.kr",
    "결제.한빛상점.한국": "xn--p89a133c.xn--xx3by7bn8j7yo.xn--3e0b707e",
    "checkout.한빛상점.com": "checkout.xn--xx3by7bn8j7yo.com",
    "checkout.bücher.de": "checkout.xn--bcher-kva.de",
    "xn--p89a133c.yourstore.com": "xn--p89a133c.yourstore.com",
    "a-1.yourstore.com": "a-1.yourstore.com",
    "checkout.myshop.github.io": "checkout.myshop.github.io",
    "koreacheckout.yourstore.com": "koreacheckout.yourstore.com",
}

BAD = [
    "",
    ".",
    "https://checkout.yourstore.com",
    "checkout.yourstore.com/pay",
    "checkout.yourstore.com:443",
    "checkout yourstore com",
    "checkout..yourstore.com",
    ".checkout.yourstore.com",
    "-checkout.yourstore.com",
    "checkout-.yourstore.com",
    "_vercel-challenge.yourstore.com",
    "*.yourstore.com",
    "check@yourstore.com",
    "192.0.2.1",
    "127.1",
    "1.2.3.4.5",
    "0x7f.0.0.1",
    "2001:db8::1",
    "[2001:db8::1]",
    "::ffff:127.0.0.1",
    f"{'a' * 64}.yourstore.com",
    ".".join(["a" * 60] * 4) + ".yourstore.com",
    "xn--a.yourstore.com",
    "checkout.yourstore.com\x00",
    "checkout\n.yourstore.com",
    "checkout\u200b\u202e.yourstore.com\u202e!",
]

NO_SUBDOMAIN = [
    "yourstore.com",
    "yourstore.co.kr",
    "co.kr",
    "com",
    "localhost",
    "myshop.github.io",
    "한빛상점.한국",
]

RESERVED = [
    "koreacheckout.com.yourstore.com",
    "checkout.koreacheckout.com",
    "pay.koreacheckout.com",
    "a.pay.koreacheckout.com",
    "checkout.kоreacheckout.com",  # a Cyrillic letter
    "checkout.korеacheckοut.com",  # a Cyrillic and a Greek one
    "kоreacheckout.yourstore.com",
    "checkout.xn--kreacheckout-4fk.com",
    "shop.router.local",
    "pay.shop.localhost",
    "pay.shop.internal",
    "pay.shop.onion",
    "1.0.0.127.in-addr.arpa",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_subdomain_is_taken_in_its_one_spelling(text: str) -> None:
    assert to_domain(text, ours=OURS) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(BadDomain) as refused:
        to_domain(text, ours=OURS)
    assert refused.value.details["field"] == "domain"


@pytest.mark.parametrize("text", NO_SUBDOMAIN)
def test_only_subdomains_are_taken(text: str) -> None:
    with pytest.raises(NotASubdomain):
        to_domain(text, ours=OURS)


@pytest.mark.parametrize("text", RESERVED)
def test_ours_and_what_looks_like_ours_is_refused(text: str) -> None:
    with pytest.raises(ReservedDomain):
        to_domain(text, ours=OURS)


def test_the_three_refusals_are_about_the_field() -> None:
    assert {BadDomain.status, NotASubdomain.status, ReservedDomain.status} == {Invalid.status}


@pytest.mark.parametrize(
    ("name", "whole", "relative"),
    [
        ("checkout.yourstore.com", "_vercel-challenge.checkout.yourstore.com", "_vercel-challenge.checkout"),
        ("a.b.yourstore.co.kr", "_vercel-challenge.a.b.yourstore.co.kr", "_vercel-challenge.a.b"),
    ],
)
def test_where_the_record_goes(name: str, whole: str, relative: str) -> None:
    assert (challenge_name(name), relative_name(challenge_name(name))) == (whole, relative)
