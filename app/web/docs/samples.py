"""The documented calls in curl, Node.js, Python and PHP, each written from one description."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """title: (English, Korean)."""

    title: tuple[str, str]
    method: str
    path: str
    body: dict[str, Any] | None = None
    needs_key: bool = True


CALLS = (
    Call(
        ("Create a checkout session", "체크아웃 세션 만들기"), "POST", "/api/checkout/create-session",
        {
            "platform": "headless", "platformOrderId": "order_123",
            "items": [{"name": "텀블러", "price": 29000, "quantity": 1}],
            "customer": {"name": "홍길동", "email": "customer@example.com", "phone": "+82-10-1234-5678"},
            "totalAmount": 29000, "currency": "KRW",
            "returnUrl": "https://yourstore.com/success", "cancelUrl": "https://yourstore.com/cancel",
        },
    ),
    Call(("Read a session", "세션 조회하기"), "GET", "/api/checkout/session/SESSION_ID"),
    Call(
        ("Change customer and metadata", "고객 정보와 메타데이터 바꾸기"),
        "PATCH", "/api/checkout/session/SESSION_ID",
        {
            "customer": {"name": "김철수", "email": "updated@example.com"},
            "metadata": {"updated_reason": "customer_info_change"},
        },
    ),
    Call(
        ("Refund a part", "부분 환불하기"), "POST", "/api/checkout/session/SESSION_ID/refund",
        {"amount": 10000, "reason": "고객 요청 환불", "notify_customer": True},
    ),
    Call(
        ("Open a shop", "상점 만들기"), "POST", "/api/shops",
        {
            "name": "My Korean Store", "website": "https://mystore.com",
            "business_info": {"business_number": "123-45-67890", "business_name": "My Store Co., Ltd."},
            "contact": {"email": "contact@mystore.com", "phone": "+82-2-1234-5678"},
            "settings": {"currency": "KRW", "timezone": "Asia/Seoul", "language": "ko"},
        },
    ),
    Call(("Read a shop", "상점 조회하기"), "GET", "/api/shops/SHOP_ID"),
    Call(
        ("Change the settings of a shop", "상점 설정 바꾸기"), "PATCH", "/api/shops/SHOP_ID",
        {
            "settings": {
                "webhook_url": "https://mystore.com/webhooks", "notification_email": "admin@mystore.com",
                "auto_refund_enabled": True, "payment_timeout": 1800,
            },
        },
    ),
    Call(
        ("Set a custom domain", "커스텀 도메인 설정하기"), "PATCH", "/api/shops/SHOP_ID/custom-domain",
        {"domain": "checkout.yourstore.com"},
    ),
    Call(
        ("Create a coupon", "쿠폰 만들기"), "POST", "/api/coupons/create",
        {"code": "WELCOME10", "type": "percentage", "discount_value": 10, "usage_limit_per_customer": 1},
    ),
    Call(
        ("Put a coupon on a session", "세션에 쿠폰 적용하기"), "POST", "/api/coupons/apply",
        {"sessionId": "SESSION_ID", "couponCode": "WELCOME10"}, needs_key=False,
    ),
)  # fmt: skip


def samples_of(call: Call, host: str) -> dict[str, str]:
    """host: with its scheme. Each sample runs as it stands once key and ids are filled in."""
    return {
        "curl": _curl(call, host),
        "Node.js": _node(call, host),
        "Python": _python(call, host),
        "PHP": _php(call, host),
    }


def _json(call: Call) -> str:
    return json.dumps(call.body, ensure_ascii=False, indent=2)


def _curl(call: Call, host: str) -> str:
    lines = [f"curl -X {call.method} {host}{call.path}"]
    if call.needs_key:
        lines.append('  -H "x-api-key: YOUR_KEY"')
    if call.body is not None:
        lines += ['  -H "Content-Type: application/json"', f"  -d '{_json(call)}'"]
    return " \\\n".join(lines)


def _node(call: Call, host: str) -> str:
    headers = _headers(call, "'{}': '{}'")
    body = f",\n  body: JSON.stringify({_json(call)})" if call.body is not None else ""
    return (
        f"fetch('{host}{call.path}', {{\n  method: '{call.method}',\n  headers: {{ {', '.join(headers)} }}{body}\n}})\n"
        "  .then((response) => response.json())\n  .then((answer) => console.log(JSON.stringify(answer)));"
    )


def _python(call: Call, host: str) -> str:
    headers = _headers(call, '"{}": "{}"')
    body = f"\n    json={_literal(call.body)}," if call.body is not None else ""
    return (
        f'import json\nimport requests\n\nanswer = requests.request(\n    "{call.method}",\n    "{host}{call.path}",\n'
        f"    headers={{{', '.join(headers)}}},{body}\n    timeout=30,\n)\nprint(json.dumps(answer.json()))"
    )


def _php(call: Call, host: str) -> str:
    headers = _headers(call, "'{}: {}'")
    body = ""
    if call.body is not None:
        body = f"\n  CURLOPT_POSTFIELDS => <<<'JSON'\n{_json(call)}\nJSON,"
    return (
        f"<?php\n$request = curl_init('{host}{call.path}');\ncurl_setopt_array($request, [\n"
        f"  CURLOPT_CUSTOMREQUEST => '{call.method}',\n  CURLOPT_RETURNTRANSFER => true,\n"
        f"  CURLOPT_HTTPHEADER => [{', '.join(headers)}],{body}\n]);\necho curl_exec($request);"
    )


def _headers(call: Call, form: str) -> list[str]:
    headers = [form.format("x-api-key", "YOUR_KEY")] if call.needs_key else []
    return headers + ([form.format("Content-Type", "application/json")] if call.body is not None else [])


def _literal(body: dict[str, Any] | None) -> str:
    """JSON as Python writes it; true is the only word here that differs."""
    return json.dumps(body, ensure_ascii=False, indent=4).replace(": true", ": True").replace("\n", "\n    ")


VERIFY_NODE = """\
const { createHmac, timingSafeEqual } = require("node:crypto");
function verifySignature(rawBody, header, secret = process.env.WEBHOOK_SECRET) {
  const pairs = header.split(",").map((pair) => pair.split("="));
  const t = pairs.find(([name]) => name === "t")[1];
  if (Math.abs(Date.now() / 1000 - t) > 300) return false;
  const wanted = createHmac("sha256", secret).update(`${t}.${rawBody}`).digest();
  const given = pairs.filter(([name]) => name === "v1").map(([, hex]) => Buffer.from(hex, "hex"));
  return given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}"""

VERIFY_PYTHON = """\
import hashlib, hmac, time

def verify_signature(raw_body: bytes, header: str, secret: str) -> bool:
    pairs = [pair.split("=", 1) for pair in header.split(",")]
    t = next(value for name, value in pairs if name == "t")
    if abs(time.time() - int(t)) > 300:
        return False
    wanted = hmac.new(secret.encode(), t.encode() + b"." + raw_body, hashlib.sha256).hexdigest()
    return any(name == "v1" and hmac.compare_digest(value, wanted) for name, value in pairs)"""

VERIFY_PHP = """\
<?php
function verify_signature(string $rawBody, string $header, string $secret): bool {
  preg_match('/t=(\\d+)/', $header, $t);
  if (!$t || abs(time() - (int) $t[1]) > 300) return false;
  $wanted = hash_hmac('sha256', $t[1] . '.' . $rawBody, $secret);
  preg_match_all('/v1=([0-9a-f]{64})/', $header, $given);
  return (bool) array_filter($given[1], fn ($one) => hash_equals($wanted, $one));
}"""

VERIFY_RUBY = """\
require "openssl"

def signature_genuine?(raw_body, header, secret)
  pairs = header.split(",").map { |pair| pair.split("=", 2) }
  _, t = pairs.assoc("t")
  return false if t.nil? || (Time.now.to_i - t.to_i).abs > 300
  wanted = OpenSSL::HMAC.hexdigest("SHA256", secret, "#{t}.#{raw_body}")
  pairs.any? { |name, value| name == "v1" && OpenSSL.secure_compare(value, wanted) }
end"""

VERIFY = {"Node.js": VERIFY_NODE, "Python": VERIFY_PYTHON, "PHP": VERIFY_PHP, "Ruby": VERIFY_RUBY}

# With the libraries of Standard Webhooks: npm install standardwebhooks, pip install standardwebhooks.
LIBRARY_NODE = """\
const { Webhook } = require("standardwebhooks");

// Throws where the event is not genuine, or signed more than five minutes ago.
function readEvent(rawBody, headers, secret = process.env.WEBHOOK_SECRET) {
  return new Webhook(secret).verify(rawBody, headers);
}"""

LIBRARY_PYTHON = """\
from standardwebhooks import Webhook

def read_event(raw_body: bytes, headers: dict[str, str], secret: str):
    \"\"\"Raises WebhookVerificationError where it is not genuine, or signed more than five minutes ago.\"\"\"
    return Webhook(secret).verify(raw_body, headers)"""

VERIFY_BY_LIBRARY = {"Node.js": LIBRARY_NODE, "Python": LIBRARY_PYTHON}
