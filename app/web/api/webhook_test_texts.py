"""The words of the gym's reports: (English, Korean)."""

from dataclasses import dataclass

Text = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """title: what was tried. advice: what a receiver that does it right does."""

    title: Text
    advice: Text


EXERCISES: dict[str, Told] = {
    "plain": Told(
        ("A genuine event", "정상 이벤트"),
        ("Answer 2xx to what our secret has signed, also for an order that you do not know (here gym_…). "
         "x-korea-checkout-signature is keyed with the whole text of the secret, whsec_ included; webhook-signature "
         "with the bytes that the part after whsec_ stands for in base64.",
         "시크릿으로 서명된 이벤트에는 모르는 주문(여기서는 gym_…)이라도 2xx로 응답하세요. "
         "x-korea-checkout-signature는 whsec_를 "
         "포함한 시크릿 문자열 전체를 키로 쓰고, webhook-signature는 whsec_ 뒷부분을 base64로 푼 바이트를 키로 "
         "써요."),
    ),
    "duplicate": Told(
        ("The same event twice", "같은 이벤트 두 번"),
        ("Keep the ids of events that you have handled. Answer 2xx to a known one and do nothing.",
         "처리한 이벤트의 id를 저장하세요. 이미 아는 id면 아무것도 하지 말고 2xx로 응답하세요."),
    ),
    "at_once": Told(
        ("The same event twice at the same moment", "같은 이벤트를 동시에 두 번"),
        ("Let the database decide who is first: a unique index on the id of the event, written in the transaction "
         "that "
         "changes the order.",
         "먼저 온 쪽을 데이터베이스가 정하게 하세요. 주문을 바꾸는 트랜잭션 안에서 유니크 인덱스가 있는 이벤트 "
         "id를 저장하면 돼요."),
    ),
    "out_of_order": Told(
        ("An older event after a newer one", "순서가 뒤바뀐 이벤트"),
        ("Keep data.sequence with the order. Answer 2xx to an event whose sequence is not higher, and do nothing.",
         "주문에 data.sequence를 저장하세요. 값이 더 크지 않은 이벤트는 아무것도 하지 말고 2xx로 응답하세요."),
    ),
    "wrong_signature": Told(
        ("Signed with another secret", "다른 시크릿으로 서명"),
        ("Compare the signature before you do anything, and answer 400 or 401 when it does not fit.",
         "아무것도 하기 전에 서명을 비교하고, 맞지 않으면 400이나 401로 응답하세요."),
    ),
    "changed_body": Told(
        ("A body that was changed after signing", "서명한 뒤 바뀐 본문"),
        ("Compute the signature over the very bytes that came.", "받은 바이트 그대로 서명을 계산하세요."),
    ),
    "unsigned": Told(
        ("No signature at all", "서명 없음"),
        ("Refuse what has no signature header with 400 or 401.", "서명 헤더가 없으면 400이나 401로 거절하세요."),
    ),
    "empty_signature": Told(
        ("An empty signature", "빈 서명"),
        ("Compare whole signatures, in constant time, and never with an empty one.",
         "서명 전체를 일정한 시간에 비교하고, 빈 서명은 절대 받지 마세요."),
    ),
    "expired": Told(
        ("Signed ten minutes ago", "10분 전에 한 서명"),
        ("Refuse a time that is more than five minutes off, so that nobody can send an old webhook again.",
         "5분 넘게 차이 나는 시각은 거절하세요. 그래야 예전 웹훅을 다시 보내는 공격을 막을 수 있어요."),
    ),
    "from_the_future": Told(
        ("Signed ten minutes from now", "10분 뒤 시각의 서명"),
        ("Check the time in both directions: a time from the future would stay fresh for longer.",
         "시각은 양쪽으로 확인하세요. 미래 시각을 받아 주면 그만큼 오래 쓸 수 있는 웹훅이 돼요."),
    ),
    "moved_time": Told(
        ("An old signature under a new time", "오래된 서명에 새 시각"),
        ("Take the time that you check from the header that you verify, and compute the signature with it.",
         "검증하는 헤더에 있는 시각을 확인하고, 그 시각을 넣어 서명을 계산하세요."),
    ),
    "garbage": Told(
        ("A body that is no JSON, with a wrong signature", "JSON이 아닌 본문과 틀린 서명"),
        ("Verify first, parse afterwards.", "먼저 서명을 확인하고, 그다음에 JSON을 읽으세요."),
    ),
    "second_signature": Told(
        ("Two signatures, the second one yours", "서명 두 개 중 두 번째가 맞는 서명"),
        ("While a secret is rotated there are several: compare with every v1, and every part of webhook-signature.",
         "시크릿을 교체하는 동안에는 서명이 여러 개예요. 모든 v1, 모든 webhook-signature 값과 비교하세요."),
    ),
    "odd_spelling": Told(
        ("The same JSON, spelt in another way", "다르게 쓰인 같은 JSON"),
        ("Verify the raw body. JSON that was read and written again has other bytes.",
         "원문 본문으로 확인하세요. JSON을 읽었다가 다시 쓰면 바이트가 달라져요."),
    ),
    "unknown_event": Told(
        ("An event that you have never heard of", "모르는 이벤트"),
        ("Answer 2xx to events that you do not know and do nothing: new ones are added.",
         "모르는 이벤트에는 아무것도 하지 말고 2xx로 응답하세요. 새 이벤트가 추가될 수 있어요."),
    ),
    "unknown_fields": Told(
        ("Fields that you have never heard of", "모르는 필드"),
        ("Ignore fields that you do not know: new ones are added.", "모르는 필드는 무시하세요. 새 필드가 추가될 수 "
         "있어요."),
    ),
    "large": Told(
        ("An event of 150 kB", "150kB 크기의 이벤트"),
        ("Allow bodies of at least 512 kB. Some frameworks stop at 100 kB.",
         "본문을 512kB 이상 받을 수 있게 하세요. 100kB에서 막는 프레임워크가 있어요."),
    ),
    "late_repeat": Told(
        ("The first event once more, after all others", "맨 처음 이벤트를 마지막에 다시"),
        ("Keep the ids of events for at least 30 days, not just the last one.",
         "마지막 것만이 아니라 이벤트 id를 30일 이상 저장하세요."),
    ),
    "speed": Told(
        ("Time to answer", "응답 시간"),
        ("Store the event, answer, and do the work afterwards. After 15 seconds we count it as failed and send it "
         "again.",
         "이벤트를 저장하고 먼저 응답한 뒤 나머지 일을 하세요. 15초가 지나면 실패로 보고 다시 보내요."),
    ),
    "leaks": Told(
        ("What the answers give away", "응답에 드러나는 정보"),
        ("Answer with a status and a word. Show traces, paths and secrets to nobody.",
         "상태 코드와 짧은 말로만 응답하세요. 스택 트레이스, 경로, 시크릿은 누구에게도 보이지 마세요."),
    ),
}  # fmt: skip

PROBLEMS: dict[str, Text] = {
    "no_answer": ("There was no answer; `reason` says why.", "응답이 없었어요. 이유는 reason에 있어요."),
    "redirected": (
        "It was redirected. Redirects are not followed.",
        "리다이렉트로 응답했어요. 리다이렉트는 따라가지 않아요.",
    ),
    "refused": ("A genuine event was refused.", "정상 이벤트를 거절했어요."),
    "crashed": ("A genuine event was answered with a server error.", "정상 이벤트에 서버 오류로 응답했어요."),
    "accepted_forgery": ("It was accepted (2xx).", "받아 주었어요(2xx)."),
    "crashed_on_forgery": (
        "It was answered with a server error: something was done with it before it was verified.",
        "서버 오류로 응답했어요. 확인하기 전에 무언가를 처리하고 있어요.",
    ),
    "acted_on_forgery": (
        "It was refused, and the order was changed all the same.",
        "거절했지만 주문은 바뀌었어요.",
    ),
    "handled_twice": ("The order was fulfilled more than once.", "주문이 두 번 이상 처리됐어요."),
    "went_back": (
        "The order went by the older event.",
        "더 오래된 이벤트를 기준으로 주문이 바뀌었어요.",
    ),
    "not_handled": (
        "It was accepted, but the order is not what it should be now.",
        "받아 주었지만 주문 상태가 맞지 않아요.",
    ),
    "no_word": (
        'Only your word can show this: answer 2xx with {"status": "completed", "fulfilled": 1}, the status that the '
        "order now has with you and how often it was fulfilled.",
        '응답 본문으로만 확인할 수 있어요. 2xx 응답에 {"status": "completed", "fulfilled": 1}처럼 지금 주문 상태와 '
        "처리한 횟수를 "
        "담아 주세요.",
    ),
    "slow": ("An answer took longer than five seconds.", "응답이 5초를 넘었어요."),
    "leaks_trace": ("An answer showed where the program broke.", "응답에 프로그램의 오류 위치가 드러났어요."),
    "leaks_secret": ("An answer showed a secret.", "응답에 시크릿이 드러났어요."),
}
