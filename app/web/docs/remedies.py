"""What to do about each error code, for the reference: (English, Korean)."""

REMEDIES: dict[str, tuple[str, str]] = {
    "invalid_parameter": (
        "Look at details.field, or details.fields when several are bad, and send it again corrected.",
        "details.field(여러 개면 details.fields)를 확인하고 고쳐서 다시 보내세요.",
    ),
    "invalid_json": ("Send one JSON object in UTF-8.", "UTF-8로 된 JSON 객체 하나를 보내세요."),
    "amount_mismatch": (
        "Compute the sum as details tells both sums, and send totalAmount accordingly.",
        "details에 담긴 두 합계를 비교해 totalAmount를 맞춰 보내세요.",
    ),
    "unsupported_currency": ("Send amounts in won with KRW.", "금액을 원화로, currency는 KRW로 보내세요."),
    "refund_exceeds_balance": (
        "Ask for at most amounts.refundable of the session.",
        "세션의 amounts.refundable 이하로 요청하세요.",
    ),
    "refund_account_required": (
        "Ask the customer for bank, number and holder.",
        "고객에게 은행, 계좌번호, 예금주를 받아 함께 보내세요.",
    ),
    "refund_account_not_needed": ("Leave refundAccount out.", "refundAccount를 빼고 보내세요."),
    "invalid_domain": (
        "Send the bare name, as it would stand in the browser's address bar.",
        "브라우저 주소창에 적는 이름만 보내세요.",
    ),
    "domain_not_subdomain": (
        "Choose a name in front of your domain, such as checkout.",
        "도메인 앞에 checkout 같은 이름을 붙이세요.",
    ),
    "domain_reserved": (
        "Choose a subdomain of a domain of your own.",
        "직접 소유한 도메인의 서브도메인을 쓰세요.",
    ),
    "event_cursor_unknown": (
        "Leave `after` out: you then read all of the last 30 days. Skip what you know by its id.",
        "after를 빼면 최근 30일을 모두 읽을 수 있어요. 이미 아는 ID는 건너뛰세요.",
    ),
    "invalid_gateway_credentials": (
        "Send all members that GET /api/shops/{shop_id}/gateways names, of a contract of the key's mode.",
        "GET /api/shops/{shop_id}/gateways에 있는 항목을 키와 같은 모드의 계약 정보로 모두 보내세요.",
    ),
    "bad_request": ("Check method, address and headers.", "메서드, 주소, 헤더를 확인하세요."),
    "invalid_api_key": (
        "Send the whole key in x-api-key. A lost key cannot be shown again: rotate it.",
        "x-api-key에 키 전체를 보내세요. 잃어버린 키는 다시 볼 수 없으니 교체하세요.",
    ),
    "wrong_environment": (
        "Use sk_test_ keys on the sandbox host and sk_live_ keys on the live host.",
        "샌드박스 호스트에는 sk_test_, 운영 호스트에는 sk_live_ 키를 쓰세요.",
    ),
    "not_allowed": ("Use a key that may do this.", "권한이 있는 키를 쓰세요."),
    "test_key_required": ("Call it with an sk_test_ key.", "sk_test_ 키로 호출하세요."),
    "live_key_required": ("Change this shop with a live key.", "운영 키로 변경하세요."),
    "key_restricted": ("Use a key of the whole account.", "계정 전체에 쓸 수 있는 키를 사용하세요."),
    "invalid_session": (
        "Check the id, and that the key is of the same merchant and mode.",
        "ID와, 키가 같은 가맹점·같은 모드의 것인지 확인하세요.",
    ),
    "invalid_refund": ("Check the id, merchant and mode.", "ID와 가맹점, 모드를 확인하세요."),
    "invalid_shop": ("Check the id, merchant and mode.", "ID와 가맹점, 모드를 확인하세요."),
    "unknown_gateway": (
        "Use one of the names in details.known.",
        "details.known에 있는 이름을 쓰세요.",
    ),
    "gateway_not_set": (
        "Check the gateway and the mode of the key.",
        "결제사와 키의 모드를 확인하세요.",
    ),
    "coupon_not_found": (
        "Check the code; each shop and mode has coupons of its own.",
        "쿠폰 코드를 확인하세요. 쿠폰은 상점과 모드마다 따로 있어요.",
    ),
    "domain_not_set": (
        "Set one with PATCH /api/shops/{shopId}/custom-domain.",
        "PATCH /api/shops/{shopId}/custom-domain으로 설정하세요.",
    ),
    "event_not_found": (
        "Check the id, merchant and mode. Events are kept for 30 days.",
        "ID와 가맹점, 모드를 확인하세요. 이벤트는 30일 동안 보관해요.",
    ),
    "endpoint_not_found": (
        "Check the id, merchant and mode. An endpoint is listed once something was sent to it.",
        "ID와 가맹점, 모드를 확인하세요. 한 번이라도 전송한 주소만 목록에 있어요.",
    ),
    "webhook_test_not_found": (
        "Check the id, merchant and mode. Reports are kept for 30 days.",
        "ID와 가맹점, 모드를 확인하세요. 결과는 30일 동안 보관해요.",
    ),
    "unknown_merchant": ("Check the merchant's id.", "가맹점 ID를 확인하세요."),
    "unknown_api_key": ("Check the key's id.", "API 키의 ID를 확인하세요."),
    "not_found": ("Check the address.", "주소를 확인하세요."),
    "method_not_allowed": ("Use one of the methods in the Allow header.", "Allow 헤더의 메서드를 쓰세요."),
    "conflict": ("Read the object again and decide anew.", "다시 조회한 뒤 판단하세요."),
    "custom_domains_unavailable": (
        "Whoever runs the server must set DOMAIN_CNAME.",
        "서버 운영자가 DOMAIN_CNAME을 설정해야 해요.",
    ),
    "wrong_state": (
        "Read the session: it was paid or ended meanwhile.",
        "세션을 조회하세요. 그사이 결제되었거나 끝났어요.",
    ),
    "session_expired": ("Create a new session.", "새 세션을 만드세요."),
    "payment_method_unavailable": ("Offer another method.", "다른 결제 수단을 쓰세요."),
    "payment_in_progress": (
        "Wait a few seconds and read the session again.",
        "몇 초 뒤 세션을 다시 조회하세요.",
    ),
    "session_not_paid": ("Cancel or expire an unpaid session instead.", "결제 전이면 취소나 만료를 쓰세요."),
    "nothing_to_refund": ("Nothing is to be done.", "더 할 일이 없어요."),
    "refund_balance_changed": (
        "Read amounts.refundable and decide whether the refund is still right.",
        "amounts.refundable을 다시 확인하고 환불할지 판단하세요.",
    ),
    "too_many_webhook_secrets": (
        "Wait until an earlier one ends. After a leak send graceHours 0, which ends the others at once.",
        "이전 시크릿이 끝날 때까지 기다리세요. 유출됐다면 graceHours를 0으로 보내면 나머지가 바로 끝나요.",
    ),
    "no_webhook_url": (
        "Set webhook_url of the shop, then ask again.",
        "상점의 webhook_url을 저장한 뒤 다시 요청하세요.",
    ),
    "endpoint_disabled": (
        "Enable details.endpointId, or set webhook_url of the shop anew.",
        "details.endpointId를 다시 켜거나 상점의 webhook_url을 다시 저장하세요.",
    ),
    "webhook_test_running": (
        "Read details.testId until its status is done, then ask again.",
        "details.testId의 status가 done이 될 때까지 조회한 뒤 다시 요청하세요.",
    ),
    "api_key_not_active": ("Issue a new key.", "새 키를 발급하세요."),
    "api_key_is_restricted": ("Use the key of that shop.", "그 상점의 키를 쓰세요."),
    "idempotency_key_reused": (
        "Use a new Idempotency-Key for a new request.",
        "새 요청에는 새 Idempotency-Key를 쓰세요.",
    ),
    "idempotency_key_in_use": (
        "Wait a moment and send the same request again.",
        "잠시 뒤 같은 요청을 다시 보내세요.",
    ),
    "coupon_code_taken": (
        "Choose another code, or change that coupon.",
        "다른 코드를 쓰거나 그 쿠폰을 수정하세요.",
    ),
    "coupon_not_applicable": ("Offer another coupon for this order.", "이 주문에 맞는 쿠폰을 쓰세요."),
    "coupon_minimum_not_met": (
        "Tell the customer details.shortBy, which is missing.",
        "고객에게 부족한 금액(details.shortBy)을 알려 주세요.",
    ),
    "coupon_not_started": ("Try again after details.validFrom.", "details.validFrom 이후에 다시 시도하세요."),
    "coupon_expired": ("Use another coupon.", "다른 쿠폰을 쓰세요."),
    "coupon_disabled": ("Use another coupon.", "다른 쿠폰을 쓰세요."),
    "coupon_usage_limit_reached": ("Use another coupon.", "다른 쿠폰을 쓰세요."),
    "coupon_customer_limit_reached": ("Use another coupon.", "다른 쿠폰을 쓰세요."),
    "coupon_customer_unknown": ("Give the session a customer first.", "세션에 고객 정보를 먼저 넣으세요."),
    "coupon_temporarily_reserved": (
        "Try again after details.retryAfter seconds: a payment that fails gives its use back.",
        "details.retryAfter초 뒤에 다시 시도하세요. 결제가 실패하면 수량이 돌아와요.",
    ),
    "payload_too_large": ("Send less than 512 kB.", "512kB보다 작게 보내세요."),
    "unsupported_media_type": (
        "Add Content-Type: application/json.",
        "Content-Type: application/json을 넣으세요.",
    ),
    "rate_limit_exceeded": (
        "Wait Retry-After seconds. Ask less often, or let webhooks tell you.",
        "Retry-After초만큼 기다리세요. 조회를 줄이고 웹훅을 쓰세요.",
    ),
    "internal_error": (
        "Send it again with the same Idempotency-Key; name us the requestId if it stays.",
        "같은 Idempotency-Key로 다시 보내고, 계속되면 requestId를 알려 주세요.",
    ),
    "gateway_error": ("Try again later.", "잠시 뒤 다시 시도하세요."),
    "gateway_unreachable": ("Nothing was sent: try again.", "아무것도 보내지지 않았어요. 다시 시도하세요."),
    "gateway_outcome_unknown": (
        "Do not repeat it: read the session until its status is known.",
        "다시 요청하지 말고 상태가 정해질 때까지 세션을 조회하세요.",
    ),
    "gateway_misconfigured": (
        "Check the shop's contract and keys with the gateway.",
        "결제사 계약과 키를 확인하세요.",
    ),
    "not_ready": ("Try again in a moment.", "잠시 뒤 다시 시도하세요."),
}
