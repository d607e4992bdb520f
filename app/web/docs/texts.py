"""The words of the reference: (English, Korean)."""

Text = tuple[str, str]

WORDS: dict[str, Text] = {
    "title": ("API reference", "API 레퍼런스"),
    "lead": (
        "Amounts are whole won. Times are RFC 3339 UTC. Keys go into the x-api-key header.",
        "금액은 원 단위 정수, 시각은 RFC 3339 UTC예요. 키는 x-api-key 헤더에 넣으세요.",
    ),
    "document": ("OpenAPI 3.1 document", "OpenAPI 3.1 문서"),
    "samples": ("Samples", "예제"),
    "operations": ("Operations", "전체 API"),
    "objects": ("Objects", "객체"),
    "parameters": ("Parameters", "파라미터"),
    "body": ("Body", "본문"),
    "answer": ("Answer", "응답"),
    "field": ("Field", "필드"),
    "kind": ("Type", "형식"),
    "required": ("required", "필수"),
    "keyless": ("needs no key", "키 필요 없음"),
    "repeats": ("Repeating safely", "안전하게 다시 보내기"),
    "repeats_text": (
        "Every POST takes an Idempotency-Key. The same key with the same request within 24 hours gets the first "
        "answer again, byte for byte, with Idempotent-Replayed: true.",
        "모든 POST에 Idempotency-Key를 보낼 수 있어요. 24시간 안에 같은 키로 같은 요청을 보내면 처음 응답을 그대로, "
        "Idempotent-Replayed: true와 함께 돌려드려요.",
    ),
    "limits": ("Limits", "호출 한도"),
    "limits_text": (
        "1000 requests a minute for a live key, 100 for a test key. Every answer carries X-RateLimit-Limit, "
        "X-RateLimit-Remaining and X-RateLimit-Reset; a 429 also Retry-After.",
        "운영 키는 분당 1000회, 테스트 키는 분당 100회예요. 모든 응답에 X-RateLimit-Limit, X-RateLimit-Remaining, "
        "X-RateLimit-Reset이 있고, 429에는 Retry-After도 있어요.",
    ),
    "webhooks": ("Webhooks", "웹훅"),
    "webhooks_text": (
        "Verify the signature over the raw body before you believe an event. Events come at least once and in order "
        "per session; drop one whose data.sequence is not above the last you saw. The headers webhook-id, "
        "webhook-timestamp and webhook-signature verify with any Standard Webhooks library.",
        "이벤트를 믿기 전에 원문 본문으로 서명을 확인하세요. 이벤트는 한 번 이상, 세션마다 순서대로 와요. "
        "data.sequence가 마지막으로 본 값보다 크지 않으면 버리세요. webhook-id, webhook-timestamp, "
        "webhook-signature 헤더는 Standard Webhooks 라이브러리로 확인할 수 있어요.",
    ),
    "errors": ("Errors", "오류"),
    "code": ("Code", "코드"),
    "cause": ("Cause", "원인"),
    "remedy": ("What to do", "해결 방법"),
}

EVENTS_KO = {
    "payment.completed": "결제가 완료됐어요. 주문을 처리하세요.",
    "payment.failed": "결제 시도가 거절됐어요. 세션이 만료될 때까지 고객이 다시 결제할 수 있어요.",
    "payment.refunded": "전체 또는 부분 환불이 고객에게 처리됐어요.",
    "refund.failed": "결제사가 환불을 거절했어요. 돌려준 돈은 없어요. 이유는 data.refund에 있어요.",
    "session.expired": "결제 전에 시간이 끝났어요. 받은 돈은 없어요.",
    "session.cancelled": "결제 전에 고객이나 가맹점이 취소했어요. 받은 돈은 없어요.",
}

TAGS_KO = {
    "Checkout sessions": "체크아웃 세션",
    "Refunds": "환불",
    "Coupons": "쿠폰",
    "Shops": "상점",
    "Analytics": "분석",
    "Webhooks": "웹훅",
}

SUMMARIES_KO = {
    "Create a checkout session": "체크아웃 세션 만들기",
    "Read a checkout session": "체크아웃 세션 조회",
    "List checkout sessions, the newest first": "체크아웃 세션 목록 (최신순)",
    "Change the customer or the metadata of a session": "세션의 고객 정보나 메타데이터 수정",
    "Cancel an unpaid session": "결제 전 세션 취소",
    "Let the time of an unpaid session be over now": "결제 전 세션을 지금 만료시키기",
    "Refund a payment, all or part": "전체 또는 부분 환불",
    "See what a refund would do": "환불 미리 보기",
    "Read a refund": "환불 조회",
    "List refunds, the newest first": "환불 목록 (최신순)",
    "Create a coupon": "쿠폰 만들기",
    "List coupons, the newest first": "쿠폰 목록 (최신순)",
    "Read a coupon": "쿠폰 조회",
    "Change a coupon. Sessions that carry it already keep the discount that their buyers were shown.": (
        "쿠폰 수정. 이미 적용된 세션의 할인 금액은 그대로예요."
    ),
    "Disable a coupon. What was used stays in the books.": "쿠폰 사용 중지. 사용 기록은 남아요.",
    "Put a coupon on a session": "세션에 쿠폰 적용",
    "Take the coupon off a session": "세션에서 쿠폰 빼기",
    "See whether a coupon could be used, and what it would take off": "쿠폰 사용 가능 여부와 할인 금액 확인",
    "Sessions, payments and refunds of a period": "기간의 세션, 결제, 환불",
    "The figures hour by hour, or by day, week or month": "시간, 일, 주, 월별 수치",
    "How buyers paid": "결제 수단별 수치",
    "What each coupon brought, and what it cost": "쿠폰별 성과",
    "How far sessions have come": "결제 단계별 전환",
    "Open a shop": "상점 만들기",
    "List shops, the newest first": "상점 목록 (최신순)",
    "Read a shop": "상점 조회",
    "Change a shop and its settings": "상점과 설정 수정",
}
