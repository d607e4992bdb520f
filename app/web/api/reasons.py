"""What is wrong with a field, in Korean. The schemas and operations say it in English."""

import re
from functools import cache

# `{}` stands for whatever is told there. pydantic's own sentences are among them.
KOREAN = {
    # What is there and what is not
    "is required": "꼭 보내야 해요",
    "is not a known field": "알 수 없는 필드예요",
    "is not a known parameter": "알 수 없는 파라미터예요",
    "must not be blank": "비어 있으면 안 돼요",
    "must not contain control characters": "제어 문자를 쓸 수 없어요",
    "give expiresIn or expiresAt, not both": "expiresIn과 expiresAt 중 하나만 보내 주세요",
    "or items must be given, and not both": "sessionId와 items 중 하나만 보내 주세요",
    # Kinds
    "must be a string": "문자열이어야 해요",
    "must be a whole number": "정수여야 해요",
    "must be true or false": "true나 false여야 해요",
    "must be an array": "배열이어야 해요",
    "must be an object": "객체여야 해요",
    "input should be a valid integer, unable to parse string as an integer": "정수여야 해요",
    "unable to parse input string as an integer, exceeded maximum size": "너무 큰 수예요",
    "input should be a finite number": "유한한 수여야 해요",
    "input should be true": "true여야 해요",
    "input should be {}": "다음 중 하나여야 해요: {}",
    # Sizes
    "input should be greater than or equal to {}": "{} 이상이어야 해요",
    "input should be greater than {}": "{}보다 커야 해요",
    "input should be less than or equal to {}": "{} 이하여야 해요",
    "input should be less than {}": "{}보다 작아야 해요",
    "string should have at least {} character": "{}자 이상이어야 해요",
    "string should have at least {} characters": "{}자 이상이어야 해요",
    "string should have at most {} character": "{}자 이하여야 해요",
    "string should have at most {} characters": "{}자 이하여야 해요",
    "list should have at least {} item after validation, not {}": "{}개 이상이어야 해요 (보낸 것: {}개)",
    "list should have at least {} items after validation, not {}": "{}개 이상이어야 해요 (보낸 것: {}개)",
    "list should have at most {} item after validation, not {}": "{}개 이하여야 해요 (보낸 것: {}개)",
    "list should have at most {} items after validation, not {}": "{}개 이하여야 해요 (보낸 것: {}개)",
    "dictionary should have at most {} item after validation, not more": "{}개 이하여야 해요",
    "dictionary should have at most {} items after validation, not more": "{}개 이하여야 해요",
    "must be between {} and {}": "{}에서 {} 사이여야 해요",
    "must have 1 to {} printable characters": "출력할 수 있는 문자 1~{}자여야 해요",
    "must not be more than totalAmount": "totalAmount보다 클 수 없어요",
    "must be 5 minutes to 7 days from now": "지금부터 5분에서 7일 사이여야 해요",
    "must be 0 to 7 days": "0일에서 7일 사이여야 해요",
    "must be before to": "to보다 앞서야 해요",
    "must be at most {} days before to": "to보다 {}일 넘게 앞설 수 없어요",
    "gives more than {} intervals; choose a longer one or a shorter period": (
        "구간이 {}개를 넘어요. 더 긴 구간이나 더 짧은 기간을 고르세요"
    ),
    # Forms
    "does not have the expected form": "형식이 맞지 않아요",
    "must be 1 to 40 letters, digits, hyphens or underscores": "영문자, 숫자, -, _로 1~40자여야 해요",
    "must be a payment method such as card": "card 같은 결제수단이어야 해요",
    "must be a card issuer such as shinhan": "shinhan 같은 카드사여야 해요",
    "must be 6 to 20 digits": "숫자 6~20자리여야 해요",
    "must be a bank such as kookmin, or its code such as 004": "kookmin 같은 은행 이름이나 004 같은 코드여야 해요",
    "must be a business registration number such as 123-45-67890": "123-45-67890 형식의 사업자등록번호여야 해요",
    "is not a business registration number": "올바른 사업자등록번호가 아니에요",
    "must be a date such as 2020-01-31": "2020-01-31 형식의 날짜여야 해요",
    "must be a day such as 2024-01-01, or an RFC 3339 time": "2024-01-01 형식의 날짜나 RFC 3339 시각이어야 해요",
    "must be an RFC 3339 time with its zone, such as 2024-01-01T12:00:00Z": (
        "2024-01-01T12:00:00Z처럼 시간대가 있는 RFC 3339 시각이어야 해요"
    ),
    "must be a phone number such as +82-10-1234-5678": "+82-10-1234-5678 형식의 전화번호여야 해요",
    "must be an e-mail address": "이메일 주소여야 해요",
    "must be a time zone such as Asia/Seoul": "Asia/Seoul 같은 시간대여야 해요",
    "must be an absolute http or https address": "http나 https로 시작하는 전체 주소여야 해요",
    "must begin with https://": "https://로 시작해야 해요",
    "must be a name, not an IP address": "IP 주소가 아닌 도메인 이름이어야 해요",
    "must be a host name such as checkout.yourstore.com and nothing else": (
        "checkout.yourstore.com처럼 호스트 이름만 보내 주세요"
    ),
    "must be the name of an event such as payment.completed": "payment.completed 같은 이벤트 이름이어야 해요",
    "is not an allowed value, such as #2348c7 or 8px": "허용되는 값이 아니에요. #2348c7이나 8px처럼 보내 주세요",
    "is not a cursor that we gave": "저희가 드린 cursor가 아니에요",
    "appearance has a variable or a value that is not allowed": "허용되지 않는 변수나 값이 있어요",
    "customFields has a key twice": "같은 key가 두 번 있어요",
    "options belong to fields of type select, and only to those": "options는 type이 select인 필드에만, 꼭 보내야 해요",
    "paymentMethods has an unknown method": "알 수 없는 결제수단이 있어요",
    "of a {} coupon is {}": "{} 쿠폰에서는 {}이어야 해요",
}


@cache
def in_korean(reason: str) -> str:
    """The English as it is where it is not known."""
    exact = KOREAN.get(reason)
    if exact:
        return exact
    for pattern, korean in _patterns():
        found = pattern.fullmatch(reason)
        if found:
            return korean.format(*found.groups())
    return reason


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The more exact ones first: "input should be {}" fits many."""
    known = sorted((english for english in KOREAN if "{}" in english), key=len, reverse=True)
    return [(re.compile(re.escape(english).replace(r"\{\}", "(.+?)")), KOREAN[english]) for english in known]
