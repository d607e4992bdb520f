"""Facts about KCP that the notes leave open, each with the values it may have. The first is the default.

`GET /kcp/sim/switches` lists them, `POST` sets them. Numbers are listed as `least…most`.
"""

from app.sandbox.switches import OFF_ON, ON_OFF, Switch, Switchboard

SWITCHES: dict[str, Switch] = {
    # the window and the return
    "missing_inputs": Switch("the window hangs without the empty result inputs", ("hang", "open")),
    "complete_argument": Switch("what m_Completepayment is given", ("form", "json")),
    "closed_window": Switch(
        "which function hears of a closed window", ("m_Completepayment", "m_Cancelpayment")
    ),
    "return_charset": Switch("charset of the post to Ret_URL", ("euc-kr", "utf-8")),
    "mobile_vbank_return": Switch(
        "virtual accounts on phones come back without enc_data", ("encrypted", "clear")
    ),
    "caret": Switch("whether ^ is forbidden in values", ("forbidden", "allowed")),
    "tosspay_direct": Switch("whether the flag for Toss Pay exists", ("known", "ignored")),
    # who asks
    "unknown_site": Switch("a site without a certificate takes the first it sees", ("adopt", "refuse")),
    "site_certificate": Switch("certificate and site_cd are compared", ("checked", "unchecked")),
    "expired_certificate": Switch("a certificate out of its dates", ("refused", "accepted")),
    "cancel_address": Switch(
        "cancel looks at the caller's IP address (8012: none is known)", ("unchecked", "checked")
    ),
    "error_status": Switch("HTTP status of a refusal", ("200", "400", "500")),
    # approval
    "enc_data_reuse": Switch("the same enc_data a second time", ("refused", "same_answer", "approved_again")),
    "enc_data_lifetime_s": Switch("how long enc_data lives", number=(600, 1, 86_400)),
    "duplicate_order": Switch("an order number that was approved before", ("allowed", "refused")),
    "vbank_code": Switch("res_cd of an issued virtual account", ("0000", "V000")),
    "vbank_date_digits": Switch("digits of va_date", ("14", "8")),
    "phone_time": Switch("name of the time of a phone payment", ("app_time", "hp_app_time")),
    "money_names": Switch("names of amount and time of Kakao money", ("easypoint", "kakaomny")),
    "card_mask": Switch("what hides the middle of card_no", ("*", "0")),
    "bin_types": Switch("card_bin_type_01 and _02 of a corporate and a check card", ("1", "0")),
    # inquiry
    "inquiry": Switch("the site may use the inquiry", ("allowed", "refused")),
    "inquiry_signature": Switch("last part of the string that is signed", ("pay_type", "mod_type", "either")),
    "inquiry_vbank_state": Switch("what tells the state of a virtual account", ("nothing", "shop_status")),
    # cancel and refund
    "vbank_stsc": Switch("STSC on a virtual account with a deposit", ("accepted", "refused")),
    "vbank_close": Switch("STSC closes a virtual account that waits", ("accepted", "refused")),
    "vbank_refund": Switch("STHD and STPD with an account to refund to", OFF_ON),
    "escrow_changes": Switch("STE1 to STE9", OFF_ON),
    "partcanc_yn": Switch("partcanc_yn=N refuses a partial cancel", ("obeyed", "ignored")),
    "phone_partial": Switch("partial cancels of phone payments", OFF_ON),
    "refund_balance": Switch("the shop's unsettled balance (8178)", ("enough", "short")),
    # notices
    "notice_bank_code": Switch("bank_code of a deposit notice", ("BK26", "26")),
    "notice_times": Switch("how often a notice is sent at most", number=(10, 1, 50)),
    "notice_interval": Switch("between attempts", ("growing", "minute")),
    "vbank_close_notice": Switch("TX07 when an account is closed before a deposit", ON_OFF),
    "vbank_due_notice": Switch("TX07 when the due date passes", OFF_ON),
    "escrow_answer": Switch("how TX02 tells the buyer's answer", ("st_cd", "cl_status")),
    # cash receipts
    "self_issued_receipt": Switch("a cash receipt to 010-000-1234 when the buyer asks for none", OFF_ON),
}

BOARD = Switchboard("kcp", SWITCHES)
read, is_set = BOARD.read, BOARD.is_set
