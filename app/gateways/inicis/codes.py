"""KG Inicis' words and ours. Source: its manual and samples, as the protocol notes have them.

Its list of result codes could not be seen. So a code decides only whether something was done; which of our sentences
the buyer or the merchant reads is told by the words of its own sentence.
"""

from app.gateways.credentials import CredentialField
from app.gateways.reasons import Reason, RefundReason

KEY = "[!-~]{1,100}"
# The four secrets of a MID, from 상점정보 > 계약정보 > 부가정보 of the merchant admin.
CREDENTIALS = (
    CredentialField("mid", live="[A-Za-z0-9]{1,10}", test="[A-Za-z0-9]{1,10}", secret=False),
    CredentialField("sign_key", live=KEY, test=KEY),
    CredentialField("hash_key", live=KEY, test=KEY),
    CredentialField("api_key", live="[!-~]{16}", test="[!-~]{16}"),
    CredentialField("api_iv", live="[!-~]{16}", test="[!-~]{16}"),
    CredentialField("phone_goods", live="[12]", test="[12]", secret=False, required=False),
    CredentialField("refund_version", live="[12]", test="[12]", secret=False, required=False),
    CredentialField("mixed_tax", live="yes|no", test="yes|no", secret=False, required=False),
    CredentialField("escrow", live="yes|no", test="yes|no", secret=False, required=False),
)

# Our method -> gopaymethod on PC. Easy-pays that are opened at once need "cardonly" beside it.
PC_METHODS = {
    "card": "Card",
    "bank_transfer": "DirectBank",
    "virtual_account": "VBank",
    "mobile_phone": "HPP",
    "kakao_pay": "onlykakaopay",
    "naver_pay": "onlynaverpay",
    "samsung_pay": "onlyssp",
}
# Our method -> P_INI_PAYMENT on phones, and the easy-pays that only the older page for cards opens at once.
PHONE_METHODS = {
    "card": "CARD",
    "bank_transfer": "BANK",
    "virtual_account": "VBANK",
    "mobile_phone": "MOBILE",
}
PHONE_WALLETS = {"kakao_pay": "d_kakaopay", "naver_pay": "d_npay", "samsung_pay": "d_samsungpay"}

# Our method -> paymethod of a cancel. An account that nobody paid into is closed by a name of its own.
CANCEL_METHODS = {
    **dict.fromkeys(("card", "kakao_pay", "naver_pay", "samsung_pay"), "Card"),
    "bank_transfer": "Acct",
    "virtual_account": "Vacct",
    "mobile_phone": "HPP",
}
CLOSES_ACCOUNT = "GVacct"

# payMethod and P_TYPE of answers -> our method; anything else is borne.
ANSWERED_METHODS = {
    **dict.fromkeys(("Card", "VCard", "CARD", "ISP"), "card"),
    **dict.fromkeys(("DirectBank", "iDirectBank", "BANK"), "bank_transfer"),
    **dict.fromkeys(("VBank", "VBANK"), "virtual_account"),
    **dict.fromkeys(("HPP", "MOBILE"), "mobile_phone"),
}

# --- result codes ---

PC_DONE, PHONE_DONE, API_DONE = "0000", "00", "00"
INQUIRY_DONE = frozenset({"SUCCESS", "00"})
DEPOSITED = "02"  # P_STATUS of a notification
CLOSED = frozenset({"2001", "0021", "0022", ""})  # a return on PC: the buyer gave up
PHONE_FAILED = "01"  # a return on a phone: given up or refused, only the sentence tells
CLOSED_WORDS = ("취소", "사용자")
USED_BEFORE = "R201"  # a second approval of the same authentication on a phone
NOT_FOUND = frozenset({"01", "9"})  # of an inquiry, with a sentence that says so
NOT_FOUND_WORDS = ("없음", "없습", "존재하지")
NOT_YOURS_WORDS = ("불일치",)  # "TID 가맹점ID 불일치"
WRONG_KEYS = frozenset({"ERR205"})
CANCELLED_BEFORE = "500626"
RECEIPT_ISSUED = "220000"  # CSHR_ResultCode, P_CSHR_CODE

# Pages of the phone's window that speak of our MID or contract, not of the buyer.
MISCONFIGURED = frozenset({"MX1002", "MX1006", "MX2001", "MX2002", "MX2003", *WRONG_KEYS})

# Words of a refusal -> why, the first that fits.
REFUSALS: tuple[tuple[str, Reason], ...] = (
    ("한도", Reason.LIMIT_ONCE),
    ("잔액", Reason.BALANCE),
    ("할부", Reason.INSTALMENT),
    ("유효기간", Reason.CARD_EXPIRY),
    ("비밀번호", Reason.PASSWORD),
    ("정지", Reason.STOPPED),
    ("분실", Reason.STOPPED),
    ("도난", Reason.STOPPED),
    ("점검", Reason.BANK_HOURS),
    ("카드번호", Reason.CARD_NUMBER),
    ("금액", Reason.AMOUNT),
    ("계약", Reason.CONFIGURATION),
    ("등록되지 않은 상점", Reason.CONFIGURATION),
    ("인증", Reason.AUTHENTICATION),
    ("거절", Reason.REFUSED),
)

# The same for a refused cancel.
CANCEL_REFUSALS: tuple[tuple[str, RefundReason], ...] = (
    ("부분취소 금액", RefundReason.BALANCE),
    ("이미 취소", RefundReason.BALANCE),
    ("계좌번호", RefundReason.ACCOUNT),
    ("예금주", RefundReason.ACCOUNT),
    ("부분취소", RefundReason.PARTIAL),
    ("기간", RefundReason.TOO_LATE),
    ("부족", RefundReason.LIMIT),
    ("계약", RefundReason.CONFIGURATION),
    ("취소할 수 없", RefundReason.NOT_POSSIBLE),
)
CANCEL_LATER_WORDS = ("점검",)
SYSTEM_WORDS = ("시스템", "일시적")  # promises nothing: to be asked again

# --- banks and cards ---

# Our neutral id of a bank -> its code here. BANK_NAMES knows the older ones, too.
BANKS = {
    "kdb": "02", "ibk": "03", "kookmin": "04", "suhyup": "07", "nonghyup": "11", "local_nonghyup": "12",
    "woori": "20", "sc": "23", "im": "31", "busan": "32", "gwangju": "34", "jeju": "35", "jeonbuk": "37",
    "kyongnam": "39", "saemaul": "45", "shinhyup": "48", "savings": "50", "citi": "53", "hsbc": "54",
    "sanlim": "64", "post": "71", "hana": "81", "shinhan": "88", "kbank": "89", "kakaobank": "90",
    "tossbank": "92",
}  # fmt: skip
# Banks that were merged, and what has a code of a bank here but no id of ours.
OLD_BANKS = {"05": "hana", "06": "kookmin", "16": "nonghyup", "21": "shinhan", "22": "woori", "24": "woori",
             "25": "hana", "26": "shinhan", "27": "citi", "70": "savings", "83": "shinhan"}  # fmt: skip
NO_BANKS = frozenset(
    {"38", "41", "55", "56", "57", "59", "60", "87", "91", "93", "94", "96", "97", "98",
     "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF"}
)  # fmt: skip
BANK_NAMES = {code: bank for bank, code in BANKS.items()} | OLD_BANKS

# CARD_Code, P_FN_CD1 -> our neutral id of the issuer
ISSUERS = {
    "01": "hana", "03": "lotte", "04": "hyundai", "06": "kookmin", "11": "bc", "12": "samsung", "14": "shinhan",
    "15": "citi", "16": "nonghyup", "17": "hana", "21": "visa", "22": "mastercard", "23": "jcb", "24": "amex",
    "25": "diners",
}  # fmt: skip
OLD_ISSUERS = {"34": "hana"}  # seen in older tables only; nothing is asked for by it
MONEY = frozenset({"91", "93", "94", "96", "97", "98"})  # an easy-pay that paid by itself: there is no card

# CARD_SrcCode, P_SRC_CODE -> which easy-pay the card was chosen in; "" is ours for one we do not offer.
EASY_PAYS = {
    "A": "", "B": "samsung_pay", "C": "payco", "D": "samsung_pay", "G": "", "H": "toss_pay", "I": "naver_pay",
    "K": "", "L": "", "O": "kakao_pay", "R": "", "U": "", "P": "",
}  # fmt: skip

# Apps whose own browser the buyer may be in on an iPhone -> where a card app leads back to.
APP_SCHEMES = {
    "naver": "naversearchapp://",
    "chrome": "googlechromes://",
    "daum": "daumapps://",
    "kakaotalk": "kakaotalk://",
    "facebook": "fb://",
}

UNREADABLE = "UNREADABLE"  # our own words where Inicis gave no code
OTHER_PAYMENT = "OTHER_PAYMENT"
MISMATCH = "MISMATCH"

# Of requests, answers, notifications and forms: keys, what proves something, and what is personal.
SECRET_FIELDS = frozenset(
    {
        "sign_key", "hash_key", "api_key", "api_iv", "authToken", "hashData", "CARD_Num", "P_CARD_NUM", "cardnum",
        "cardNumber", "CARD_Billkey", "buyername", "buyertel", "buyeremail", "buyerMail", "custEmail", "parentEmail",
        "P_UNAME", "P_MOBILE", "P_EMAIL", "VACT_Num", "VACT_Name", "VACT_InputName", "P_VACT_NUM", "P_VACT_NAME",
        "P_VACCT_NO", "ACCT_Name", "accountNumber", "accountName", "senderName", "depositName", "refundAcctNum",
        "refundAcctName", "no_vacct", "nm_input", "HPP_Num", "P_HPP_NUM", "P_RMESG1", "P_AUTH_NO", "P_CSHR_AUTH_NO",
        "CSHR_ApplNum", "no_cshr_appl", "applNum", "approvedNumber",
    }
)  # fmt: skip

# The keys of the MID that Inicis publishes for trials; its simulator takes them.
PUBLISHED_TEST_KEYS = {
    "mid": "INIpayTest",
    "sign_key": "SU5JTElURV9UUklQTEVERVNfS0VZU1RS",
    "hash_key": "3CB8183A4BE283555ACC8363C0360223",
    "api_key": "ItEQKi3rY7uvDS8l",
    "api_iv": "HYb3yQ4f65QL89==",
}
