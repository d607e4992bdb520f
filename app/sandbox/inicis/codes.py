"""Inicis' tables: methods, cards, banks, easy pays (notes §1.4, §2.1, §6)."""

from dataclasses import dataclass

CARD, BANK, VBANK, PHONE, CULTURE, BOOKS, HAPPY = (
    "card",
    "bank",
    "vbank",
    "phone",
    "culture",
    "books",
    "happy",
)


@dataclass(frozen=True)
class Means:
    """One payment method. pc: its word in gopaymethod. mobile: in P_INI_PAYMENT. api: paymethod of INIAPI v1.

    old_page: its address on phones before there was one for all, "" when there was none.
    prefix: the four letters of its transaction numbers.
    """

    method: str
    name: str
    pc: str
    mobile: str
    api: str
    prefix: str
    old_page: str = ""


MEANS: dict[str, Means] = {
    means.method: means
    for means in (
        Means(CARD, "신용카드·간편결제", "Card", "CARD", "Card", "CARD", "wcard"),
        Means(BANK, "실시간계좌이체", "DirectBank", "BANK", "Acct", "BANK", "bank"),
        Means(VBANK, "가상계좌", "VBank", "VBANK", "Vacct", "VBNK", "vbank"),
        Means(PHONE, "휴대폰", "HPP", "MOBILE", "HPP", "HPP_", "mobile"),
        Means(CULTURE, "문화상품권", "Culture", "CULTURE", "Voucher", "CULT"),
        Means(BOOKS, "도서문화상품권", "Bcsh", "BCSH", "Voucher", "BCSH"),
        Means(HAPPY, "해피머니", "HPMN", "HPMN", "Voucher", "HPMN"),
    )
}
CONTRACTED = (CARD, BANK, VBANK, PHONE)  # what an empty gopaymethod offers
WHOLE_ONLY = (CULTURE, BOOKS, HAPPY)
CLOSES_ACCOUNT = "GVacct"  # paymethod of a virtual account that still waits

# gopaymethod that opens one method's screen at once
DIRECT_METHODS = {
    "onlycard": CARD, "onlyisp": CARD, "onlyacard": CARD, "onlyvcard": CARD, "onlyvbank": VBANK, "onlydbank": BANK,
    "onlyhpp": PHONE,
}  # fmt: skip


@dataclass(frozen=True)
class Wallet:
    """One easy pay (간편결제). letter: CARD_SrcCode. check: the letter of its check cards, if they have another.

    money: the card code when it pays by itself, "" when it cannot. direct: gopaymethod. flag: in P_RESERVED.
    """

    name: str
    letter: str
    money: str = ""
    direct: str = ""
    flag: str = ""
    check: str = ""


WALLETS: dict[str, Wallet] = {
    "kakaopay": Wallet("카카오페이", "O", "97", "onlykakaopay", "d_kakaopay"),
    "naverpay": Wallet("네이버페이", "I", "91", "onlynaverpay", "d_npay"),
    "samsungpay": Wallet("삼성페이", "B", "", "onlyssp", "d_samsungpay", check="D"),
    "tosspay": Wallet("토스페이", "H", "93"),
    "payco": Wallet("페이코", "C", "98"),
    "lpay": Wallet("L.PAY", "L", "96", "onlylpay", "d_lpay"),
    "ssgpay": Wallet("SSGPAY", "G", "94"),
    "kpay": Wallet("KPAY", "A"),
    "kbapp": Wallet("국민앱카드", "K"),
    "unknown": Wallet("표에 없는 간편결제", "Z"),  # letters that no table knows must be borne
}
UNCONFIRMED_SAMSUNG = "onlysamsungpay"

# code: (name, bank of the card)
CARDS: dict[str, tuple[str, str]] = {
    "11": ("BC카드", "20"),
    "06": ("KB국민카드", "04"),
    "14": ("신한카드", "88"),
    "12": ("삼성카드", ""),
    "04": ("현대카드", ""),
    "03": ("롯데카드", ""),
    "01": ("하나(외환)카드", "81"),
    "17": ("하나카드", "81"),
    "16": ("NH농협카드", "11"),
    "15": ("한미카드", "53"),
    "21": ("해외비자", ""),
    "22": ("해외마스터", ""),
    "23": ("해외JCB", ""),
    "24": ("해외아멕스", ""),
    "25": ("해외다이너스", ""),
}
MONEY = {
    "91": "네이버포인트",
    "93": "토스머니",
    "94": "SSG머니",
    "96": "엘포인트",
    "97": "카카오머니",
    "98": "페이코",
}
OLD_CARD_CODES = {"34": "17"}  # seen in examples of nointerest
OVERSEAS = frozenset({"21", "22", "23", "24", "25"})
ISP_CARDS = frozenset({"11", "06"})
KB_CARD = "06"

BANKS: dict[str, str] = {
    "02": "산업은행", "03": "기업은행", "04": "국민은행", "05": "하나은행(구 외환)", "06": "국민은행(구 주택)",
    "07": "수협은행", "11": "농협은행", "12": "단위농협", "16": "축협", "20": "우리은행", "21": "구조흥(신한)",
    "22": "상업은행", "23": "SC제일은행", "24": "한일은행", "25": "서울은행", "26": "구신한은행", "27": "씨티(구 한미)",
    "31": "iM뱅크", "32": "부산은행", "34": "광주은행", "35": "제주은행", "37": "전북은행", "38": "강원은행",
    "39": "경남은행", "41": "비씨카드", "45": "새마을금고", "48": "신협", "50": "저축은행", "53": "씨티은행",
    "54": "HSBC", "55": "도이치은행", "56": "ABN암로", "57": "JP모건", "59": "MUFG", "60": "BOA", "64": "산림조합",
    "70": "신안저축은행", "71": "우체국", "81": "하나은행", "83": "평화은행", "87": "신세계", "88": "신한은행",
    "89": "케이뱅크", "90": "카카오뱅크", "91": "네이버포인트", "92": "토스뱅크", "93": "토스머니", "94": "SSG머니",
    "96": "엘포인트", "97": "카카오머니", "98": "페이코",
    "D1": "유안타증권", "D2": "현대증권", "D3": "미래에셋증권", "D4": "한국투자증권", "D5": "NH투자증권",
    "D6": "하이투자증권", "D7": "HMC투자증권", "D8": "SK증권", "D9": "대신증권", "DA": "하나증권", "DB": "신한투자증권",
    "DC": "DB증권", "DD": "유진투자증권", "DE": "메리츠증권", "DF": "신영증권",
}  # fmt: skip
VBANKS = ("20", "03", "04", "07", "11", "23", "31", "32", "34", "39", "71", "81", "88")
TRANSFER_BANKS = ("04", "03", "11", "20", "23", "31", "32", "45", "48", "71", "81", "88", "89", "90", "92")

CARRIERS = {"SKT": "SK텔레콤", "KTF": "KT", "LGT": "LG U+", "MVNO": "알뜰폰"}

MIN_INSTALMENT = 50_000
MIN_CARD = 1_000  # below it only with below1000
