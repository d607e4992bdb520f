"""What can be wrong with a domain, each with its name, and what to say about it: (what is wrong, what to do)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Step = Literal["ownership", "address", "certificate", "servers"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check saw.

    code: a key of SENTENCES. step: what it keeps from working. blocks: whether it must be mended before the domain
    works. record, name: the DNS record it is about. seen: what is there now. expected: what should be there.
    seconds: how long to wait, where waiting is all there is to do.
    """

    code: str
    step: Step
    blocks: bool = True
    record: str | None = None
    name: str | None = None
    seen: tuple[str, ...] = ()
    expected: str | None = None
    seconds: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "seen": list(self.seen)}


def told(finding: dict[str, Any], language: str) -> tuple[str, str]:
    """What is wrong and what to do, in "ko" or "en". finding: as it was stored."""
    problem, advice = SENTENCES[finding["code"]][language]
    words = {**finding, "seen": ", ".join(finding["seen"]), "time": duration(finding["seconds"], language)}
    return problem.format_map(words), advice.format_map(words)


def duration(seconds: int | None, language: str) -> str:
    minutes = max(1, -(-(seconds or 0) // 60))
    if language == "ko":
        return f"{minutes}분" if minutes < 120 else f"{-(-minutes // 60)}시간"
    if minutes == 1:
        return "1 minute"
    return f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"


def blocking(findings: Iterable[Finding], step: Step) -> bool:
    return any(one.blocks and one.step == step for one in findings)


_Sentences = dict[str, tuple[str, str]]


def _both(ko: tuple[str, str], en: tuple[str, str]) -> _Sentences:
    return {"ko": ko, "en": en}


SENTENCES: dict[str, _Sentences] = {
    "resolver_unavailable": _both(
        ("저희 쪽에서 DNS를 조회하지 못했어요.", "설정은 그대로 두세요. 잠시 뒤 자동으로 다시 확인해요."),
        (
            "We could not ask the DNS.",
            "Leave everything as it is. We look again by ourselves in a few minutes.",
        ),
    ),
    "zone_missing": _both(
        (
            "{name} 도메인이 DNS에 없어요.",
            "도메인이 등록되어 있고 만료되지 않았는지, 이름을 바르게 적었는지 확인하세요.",
        ),
        (
            "The DNS does not know the domain {name}.",
            "See that it is registered, has not run out, and is spelled as you meant it.",
        ),
    ),
    "dnssec_failure": _both(
        (
            "{name}의 DNSSEC 서명이 맞지 않아서 많은 고객이 이 도메인을 열 수 없어요.",
            "등록 업체의 DS 레코드를 지금 네임서버의 키에 맞추거나, DS 레코드를 지우세요.",
        ),
        (
            "The DNSSEC signatures of {name} do not hold, so many buyers cannot open it.",
            "Make the DS record at your registrar fit the keys of your name servers, or remove it.",
        ),
    ),
    "servers_unreachable": _both(
        (
            "{name}의 네임서버가 하나도 제대로 답하지 않아요.",
            "등록 업체에 적힌 네임서버가 지금 쓰는 DNS 서비스의 것인지 확인하세요.",
        ),
        (
            "None of the name servers of {name} gives a usable answer.",
            "See that the name servers at your registrar are those of the DNS service that you use.",
        ),
    ),
    "server_unresolvable": _both(
        (
            "네임서버 {seen}의 주소를 찾을 수 없어요.",
            "등록 업체에서 이 네임서버를 빼거나 이름을 고치세요.",
        ),
        (
            "The name server {seen} has no address.",
            "Take it out of the list at your registrar, or correct its name.",
        ),
    ),
    "server_silent": _both(
        ("네임서버 {seen}이(가) 답하지 않아요.", "DNS 업체에 문의하거나 등록 업체에서 이 네임서버를 빼세요."),
        ("The name server {seen} does not answer.", "Ask your DNS provider, or take it out of the list."),
    ),
    "server_lame": _both(
        (
            "네임서버 {seen}에는 이 도메인이 설정되어 있지 않아요.",
            "DNS 서비스에 도메인을 추가하거나 등록 업체에서 이 네임서버를 빼세요.",
        ),
        (
            "The name server {seen} does not serve this domain.",
            "Add the domain at that DNS service, or take the server out of the list at your registrar.",
        ),
    ),
    "server_slow": _both(
        (
            "네임서버 {seen}의 답이 느려요. 고객의 결제창도 늦게 열려요.",
            "계속되면 DNS 업체에 문의하세요.",
        ),
        (
            "The name server {seen} is slow, and so your checkout opens slowly.",
            "Ask your DNS provider if it stays so.",
        ),
    ),
    "servers_disagree": _both(
        (
            "네임서버마다 {name}의 {record} 레코드가 달라요. {seen}에는 아직 없어요.",
            "방금 저장했다면 몇 분 기다리세요. 계속되면 모든 네임서버가 같은 업체의 것인지 확인하세요.",
        ),
        (
            "The name servers disagree about the {record} record of {name}; {seen} does not have it.",
            "Wait a few minutes if you have just saved it. If it stays so, use the servers of one provider only.",
        ),
    ),
    "txt_missing": _both(
        (
            "{name}에 TXT 레코드가 없어요.",
            "DNS 설정에서 TXT 레코드를 추가하세요. 이름: {name} 값: {expected}",
        ),
        ("There is no TXT record at {name}.", "Add one in your DNS. Name: {name} Value: {expected}"),
    ),
    "txt_other_value": _both(
        (
            "{name}의 TXT 레코드 값이 달라요. 지금 값: {seen}",
            "값을 {expected}(으)로 바꾸세요. 대소문자와 빈칸까지 같아야 해요.",
        ),
        (
            "The TXT record at {name} has another value: {seen}",
            "Change it to {expected}, to the letter and without blanks.",
        ),
    ),
    "txt_quoted": _both(
        (
            "{name}의 TXT 값에 따옴표가 들어 있어요: {seen}",
            '따옴표(")를 지우고 {expected}만 넣으세요.',
        ),
        (
            "The TXT value at {name} contains quotation marks: {seen}",
            'Remove the marks (") and enter {expected} alone.',
        ),
    ),
    "txt_zone_doubled": _both(
        (
            "TXT 레코드가 {seen}에 있어요. 도메인이 두 번 붙었어요.",
            "이름 칸에 도메인을 뺀 앞부분만 입력하세요: {expected}",
        ),
        (
            "The TXT record is at {seen}: the domain stands in its name twice.",
            "Enter only the part before the domain as its name: {expected}",
        ),
    ),
    "txt_wrong_name": _both(
        (
            "TXT 레코드가 다른 이름({seen})에 있어요.",
            "{name}(으)로 옮기세요. 도메인을 뺀 이름: {expected}",
        ),
        (
            "The TXT record is at another name: {seen}",
            "Move it to {name}. The name without your domain: {expected}",
        ),
    ),
    "txt_covered_by_cname": _both(
        (
            "{name}이(가) CNAME({seen})이어서 TXT 레코드가 보이지 않아요. 와일드카드(*) CNAME일 수 있어요.",
            "{name}의 CNAME을 지우고 TXT 레코드를 만드세요: {expected}",
        ),
        (
            "{name} is a CNAME to {seen}, perhaps by a wildcard (*), which hides a TXT record.",
            "Remove that CNAME and add the TXT record there: {expected}",
        ),
    ),
    "held_by_another_shop": _both(
        (
            "이 도메인은 다른 상점에서 쓰고 있고, 그 상점의 TXT 레코드도 {name}에 남아 있어요.",
            "옮겨 오려면 {name}에서 다른 TXT 값을 지우고 {expected}만 남기세요.",
        ),
        (
            "Another shop uses this domain, and its TXT record is still at {name}.",
            "To move the domain here, remove the other TXT values at {name} and leave {expected} alone.",
        ),
    ),
    "taken_over": _both(
        (
            "다른 상점이 {name}의 소유를 확인받아 이 상점에서는 더 쓸 수 없어요.",
            "본인이 옮긴 것이 아니면 DNS 계정의 비밀번호를 바꾸고 저희에게 알려 주세요.",
        ),
        (
            "Another shop has proved to own {name}, so this shop cannot use it any more.",
            "If that was not you, change the password of your DNS account and tell us.",
        ),
    ),
    "address_missing": _both(
        (
            "{name}에 주소 레코드가 없어요.",
            "CNAME 레코드를 추가하세요. 이름: {name} 값: {expected}",
        ),
        ("{name} has no address.", "Add a CNAME record. Name: {name} Value: {expected}"),
    ),
    "address_wrong": _both(
        (
            "{name}의 {record} 레코드가 다른 서버({seen})를 가리켜요.",
            "이 레코드를 지우고 CNAME {expected}을(를) 넣으세요.",
        ),
        (
            "The {record} record of {name} points to another server: {seen}",
            "Remove it and add a CNAME to {expected}.",
        ),
    ),
    "address_private": _both(
        (
            "{name}이(가) 인터넷에서 열 수 없는 내부 주소({seen})를 가리켜요.",
            "이 레코드를 지우고 CNAME {expected}을(를) 넣으세요.",
        ),
        (
            "{name} points to a private address that buyers cannot reach: {seen}",
            "Remove it and add a CNAME to {expected}.",
        ),
    ),
    "address_extra": _both(
        (
            "{name}에 다른 주소({seen})도 있어서 일부 고객이 다른 서버로 가요.",
            "{seen} 레코드를 지우세요.",
        ),
        ("{name} has a further address, so some buyers go elsewhere: {seen}", "Remove the record of {seen}."),
    ),
    "aaaa_elsewhere": _both(
        (
            "{name}의 AAAA(IPv6) 레코드가 다른 서버({seen})를 가리켜요.",
            "AAAA 레코드를 지우세요. IPv6를 쓰는 고객과 인증서 발급이 그쪽으로 가요.",
        ),
        (
            "The AAAA (IPv6) record of {name} points to another server: {seen}",
            "Remove the AAAA record: buyers with IPv6, and the certificate authority, go there.",
        ),
    ),
    "a_and_cname": _both(
        (
            "{name}에 CNAME과 A 레코드가 함께 있어요. 함께 쓸 수 없어요.",
            "A 레코드({seen})를 지우고 CNAME만 남기세요.",
        ),
        (
            "{name} has both a CNAME and an address, which the DNS does not allow.",
            "Remove the address record ({seen}) and leave the CNAME alone.",
        ),
    ),
    "cname_wrong": _both(
        ("{name}의 CNAME이 {seen}을(를) 가리켜요.", "값을 {expected}(으)로 바꾸세요."),
        ("The CNAME of {name} points to {seen}.", "Change its value to {expected}."),
    ),
    "cname_zone_doubled": _both(
        (
            "{name}의 CNAME 값 뒤에 도메인이 덧붙었어요: {seen}",
            "값 끝에 점을 찍어 {expected}. (으)로 넣으세요.",
        ),
        (
            "Your domain was added to the value of the CNAME of {name}: {seen}",
            "Enter the value with a full stop at its end: {expected}.",
        ),
    ),
    "cname_loop": _both(
        ("{name}의 CNAME이 자기 자신으로 돌아와요.", "값을 {expected}(으)로 바꾸세요."),
        ("The CNAME of {name} leads back to itself.", "Change its value to {expected}."),
    ),
    "cname_dangling": _both(
        (
            "{name}의 CNAME이 없는 이름({seen})을 가리켜요.",
            "값을 {expected}(으)로 바꾸세요.",
        ),
        (
            "The CNAME of {name} points to a name that does not exist: {seen}",
            "Change its value to {expected}.",
        ),
    ),
    "proxied": _both(
        (
            "{name}이(가) CDN 프록시({seen})를 거쳐요. 인증서를 발급할 수 없고 고객 주소를 알 수 없어요.",
            "이 레코드의 프록시를 끄고(Cloudflare라면 'DNS 전용') CNAME {expected}을(를) 직접 가리키게 하세요.",
        ),
        (
            "{name} goes through the proxy of a CDN: {seen}. No certificate can be issued that way.",
            'Switch the proxy off for this record ("DNS only" at Cloudflare) and point the CNAME to {expected}.',
        ),
    ),
    "cache_stale": _both(
        (
            "{name}의 설정은 맞지만, 예전 값({seen})이 아직 인터넷에 남아 있어요.",
            "기다리기만 하면 돼요. {time} 안에 사라져요.",
        ),
        (
            "{name} is set correctly, but its old value ({seen}) is still kept around the internet.",
            "There is nothing to do but wait: it is gone within {time}.",
        ),
    ),
    "caa_forbids": _both(
        (
            "{name}의 CAA 레코드({seen}) 때문에 인증서를 발급할 수 없어요.",
            'CAA 레코드를 하나 추가하세요. 이름: {name} 값: 0 issue "{expected}"',
        ),
        (
            "The CAA record of {name} ({seen}) forbids our certificate.",
            'Add one more CAA record. Name: {name} Value: 0 issue "{expected}"',
        ),
    ),
    "caa_critical": _both(
        (
            "{name}의 CAA 레코드에 인증 기관이 모르는 필수 항목이 있어요: {seen}",
            "이 CAA 레코드를 지우세요.",
        ),
        (
            "A CAA record of {name} demands something that certificate authorities do not know: {seen}",
            "Remove that CAA record.",
        ),
    ),
    "caa_unanswered": _both(
        (
            "{name}의 CAA 레코드를 물으면 네임서버가 오류로 답해서 인증서를 발급할 수 없어요.",
            "DNS 업체에 CAA 조회 오류를 문의하세요.",
        ),
        (
            "Asked for the CAA records of {name}, the name servers fail, so no certificate can be issued.",
            "Tell your DNS provider that CAA queries fail.",
        ),
    ),
    "certificate_missing": _both(
        (
            "DNS는 맞아요. 인증서를 발급하고 있어요.",
            "설정은 그대로 두세요. 보통 1분 안에 끝나고, 자동으로 다시 확인해요.",
        ),
        (
            "The DNS is right. The certificate is being issued.",
            "Leave everything as it is. It usually takes a minute, and we look again by ourselves.",
        ),
    ),
}
