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
    "failures": ("Why payments fail", "결제 실패 이유"),
    "failures_text": (
        "failure.code of a session, and failure.retry: what makes sense next. gatewayCode and message are the "
        "gateway's own, for you and not for the buyer.",
        "세션의 failure.code와 다음에 할 만한 일을 알려 주는 failure.retry예요. "
        "gatewayCode와 message는 결제사의 값이고, 고객이 아니라 상점을 위한 것이에요.",
    ),
    "refund_failures_text": ("failure.code of a refund.", "환불의 failure.code예요."),
    "webhooks": ("Webhooks", "웹훅"),
    "webhooks_text": (
        "Verify the signature over the raw body before you believe an event. Events come at least once and in order "
        "per session; drop one whose data.sequence is not above the last you saw. The headers webhook-id, "
        "webhook-timestamp and webhook-signature verify with any Standard Webhooks library.",
        "이벤트를 믿기 전에 원문 본문으로 서명을 확인하세요. 이벤트는 한 번 이상, 세션마다 순서대로 와요. "
        "data.sequence가 마지막으로 본 값보다 크지 않으면 버리세요. webhook-id, webhook-timestamp, "
        "webhook-signature 헤더는 Standard Webhooks 라이브러리로 확인할 수 있어요.",
    ),
    "endpoints_text": (
        "An address that answers 410, or that accepts nothing for five days and twenty tries, is switched off; "
        "notification_email hears of it, and of trouble after three days. Set webhook_url anew or enable the "
        "endpoint to switch it on again.",
        "410으로 응답하거나 5일 동안 20번 넘게 하나도 받지 않은 주소는 전송을 멈춰요. 멈출 때와, 문제가 3일 이어질 때 "
        "notification_email로 알려 드려요. webhook_url을 다시 저장하거나 주소를 다시 켜면 전송을 시작해요.",
    ),
    "events_text": (
        "GET /api/webhooks/events reads what happened, for 30 days, whether or not it was delivered. Give the id of "
        "the last event that you know as `after`; no event is ever put in before one that you have read. A redelivery "
        "has the same webhook-id and goes to the address that counts now, is tried three times within minutes, and "
        "waits for earlier events of its session that are still to be sent.",
        "GET /api/webhooks/events로 전달 여부와 관계없이 최근 30일의 이벤트를 읽을 수 있어요. 마지막으로 아는 이벤트의 "
        "ID를 after에 넣으세요. 이미 읽은 이벤트 앞에 다른 이벤트가 끼어드는 일은 없어요. 다시 보내는 이벤트는 "
        "webhook-id가 같고, 지금 설정된 주소로 몇 분 동안 세 번까지 보내며, 같은 세션에서 아직 보내지 못한 "
        "앞선 이벤트를 기다려요.",
    ),
    "secrets_text": (
        "POST /api/webhooks/secret/rotate gives a new secret, shown once. Until graceHours are over every earlier one "
        "signs as well, so take the new one over whenever it suits you. At most three are valid at a time.",
        "POST /api/webhooks/secret/rotate로 새 시크릿을 받으세요. 한 번만 보여 드려요. graceHours 동안은 이전 "
        "시크릿으로도 서명하니 편할 때 바꾸면 돼요. 동시에 세 개까지 쓸 수 있어요.",
    ),
    "domains": ("Custom domains", "커스텀 도메인"),
    "domains_text": (
        "Set the name and enter two of the records in the answer at your DNS provider: the TXT record proves that the "
        "name is yours, the CNAME (or the A records) sends buyers to us. We look at once, then ever less often for 24 "
        "hours, fetch the certificate, and from then on new sessions use the domain. It is looked at every day. When "
        "its records are gone for three days it fails, and sessions are at our own address again, where those that "
        "are open go on in any case.",
        "도메인을 설정하고 응답의 레코드 두 개를 DNS 업체에 입력하세요. TXT 레코드는 도메인의 소유를 확인하고, "
        "CNAME(또는 A) 레코드는 고객을 저희에게 보내요. 바로 확인하고, 그 뒤 24시간 동안 점점 뜸하게 다시 확인해요. "
        "인증서가 발급되면 그때부터 새 세션이 이 도메인을 쓰고, 매일 다시 확인해요. 레코드가 3일 동안 없으면 "
        "failed가 되고 세션은 다시 기본 주소를 써요. 열려 있던 세션은 어느 경우에나 기본 주소에서 계속할 수 있어요.",
    ),
    "findings_text": (
        "What a check finds is told in findings, in the language of Accept-Language, each by its code. Where blocks is "
        "true it has to be mended; POST …/custom-domain/verify looks again at once.",
        "확인에서 발견한 문제는 findings에 코드와 함께 Accept-Language의 언어로 알려 드려요. blocks가 true인 문제는 "
        "고쳐야 해요. POST …/custom-domain/verify로 바로 다시 확인할 수 있어요.",
    ),
    "gateways": ("Gateways", "결제사"),
    "gateways_text": (
        "PUT /api/shops/{shop_id}/gateways/{gateway} takes the credentials of a contract; they are sealed and never "
        "told again. GET names the members that each gateway asks for. A test key sets test contracts, a live key live "
        "ones. Payments that began before are finished and refunded with the credentials that they began with.",
        "PUT /api/shops/{shop_id}/gateways/{gateway}로 계약의 인증 정보를 저장하세요. 암호화해서 보관하고 다시 보여 "
        "드리지 않아요. 결제사마다 필요한 항목은 GET으로 확인하세요. 테스트 키는 테스트 계약, 운영 키는 운영 계약을 "
        "저장해요. 이미 시작된 결제는 시작할 때의 인증 정보로 끝까지 처리하고 환불해요.",
    ),
    "routing_text": (
        "settings.routing spreads payments: the lowest priority goes first, weight shares them among gateways of one "
        "priority. A gateway that does not answer is passed over and tried now and then until it does. Only before the "
        "buyer is sent there: a payment under way stays where it is. After a refusal whose cause is not the card the "
        "buyer's next try goes to another gateway. data.routing of a session tells which gateway its "
        "last attempt went to and why. reason is only_one, preferred, probe (a sick gateway is tried) or least_sick; "
        "passedOver names the others, each with switched_off, method_not_offered, method_switched_off, failed_before, "
        "sick, lower_priority or by_weight.",
        "settings.routing으로 결제를 나눠요. priority가 낮은 결제사가 먼저고, 같은 priority에서는 weight 비율로 "
        "나눠요. 응답하지 않는 결제사는 건너뛰고, 응답할 때까지 가끔 다시 시도해요. 고객을 보내기 전에만 고르고, 진행 "
        "중인 결제는 옮기지 않아요. 카드에 원인이 없는 거절 뒤에는 고객의 다음 시도를 다른 결제사로 보내요. "
        "세션의 data.routing에서 마지막 시도가 어느 결제사로 왜 갔는지 볼 수 있어요. "
        "reason은 only_one, preferred, probe(응답하지 않던 결제사를 다시 시도), least_sick 중 하나예요. "
        "passedOver에는 나머지 결제사가 switched_off, method_not_offered, method_switched_off, failed_before, sick, "
        "lower_priority, by_weight 중 한 이유와 함께 있어요.",
    ),
    "gym": ("Test your receiver", "웹훅 수신 코드 점검하기"),
    "gym_text": (
        "POST /api/webhooks/test sends awkward webhooks of made-up orders (gym_…) to the shop's webhook_url: forged, "
        "expired, repeated, out of order, unknown. It answers 202 at once; read GET /api/webhooks/test/{test_id} until "
        "status is done, which takes three minutes at most. A status shows whether a webhook was believed. What became "
        "of an order shows only your own word, so answer 2xx with JSON such as the following: the status that the "
        "order now has with you, and how often it was fulfilled. Without that, exercises about order and repeats stay "
        "unproven.",
        "POST /api/webhooks/test는 상점의 webhook_url로 가상 주문(gym_…)의 까다로운 웹훅을 보내요. 위조, 만료, 중복, "
        "뒤바뀐 순서, 모르는 이벤트 등이에요. 바로 202로 응답하니 status가 done이 될 때까지 "
        "GET /api/webhooks/test/{test_id}를 조회하세요. 길어도 3분이면 끝나요. 웹훅을 믿었는지는 상태 코드로 알 수 "
        "있지만 주문이 어떻게 됐는지는 응답 본문으로만 알 수 있어요. 2xx로 응답할 때 아래처럼 지금 주문 상태와 "
        "처리한 횟수를 JSON으로 담아 주세요. 없으면 순서와 중복 항목은 확인하지 못해요.",
    ),
    "errors": ("Errors", "오류"),
    "code": ("Code", "코드"),
    "cause": ("Cause", "원인"),
    "remedy": ("What to do", "해결 방법"),
}

EVENTS_KO = {
    "payment.completed": "결제가 완료됐어요. 주문을 처리하세요.",
    "payment.virtual_account_issued": "고객이 입금할 가상계좌가 발급됐어요. 아직 입금 전이에요.",
    "payment.deposit_reversed": "은행이 입금을 취소했어요. 상품을 보내지 마세요. 다시 입금을 기다려요.",
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
    "Sandbox": "샌드박스",
}

SUMMARIES_KO = {
    "Move a shop's test clock forward": "상점의 테스트 시계를 앞으로 돌리기",
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
    "Rotate the webhook secret": "웹훅 시크릿 교체",
    "Read events, the oldest first": "이벤트 읽기 (오래된 순)",
    "Read an event and every try to deliver it": "이벤트와 전송 기록 조회",
    "Send an event again": "이벤트 다시 보내기",
    "Send all events again that failed since a time": "어느 시각 이후 실패한 이벤트 모두 다시 보내기",
    "List webhook endpoints, the newest first": "웹훅을 받는 주소 목록 (최신순)",
    "Send to a webhook endpoint again": "웹훅을 받는 주소 다시 켜기",
    "Try a shop's webhook receiver with awkward events": "까다로운 이벤트로 웹훅 수신 코드 점검",
    "Read the report of a webhook test, in the language of Accept-Language": (
        "웹훅 테스트 결과 조회 (Accept-Language의 언어로)"
    ),
    "Open a shop": "상점 만들기",
    "List shops, the newest first": "상점 목록 (최신순)",
    "Read a shop": "상점 조회",
    "Change a shop and its settings": "상점과 설정 수정",
    "Set the custom domain of a shop": "상점의 커스텀 도메인 설정",
    "Read the custom domain of a shop, and what is wrong with it": "커스텀 도메인 상태와 문제점 조회",
    "Look at the DNS of a custom domain now": "커스텀 도메인의 DNS를 지금 확인",
    "Give the custom domain of a shop up": "커스텀 도메인 해제",
    "List all gateways, and the contracts that a shop has with them": "결제사 목록과 상점의 계약 조회",
    "Set the credentials of a gateway": "결제사 인증 정보 저장",
    "End the use of a gateway. Payments that began there are finished, and can be refunded.": (
        "결제사 사용 중지. 이미 시작된 결제는 끝까지 처리하고 환불할 수 있어요."
    ),
}
