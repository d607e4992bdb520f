"""Each way to set a domain up wrongly, in a real DNS, and the name that the doctor gives to it."""

import re
from collections.abc import Callable, Iterator

import pytest

from app.domains.address import Targets
from app.domains.doctor import diagnose
from app.domains.findings import SENTENCES, duration, told
from app.domains.questions import Dns
from app.domains.states import Diagnosis
from tests.support.dns import Internet, running_internet

NAME, CHALLENGE = "checkout.yourstore.test", "_vercel-challenge.checkout.yourstore.test"
TOKEN, OTHER = "vc-domain-verify-mine", "vc-domain-verify-theirs"
OURS = "203.0.113.10"
TARGETS = Targets((OURS, "2001:db8::10"), "edge.pay.test")
CLOUDFLARE, ELSEWHERE = "104.16.1.1", "93.184.215.14"


@pytest.fixture
def net() -> Iterator[Internet]:
    """Everything is right, until the test makes it wrong."""
    with running_internet() as net:
        net.everywhere(CHALLENGE, "TXT", f'"{TOKEN}"')
        net.everywhere(NAME, "CNAME", "edge.pay.test.")
        yield net


def look(net: Internet, *, held_by: tuple[str, ...] = (), name: str = NAME) -> Diagnosis:
    dns = Dns([("127.0.0.1", net.resolver_port)], port=net.port, allow_private=True, time_s=10)
    return diagnose(name, TOKEN, targets=TARGETS, authorities=("letsencrypt.org",), dns=dns, held_by=held_by)


def codes(seen: Diagnosis) -> list[str]:
    return [finding.code for finding in seen.findings]


def no_txt(net: Internet) -> None:
    net.everywhere(CHALLENGE, "TXT")


def txt(*texts: str, at: str = CHALLENGE) -> Callable[[Internet], None]:
    def set_up(net: Internet) -> None:
        no_txt(net)
        net.everywhere(at, "TXT", *(f'"{text}"' for text in texts))

    return set_up


def cname(target: str) -> Callable[[Internet], None]:
    return lambda net: net.everywhere(NAME, "CNAME", target)


def addresses(*texts: str, kind: str = "A", further: tuple[str, ...] = ()) -> Callable[[Internet], None]:
    def set_up(net: Internet) -> None:
        net.everywhere(NAME, "CNAME")
        net.everywhere(NAME, kind, *texts)
        if further:
            net.everywhere(NAME, "AAAA", *further)

    return set_up


def caa(*texts: str, at: str = "yourstore.test") -> Callable[[Internet], None]:
    return lambda net: net.everywhere(at, "CAA", *texts)


def wildcard(net: Internet) -> None:
    no_txt(net)
    net.everywhere(CHALLENGE, "CNAME", "pages.builder.test.")
    net.resolver.put("pages.builder.test", "A", ELSEWHERE)


def a_and_cname(net: Internet) -> None:
    for server in net.servers:
        server.put(NAME, "A", ELSEWHERE)


def chained(target: str, *further: str) -> Callable[[Internet], None]:
    """The name points to another of the shop's, which points on, or has these addresses."""

    def set_up(net: Internet) -> None:
        net.everywhere(NAME, "CNAME", "www.yourstore.test.")
        net.everywhere("www.yourstore.test", "CNAME" if target else "A", *([target] if target else further))

    return set_up


def txt_at_the_domain(net: Internet) -> None:
    """Beside an A record; beside a CNAME no server would show it."""
    addresses(OURS)(net)
    txt(TOKEN, at=NAME)(net)


def only_at_first(net: Internet) -> None:
    net.ns2.put(CHALLENGE, "TXT")


def address_only_at_first(net: Internet) -> None:
    net.ns2.put(NAME, "CNAME", "old.host.test.")


def remembered(net: Internet) -> None:
    net.resolver.put(NAME, "CNAME")
    net.resolver.put(NAME, "A", ELSEWHERE)
    net.resolver.ttl = 1800


def remembered_as_missing(net: Internet) -> None:
    net.resolver.put(NAME, "CNAME")


def txt_unknown_to_resolver(net: Internet) -> None:
    net.resolver.put(CHALLENGE, "TXT")


def unregistered(net: Internet) -> None:
    net.resolver.zones.remove("yourstore.test")
    for kind in ("SOA", "NS"):
        net.resolver.put("yourstore.test", kind)
    for key in [key for key in net.resolver.records if key[0].endswith("yourstore.test")]:
        del net.resolver.records[key]


def badly_signed(net: Internet) -> None:
    net.resolver.bogus.add("yourstore.test")


def second_refuses(net: Internet) -> None:
    net.ns2.refuses = True


def second_is_silent(net: Internet) -> None:
    net.ns2.silent.add("*")


def second_is_slow(net: Internet) -> None:
    net.ns2.delay_s = 1.2


def second_has_no_address(net: Internet) -> None:
    net.resolver.put("ns2.provider.test", "A")


def both_refuse(net: Internet) -> None:
    for server in net.servers:
        server.refuses = True


def caa_fails(net: Internet) -> None:
    for server in net.servers:
        server.fails.add("CAA")


def resolver_is_gone(net: Internet) -> None:
    net.resolver.silent.add("*")


def zone_fails(net: Internet) -> None:
    net.resolver.fails.add("SOA")


WRONG: dict[str, tuple[Callable[[Internet], None], str]] = {
    "no TXT record": (no_txt, "txt_missing"),
    "a TXT record with another text": (txt("google-site-verification=1"), "txt_other_value"),
    "a TXT text with a letter in capitals": (txt(TOKEN.upper()), "txt_other_value"),
    "a TXT text in quotation marks": (txt(f'\\"{TOKEN}\\"'), "txt_quoted"),
    "a TXT text in curly quotation marks": (txt(f"“{TOKEN}”"), "txt_quoted"),
    "the domain twice in the TXT name": (txt(TOKEN, at=f"{CHALLENGE}.yourstore.test"), "txt_zone_doubled"),
    "TXT at the domain itself": (txt_at_the_domain, "txt_wrong_name"),
    "TXT at the apex": (txt(TOKEN, at="yourstore.test"), "txt_wrong_name"),
    "TXT without the subdomain": (txt(TOKEN, at="_vercel-challenge.yourstore.test"), "txt_wrong_name"),
    "TXT without the underscore": (
        txt(TOKEN, at="vercel-challenge.checkout.yourstore.test"),
        "txt_wrong_name",
    ),
    "TXT with its labels swapped": (
        txt(TOKEN, at="checkout._vercel-challenge.yourstore.test"),
        "txt_wrong_name",
    ),
    "a wildcard CNAME over the TXT record": (wildcard, "txt_covered_by_cname"),
    "TXT at one name server only": (only_at_first, "servers_disagree"),
    "no address": (addresses(), "address_missing"),
    "A to another server": (addresses(ELSEWHERE), "address_wrong"),
    "A to a private address": (addresses("192.168.0.10"), "address_private"),
    "A to this machine": (addresses("127.0.0.1"), "address_private"),
    "a second A record": (addresses(OURS, ELSEWHERE), "address_extra"),
    "AAAA to another server": (addresses(OURS, further=("2001:db8:1::1",)), "aaaa_elsewhere"),
    "only AAAA, to another server": (addresses("2a00::1", kind="AAAA"), "address_wrong"),
    "A and CNAME together": (a_and_cname, "a_and_cname"),
    "CNAME to another server": (chained("", ELSEWHERE), "cname_wrong"),
    "the domain after the CNAME's target": (cname("edge.pay.test.yourstore.test."), "cname_zone_doubled"),
    "CNAME to itself": (cname(f"{NAME}."), "cname_loop"),
    "CNAMEs in a circle": (chained(f"{NAME}."), "cname_loop"),
    "CNAME to nothing": (cname("gone.host.test."), "cname_dangling"),
    "A through a CDN": (addresses(CLOUDFLARE), "proxied"),
    "CNAME to a CDN": (cname("d111.cloudfront.net."), "proxied"),
    "CNAME to a name behind a CDN": (chained("", CLOUDFLARE), "proxied"),
    "an address at one name server only": (address_only_at_first, "servers_disagree"),
    "an old address in caches": (remembered, "cache_stale"),
    "an old absence in caches": (remembered_as_missing, "cache_stale"),
    "CAA of another authority": (caa('0 issue "sectigo.com"'), "caa_forbids"),
    "CAA that forbids everybody": (caa('0 issue ";"'), "caa_forbids"),
    "CAA for another account": (
        caa('0 issue "letsencrypt.org; accounturi=https://acme.test/acct/1"'),
        "caa_forbids",
    ),
    "CAA for another method": (caa('0 issue "letsencrypt.org; validationmethods=dns-01"'), "caa_forbids"),
    "CAA with an unknown demand": (caa('128 tbs "Unknown"'), "caa_critical"),
    "CAA that is answered with an error": (caa_fails, "caa_unanswered"),
    "a domain that nobody registered": (unregistered, "zone_missing"),
    "signatures that do not hold": (badly_signed, "dnssec_failure"),
    "no name server that knows the zone": (both_refuse, "servers_unreachable"),
    "a zone that resolvers cannot reach": (zone_fails, "servers_unreachable"),
}

# It works, and yet something should be said.
NOTICED: dict[str, tuple[Callable[[Internet], None], str]] = {
    "a name server that does not know the zone": (second_refuses, "server_lame"),
    "a name server that does not answer": (second_is_silent, "server_silent"),
    "a name server that is slow": (second_is_slow, "server_slow"),
    "a name server without an address": (second_has_no_address, "server_unresolvable"),
}

RIGHT: dict[str, Callable[[Internet], None]] = {
    "as told": lambda net: None,
    "A instead of CNAME": addresses(OURS),
    "A and AAAA instead of CNAME": addresses(OURS, further=("2001:db8::10",)),
    "only AAAA": addresses("2001:db8::10", kind="AAAA"),
    "CNAME by way of another name": chained("edge.pay.test."),
    "CNAME to a name with our address": chained("", OURS),
    "a second TXT record": txt("v=spf1 -all", TOKEN),
    "CAA of our authority": caa('0 issue "sectigo.com"', '0 issue "letsencrypt.org"'),
    "CAA with our method": caa('0 issue "letsencrypt.org; validationmethods=http-01,dns-01"'),
    "CAA for wildcards alone": caa('0 issuewild ";"', '0 iodef "mailto:a@b.test"'),
    "a TXT record so fresh that only the name servers have it": txt_unknown_to_resolver,
}


def test_there_are_enough_ways() -> None:
    assert len(WRONG) + len(NOTICED) >= 25


@pytest.mark.parametrize("way", WRONG)
def test_what_is_wrong_is_named(net: Internet, way: str) -> None:
    set_up, code = WRONG[way]
    set_up(net)

    seen = look(net)

    assert code in SENTENCES
    assert [finding.code for finding in seen.findings if finding.blocks] == [code]
    assert seen.findings[0].blocks
    assert not (seen.owned and seen.points_here)
    assert not seen.blind


@pytest.mark.parametrize("way", NOTICED)
def test_what_could_be_better_is_told_and_stops_nothing(net: Internet, way: str) -> None:
    set_up, code = NOTICED[way]
    set_up(net)

    seen = look(net)

    assert codes(seen) == [code]
    assert (seen.owned, seen.points_here) == (True, True)


@pytest.mark.parametrize("way", RIGHT)
def test_what_is_right_is_left_alone(net: Internet, way: str) -> None:
    RIGHT[way](net)

    seen = look(net)

    assert (seen.owned, seen.points_here, codes(seen)) == (True, True, [])


def test_a_private_target_is_asked_nothing_where_that_is_not_allowed(net: Internet) -> None:
    dns = Dns([("127.0.0.1", net.resolver_port)], port=net.port, time_s=5)

    seen = diagnose(NAME, TOKEN, targets=TARGETS, authorities=("letsencrypt.org",), dns=dns)

    assert net.ns1.asked == net.ns2.asked == []
    assert codes(seen) == ["servers_unreachable", "server_unresolvable", "server_unresolvable"]


def test_when_we_cannot_ask_nothing_is_said_about_the_domain(net: Internet) -> None:
    resolver_is_gone(net)

    seen = look(net)

    assert seen.blind
    assert codes(seen) == ["resolver_unavailable"]


def test_the_name_of_another_shop_is_theirs_while_their_record_is_there(net: Internet) -> None:
    net.everywhere(CHALLENGE, "TXT", f'"{TOKEN}"', f'"{OTHER}"')
    both = look(net, held_by=(OTHER,))
    net.everywhere(CHALLENGE, "TXT", f'"{TOKEN}"')
    alone = look(net, held_by=(OTHER,))

    assert codes(both) == ["held_by_another_shop"]
    assert not both.owned
    assert alone.owned


def test_who_has_no_record_learns_nothing_of_another_shop(net: Internet) -> None:
    net.everywhere(CHALLENGE, "TXT", f'"{OTHER}"')

    assert codes(look(net, held_by=(OTHER,))) == codes(look(net)) == ["txt_other_value"]


def test_an_old_value_is_told_with_the_time_that_it_stays(net: Internet) -> None:
    remembered(net)

    [finding] = look(net).findings

    assert finding.seconds == 1800
    problem, advice = told(finding.to_json(), "en")
    assert (
        problem
        == f"{NAME} is set correctly, but its old value ({ELSEWHERE}) is still kept around the internet."
    )
    assert advice == "There is nothing to do but wait: it is gone within 30 minutes."
    assert told(finding.to_json(), "ko")[1] == "기다리기만 하면 돼요. 30분 안에 사라져요."


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("way", [*WRONG, *NOTICED])
def test_every_finding_is_a_whole_sentence(net: Internet, way: str, language: str) -> None:
    set_up, _ = {**WRONG, **NOTICED}[way]
    set_up(net)

    for finding in look(net).findings:
        problem, advice = told(finding.to_json(), language)
        assert not re.search(r"\bNone\b(?! of)", problem + advice)
        assert "{" not in problem + advice
        assert problem.endswith((".", ")", finding.seen[-1] if finding.seen else "."))


@pytest.mark.parametrize(
    ("seconds", "ko", "en"),
    [
        (1, "1분", "1 minute"),
        (61, "2분", "2 minutes"),
        (7200, "2시간", "2 hours"),
        (7260, "3시간", "3 hours"),
    ],
)
def test_a_duration_is_rounded_up(seconds: int, ko: str, en: str) -> None:
    assert (duration(seconds, "ko"), duration(seconds, "en")) == (ko, en)
