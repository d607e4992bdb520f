"""KCP's tables (notes §1.2, §2.3, §5.4 to §5.6)."""

from dataclasses import dataclass

CARD, TRANSFER, VBANK, POINT, PHONE, GIFT = "PACA", "PABK", "PAVC", "PAPT", "PAMC", "PATK"


@dataclass(frozen=True)
class Means:
    """One payment method. bit: its place in the 12 of the PC form. word, action: of the mobile form."""

    pay_type: str
    name: str
    bit: int
    word: str
    action: str

    @property
    def bits(self) -> str:
        return "".join("1" if place == self.bit else "0" for place in range(12))


MEANS: dict[str, Means] = {
    means.pay_type: means
    for means in (
        Means(CARD, "신용카드·간편결제", 0, "CARD", "card"),
        Means(TRANSFER, "계좌이체", 1, "BANK", "acnt"),
        Means(VBANK, "가상계좌", 2, "VCNT", "vcnt"),
        Means(POINT, "포인트", 3, "TPNT", "tpnt"),
        Means(PHONE, "휴대폰", 4, "MOBX", "mobx"),
        Means(GIFT, "상품권", 8, "GIFT", "gift"),
    )
}


@dataclass(frozen=True)
class Wallet:
    """One easy pay (간편결제). other_type: card_other_pay_type. money: pay_method when it pays by itself, not by a
    card, with corporation as service_corp_id; "" when it has no money."""

    name: str
    other_type: str
    money: str = ""
    corporation: str = ""


WALLETS: dict[str, Wallet] = {
    "kakaopay": Wallet("카카오페이", "OT13", "PAKM", "SCKA"),
    "naverpay": Wallet("네이버페이", "OT16", "PANP", "SCNA"),
    "payco": Wallet("페이코", "OT12"),
    "sspay": Wallet("삼성페이", "OT01"),
    "tosspay": Wallet("토스페이", "OT23", "PATO", "SCTO"),
    "ssgpay": Wallet("SSG페이", "OT03", "PASG", "SCSM"),
    "lpay": Wallet("L.pay", "OT11"),
    "applepay": Wallet("애플페이", "OT21"),
}

# code: (name, acquirer)
CARDS: dict[str, tuple[str, str]] = {
    "CCDI": ("현대카드", "CCDI"),
    "CCLG": ("신한카드", "CCLG"),
    "CCSS": ("삼성카드", "CCSS"),
    "CCKM": ("KB국민카드", "CCKM"),
    "CCBC": ("BC카드", "CCBC"),
    "CCLO": ("롯데카드", "CCAM"),
    "CCHN": ("하나카드", "CCHN"),
    "CCNH": ("NH농협카드", "CCNH"),
    "CCKE": ("외환카드", "CCKE"),
    "CCCT": ("씨티카드", "CCBC"),
    "CCAM": ("롯데아멕스카드", "CCAM"),
    "CCHM": ("한미은행", "CCBC"),
    "CCSG": ("신세계한미", "CCBC"),
    "CCKJ": ("광주카드", "CCBC"),
    "CCSU": ("수협카드", "CCBC"),
    "CCJB": ("전북카드", "CCBC"),
    "CCCJ": ("제주카드", "CCBC"),
    "CCUF": ("은련카드", "CCBC"),
    "CVSF": ("해외비자", "CCKE"),
    "CMCF": ("해외마스터", "CCKE"),
    "CJCF": ("해외JCB", "CCKE"),
    "CCPT": ("PAYCO 포인트", "CCPT"),
}
OVERSEAS = frozenset({"CVSF", "CMCF", "CJCF", "CCUF"})
PAYCO_POINTS = "CCPT"

BANKS: dict[str, str] = {
    "02": "산업은행",
    "03": "기업은행",
    "04": "국민은행",
    "07": "수협은행",
    "11": "농협은행",
    "20": "우리은행",
    "23": "SC제일은행",
    "26": "신한은행",
    "27": "한국씨티은행",
    "31": "iM뱅크",
    "32": "부산은행",
    "34": "광주은행",
    "35": "제주은행",
    "37": "전북은행",
    "39": "경남은행",
    "45": "새마을금고",
    "48": "신협",
    "64": "산림조합",
    "71": "우체국",
    "81": "하나은행",
    "88": "신한은행",
    "89": "케이뱅크",
    "90": "카카오뱅크",
    "92": "토스뱅크",
}
VBANKS = ("03", "04", "07", "11", "20", "23", "26", "31", "32", "34", "39", "71", "81")
TRANSFER_BANK = "04"  # the one bank that T0000 answers with, whatever the buyer picks

CARRIERS = {"SKT": "SK텔레콤", "KTF": "KT", "LGT": "LG U+", "KCT": "알뜰폰 KCT", "CJH": "알뜰폰 헬로"}
GIFTS = {
    "SCBL": "도서문화상품권",
    "SCHM": "해피머니",
    "SCCL": "문화상품권",
    "SCGM": "스마트문상",
    "SCTC": "틴캐시",
    "SCEM": "에그머니",
    "SCED": "온캐쉬",
}
POINTS = {"SCSK": "OK캐쉬백", "SCWB": "베네피아"}

MIN_INSTALMENT = 50_000


def bank_number(code: str) -> str | None:
    """Two digits of a bank written `BK04`, `04` or `4`; None when there is no such bank."""
    digits = code.removeprefix("BK").zfill(2)
    return digits if digits in BANKS else None
