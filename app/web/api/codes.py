"""Every error code of the API, in one place: what it says in English and Korean."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    status: int
    en: str
    ko: str

    def sentence(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


CODES = {
    "invalid_parameter": Code(400, "A field is not valid.", "올바르지 않은 값이 있어요."),
    "invalid_json": Code(400, "The body is not a JSON object.", "요청 본문이 JSON 객체가 아니에요."),
    "amount_mismatch": Code(
        400,
        "totalAmount must equal the items plus shippingFee minus discountAmount.",
        "totalAmount는 상품 합계에 shippingFee를 더하고 discountAmount를 뺀 금액과 같아야 해요.",
    ),
    "unsupported_currency": Code(400, "Only KRW is supported.", "KRW만 쓸 수 있어요."),
    "refund_exceeds_balance": Code(
        400,
        "The amount is more than what is left to refund.",
        "환불할 수 있는 금액보다 많아요.",
    ),
    "refund_account_required": Code(
        400,
        "A paid virtual account is refunded to a bank account: give refundAccount.",
        "입금된 가상계좌는 환불받을 계좌가 필요해요. refundAccount를 보내 주세요.",
    ),
    "refund_account_not_needed": Code(
        400,
        "This payment goes back the way it came: leave refundAccount out.",
        "결제한 수단으로 환불되는 결제예요. refundAccount를 빼고 보내 주세요.",
    ),
    "invalid_domain": Code(
        400,
        "domain must be a host name such as checkout.yourstore.com, without https:// or a path.",
        "domain은 https://나 경로 없이 checkout.yourstore.com처럼 보내 주세요.",
    ),
    "domain_not_subdomain": Code(
        400,
        "Only subdomains can be used, such as checkout.yourstore.com.",
        "checkout.yourstore.com 같은 서브도메인만 쓸 수 있어요.",
    ),
    "domain_reserved": Code(400, "This name cannot be used.", "쓸 수 없는 도메인이에요."),
    "event_cursor_unknown": Code(
        400,
        "The event in `after` is not there, or older than 30 days.",
        "after의 이벤트가 없거나 30일이 지났어요.",
    ),
    "invalid_gateway_credentials": Code(
        400,
        "The credentials are not those that this gateway asks for.",
        "결제사에서 요구하는 인증 정보와 맞지 않아요.",
    ),
    "bad_request": Code(400, "The request cannot be understood.", "요청을 이해할 수 없어요."),
    "invalid_api_key": Code(
        401,
        "The x-api-key header is missing or not a valid key.",
        "x-api-key 헤더가 없거나 유효한 키가 아니에요.",
    ),
    "wrong_environment": Code(
        401, "This key belongs to the other environment.", "다른 환경(운영·테스트)의 API 키예요."
    ),
    "not_allowed": Code(403, "This is not allowed.", "허용되지 않은 요청이에요."),
    "test_key_required": Code(
        403,
        "This exists in test mode only. Use a test key.",
        "테스트 모드에만 있는 기능이에요. 테스트 키를 쓰세요.",
    ),
    "live_key_required": Code(
        403,
        "This shop also takes live payments. Change it with a live key.",
        "실제 결제도 받는 상점이에요. 운영 키로 변경해 주세요.",
    ),
    "key_restricted": Code(
        403,
        "This key is restricted to one shop and cannot open others.",
        "한 상점에서만 쓸 수 있는 키라서 다른 상점을 만들 수 없어요.",
    ),
    "invalid_session": Code(
        404,
        "The specified session ID is invalid or has expired",  # to the letter as in the documentation
        "세션 ID가 올바르지 않거나 만료됐어요.",
    ),
    "invalid_refund": Code(404, "There is no such refund.", "환불을 찾을 수 없어요."),
    "invalid_shop": Code(404, "There is no such shop.", "상점을 찾을 수 없어요."),
    "unknown_gateway": Code(404, "There is no such gateway.", "없는 결제사예요."),
    "gateway_not_set": Code(
        404,
        "The shop has no contract with this gateway in this mode.",
        "이 모드에서 쓰고 있지 않은 결제사예요.",
    ),
    "coupon_not_found": Code(404, "There is no such coupon.", "쿠폰을 찾을 수 없어요."),
    "domain_not_set": Code(404, "The shop has no custom domain.", "상점에 커스텀 도메인이 없어요."),
    "event_not_found": Code(404, "There is no such event.", "이벤트를 찾을 수 없어요."),
    "endpoint_not_found": Code(
        404, "There is no such webhook endpoint.", "웹훅을 받는 주소를 찾을 수 없어요."
    ),
    "webhook_test_not_found": Code(404, "There is no such webhook test.", "웹훅 테스트를 찾을 수 없어요."),
    "unknown_merchant": Code(404, "There is no such merchant.", "가맹점을 찾을 수 없어요."),
    "unknown_api_key": Code(404, "There is no such API key.", "API 키를 찾을 수 없어요."),
    "not_found": Code(404, "There is nothing at this address.", "이 주소에는 아무것도 없어요."),
    "method_not_allowed": Code(405, "This method is not allowed here.", "허용되지 않은 메서드예요."),
    "conflict": Code(
        409, "The request does not fit the current state.", "지금 상태에서는 할 수 없는 요청이에요."
    ),
    "custom_domains_unavailable": Code(
        409,
        "Custom domains are not set up on this installation.",
        "이 서버에는 커스텀 도메인이 설정되어 있지 않아요.",
    ),
    "wrong_state": Code(
        409, "The session is no longer in a state for this.", "지금 세션 상태에서는 할 수 없어요."
    ),
    "session_expired": Code(409, "The time to pay is over.", "결제할 수 있는 시간이 지났어요."),
    "payment_method_unavailable": Code(
        409, "This payment method is not available.", "지금은 쓸 수 없는 결제 수단이에요."
    ),
    "payment_in_progress": Code(
        409, "A payment is being confirmed right now.", "지금 결제를 확인하고 있어요."
    ),
    "session_not_paid": Code(
        409, "Only a paid session can be refunded.", "결제가 완료된 세션만 환불할 수 있어요."
    ),
    "nothing_to_refund": Code(409, "Nothing is left to refund.", "환불할 금액이 남아 있지 않아요."),
    "refund_balance_changed": Code(
        409,
        "What is left to refund is not what you expected. Read the session again.",
        "환불할 수 있는 금액이 예상과 달라요. 세션을 다시 조회해 주세요.",
    ),
    "too_many_webhook_secrets": Code(
        409,
        "Too many webhook secrets are valid. Wait until one ends, or rotate with graceHours 0.",
        "유효한 웹훅 시크릿이 너무 많아요. 하나가 끝날 때까지 기다리거나 graceHours를 0으로 보내 주세요.",
    ),
    "no_webhook_url": Code(
        409,
        "Neither the session nor its shop has a webhook address.",
        "세션에도 상점에도 웹훅을 받을 주소가 없어요.",
    ),
    "endpoint_disabled": Code(
        409,
        "This webhook endpoint is switched off. Enable it first.",
        "전송을 멈춘 주소예요. 먼저 다시 켜 주세요.",
    ),
    "webhook_test_running": Code(
        409,
        "A webhook test of this shop is still running.",
        "이 상점의 웹훅 테스트가 아직 진행 중이에요.",
    ),
    "api_key_not_active": Code(
        409,
        "This API key was revoked or rotated already, or its grace is over.",
        "이미 폐기했거나 교체한 API 키예요.",
    ),
    "api_key_is_restricted": Code(
        409, "This API key serves another shop only.", "다른 상점에서만 쓸 수 있는 API 키예요."
    ),
    "idempotency_key_reused": Code(
        409,
        "This Idempotency-Key came with another request before.",
        "다른 요청에 이미 쓴 Idempotency-Key예요.",
    ),
    "idempotency_key_in_use": Code(
        409,
        "The first request with this Idempotency-Key is still being carried out.",
        "같은 Idempotency-Key로 보낸 첫 요청을 아직 처리하고 있어요.",
    ),
    "coupon_code_taken": Code(
        409, "The shop has a coupon with this code already.", "이미 있는 쿠폰 코드예요."
    ),
    "coupon_not_applicable": Code(
        409, "The coupon applies to nothing in this order.", "이 주문에는 쓸 수 없는 쿠폰이에요."
    ),
    "coupon_minimum_not_met": Code(
        409,
        "The order is below the coupon's minimum amount.",
        "쿠폰을 쓸 수 있는 최소 주문 금액보다 적어요.",
    ),
    "coupon_not_started": Code(409, "The coupon cannot be used yet.", "아직 쓸 수 없는 쿠폰이에요."),
    "coupon_expired": Code(409, "The coupon has expired.", "사용 기간이 지난 쿠폰이에요."),
    "coupon_disabled": Code(409, "The coupon is no longer offered.", "더 이상 쓸 수 없는 쿠폰이에요."),
    "coupon_usage_limit_reached": Code(
        409, "The coupon has been used as often as it can be.", "준비된 수량이 모두 사용된 쿠폰이에요."
    ),
    "coupon_customer_limit_reached": Code(
        409, "This customer has used the coupon as often as allowed.", "이미 사용한 쿠폰이에요."
    ),
    "coupon_customer_unknown": Code(
        409,
        "The coupon is limited per customer: an e-mail address or phone number is needed.",
        "고객마다 쓸 수 있는 횟수가 정해진 쿠폰이라 이메일이나 전화번호가 필요해요.",
    ),
    "coupon_temporarily_reserved": Code(
        409,
        "The last uses of the coupon are held by payments under way. Try again after retryAfter seconds.",
        "다른 결제에서 마지막 수량을 쓰고 있는 쿠폰이에요. 잠시 뒤에 다시 시도해 주세요.",
    ),
    "payload_too_large": Code(413, "The body is too large.", "요청 본문이 너무 커요."),
    "unsupported_media_type": Code(
        415,
        "Send JSON with Content-Type: application/json.",
        "Content-Type: application/json으로 보내 주세요.",
    ),
    "rate_limit_exceeded": Code(
        429,
        "Too many requests. Wait until X-RateLimit-Reset.",
        "요청이 너무 많아요. X-RateLimit-Reset 이후에 다시 보내 주세요.",
    ),
    "internal_error": Code(500, "Something went wrong on our side.", "저희 쪽에서 문제가 생겼어요."),
    "gateway_error": Code(502, "The payment gateway gave no usable answer.", "결제사가 응답하지 않았어요."),
    "gateway_unreachable": Code(502, "The payment gateway cannot be reached.", "결제사에 연결하지 못했어요."),
    "gateway_outcome_unknown": Code(
        502,
        "The payment gateway gave no answer. The result is being looked up.",
        "결제사의 답을 받지 못해 결과를 확인하고 있어요.",
    ),
    "gateway_misconfigured": Code(
        502,
        "The payment gateway refused the shop's contract or keys.",
        "상점의 결제사 계약이나 키에 문제가 있어요.",
    ),
    "not_ready": Code(503, "The service is not ready.", "서비스가 준비되지 않았어요."),
}

_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "rate_limit_exceeded",
    503: "not_ready",
}


def by_status(status: int) -> str:
    """The code for an error that Flask itself raised."""
    return _BY_STATUS.get(status, "internal_error" if status >= 500 else "bad_request")
