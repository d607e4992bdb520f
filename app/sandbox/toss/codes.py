"""Toss Payments' codes as of API version 2022-11-16: cards and easy pay (protocol notes §7)."""

# code: (Korean name, English name). A request may use any of the three, an answer carries the code (§7).
CARDS: dict[str, tuple[str, str]] = {
    "11": ("국민", "KOOKMIN"),
    "15": ("카카오뱅크", "KAKAOBANK"),
    "21": ("하나", "HANA"),
    "24": ("토스뱅크", "TOSSBANK"),
    "30": ("산업", "KDBBANK"),
    "31": ("비씨", "BC"),
    "33": ("우리BC", "WOORI_BC"),
    "W1": ("우리", "WOORI"),
    "34": ("수협", "SUHYEOP"),
    "35": ("전북", "JEONBUKBANK"),
    "36": ("씨티", "CITI"),
    "37": ("우체국", "POST"),
    "38": ("새마을", "SAEMAUL"),
    "39": ("저축", "SAVINGBANK"),
    "3A": ("케이뱅크", "KBANK"),
    "3K": ("기업비씨", "IBK_BC"),
    "41": ("신한", "SHINHAN"),
    "42": ("제주", "JEJUBANK"),
    "46": ("광주", "GWANGJUBANK"),
    "51": ("삼성", "SAMSUNG"),
    "61": ("현대", "HYUNDAI"),
    "62": ("신협", "SHINHYEOP"),
    "71": ("롯데", "LOTTE"),
    "91": ("농협", "NONGHYEOP"),
}

# Companies that acquire for themselves; the others' cards are taken by BC ("31").
ACQUIRERS = frozenset({"11", "21", "31", "41", "51", "61", "71", "91", "W1"})
BC = "31"

# name in requests: name in answers
EASY_PAY: dict[str, str] = {
    "TOSSPAY": "토스페이",
    "NAVERPAY": "네이버페이",
    "KAKAOPAY": "카카오페이",
    "SAMSUNGPAY": "삼성페이",
    "APPLEPAY": "애플페이",
    "PAYCO": "페이코",
    "LPAY": "엘페이",
    "SSG": "SSG페이",
    "PINPAY": "핀페이",
}


def card_code(name: str) -> str | None:
    """The 2-character code of a card company given by code, Korean or English name; None when unknown."""
    if name in CARDS:
        return name
    return next((code for code, names in CARDS.items() if name in names), None)


def easy_pay_name(name: str) -> str | None:
    """The Korean name of an easy-pay provider (간편결제) given by either name; None when unknown."""
    return EASY_PAY.get(name) or (name if name in EASY_PAY.values() else None)
