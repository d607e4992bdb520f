"""Why a payment or a refund did not go through, for the reference: what the merchant can do. (English, Korean)"""

from app.gateways.reasons import Reason, RefundReason

FAILURES: dict[str, tuple[str, str]] = {
    Reason.REFUSED: (
        "The issuer refused without saying why. Only the buyer can ask the issuer.",
        "카드사가 이유 없이 거절했어요. 자세한 이유는 고객만 카드사에 물어볼 수 있어요.",
    ),
    Reason.BALANCE: (
        "Not enough balance or limit. Offer another way to pay.",
        "잔액이나 한도가 모자라요. 다른 결제수단을 안내하세요.",
    ),
    Reason.LIMIT_ONCE: (
        "Over the limit of one payment. Offer another way to pay, or split the order.",
        "1회 결제 한도를 넘었어요. 다른 결제수단을 안내하거나 주문을 나누세요.",
    ),
    Reason.LIMIT_DAY: (
        "Over the limit of a day or a month. Tomorrow, or another card.",
        "하루 또는 한 달 한도를 넘었어요. 내일 다시 하거나 다른 카드를 안내하세요.",
    ),
    Reason.CARD_NUMBER: ("The buyer mistyped the card number.", "고객이 카드 번호를 잘못 입력했어요."),
    Reason.CARD_EXPIRY: (
        "The card has expired, or its date was mistyped.",
        "유효기간이 지났거나 잘못 입력했어요.",
    ),
    Reason.PASSWORD: ("The buyer mistyped the password.", "고객이 비밀번호를 잘못 입력했어요."),
    Reason.STOPPED: ("The card is blocked, lost or stolen.", "정지되었거나 분실·도난 신고된 카드예요."),
    Reason.INSTALMENT: (
        "This card does not offer these instalments. Fewer months, or all at once.",
        "이 카드로는 선택한 할부를 쓸 수 없어요. 개월 수를 줄이거나 일시불을 안내하세요.",
    ),
    Reason.MINIMUM: (
        "Below the least amount of this method (card 100 won, account 200 won at most gateways).",
        "이 결제수단의 최소 금액보다 적어요.",
    ),
    Reason.AUTHENTICATION: (
        "The buyer did not finish the verification in the window.",
        "고객이 결제창에서 본인 확인을 마치지 못했어요.",
    ),
    Reason.METHOD: (
        "The gateway does not offer this method now. Look whether your contract with it has the method.",
        "지금 이 결제수단을 쓸 수 없어요. 결제사 계약에 이 결제수단이 있는지 확인하세요.",
    ),
    Reason.BANK_HOURS: (
        "The bank is closed for its nightly maintenance, usually 23:30 to 00:30.",
        "은행 점검 시간이에요. 보통 밤 11시 반부터 12시 반까지예요.",
    ),
    Reason.RISK: (
        "Refused as a risk, by the gateway or by your own rules. Talk to the buyer before you allow it.",
        "결제사나 상점의 규칙이 위험으로 판단했어요. 허용하기 전에 고객과 연락하세요.",
    ),
    Reason.EXPIRED: (
        "The window was open for too long. Nothing was taken.",
        "결제창을 너무 오래 열어 두었어요. 돈은 빠져나가지 않았어요.",
    ),
    Reason.AMOUNT: (
        "The gateway took another amount than was due; it is being given back.",
        "결제사가 다른 금액을 승인해서 되돌리고 있어요.",
    ),
    Reason.CONFIGURATION: (
        "The gateway does not accept your keys or contract. See gatewayCode, and check the credentials of the shop.",
        "결제사가 키나 계약을 받아들이지 않았어요. gatewayCode를 보고 상점의 결제사 설정을 확인하세요.",
    ),
    Reason.NOT_CONFIRMED: (
        "The gateway did not answer, so the payment was taken back. Nothing is left of it.",
        "결제사 응답이 없어 결제를 취소했어요. 남은 결제는 없어요.",
    ),
    Reason.OTHER: (
        "A code that we do not know yet. See gatewayCode and message.",
        "아직 분류되지 않은 코드예요. gatewayCode와 message를 확인하세요.",
    ),
}

REFUND_FAILURES: dict[str, tuple[str, str]] = {
    RefundReason.NOT_POSSIBLE: (
        "This payment cannot be refunded through the gateway. Give the money back in another way.",
        "결제사로는 환불할 수 없는 결제예요. 다른 방법으로 돌려주세요.",
    ),
    RefundReason.PARTIAL: (
        "Only the whole can be refunded: escrow, some prepaid cards, some easy-pays.",
        "전액 환불만 가능해요. 에스크로, 일부 선불카드와 간편결제가 그래요.",
    ),
    RefundReason.TOO_LATE: (
        "Too late: phone bills within the calendar month, transfers about 90 to 180 days, cards about a year.",
        "환불 기한이 지났어요. 휴대폰은 결제한 달 안, 계좌이체는 약 90~180일, 카드는 약 1년이에요.",
    ),
    RefundReason.ACCOUNT: (
        "The bank does not know this account and holder. Ask the customer again.",
        "계좌번호나 예금주가 맞지 않아요. 고객에게 다시 확인하세요.",
    ),
    RefundReason.BALANCE: (
        "The gateway holds another amount than we do: somebody cancelled in its console. Look there.",
        "결제사의 남은 금액이 저희 기록과 달라요. 결제사 관리자에서 취소했는지 확인하세요.",
    ),
    RefundReason.LIMIT: (
        "Over the gateway's limit of refunds for your shop. Later, or talk to the gateway.",
        "결제사의 환불 한도를 넘었어요. 나중에 다시 하거나 결제사에 문의하세요.",
    ),
    RefundReason.CONFIGURATION: (
        "The gateway does not accept your keys or contract. Check the credentials of the shop.",
        "결제사가 키나 계약을 받아들이지 않았어요. 상점의 결제사 설정을 확인하세요.",
    ),
    RefundReason.BY_HAND: (
        "The gateway does not send this money back by API. Transfer it to the customer yourself.",
        "결제사 API로 돌려줄 수 없는 돈이에요. 고객에게 직접 이체해 주세요.",
    ),
    RefundReason.OTHER: (
        "A code that we do not know yet. See gatewayCode and message.",
        "아직 분류되지 않은 코드예요. gatewayCode와 message를 확인하세요.",
    ),
}
