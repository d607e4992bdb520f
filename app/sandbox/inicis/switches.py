"""Facts about Inicis that the notes leave open, each with the values it may have. The first is the default.

`GET /inicis/sim/switches` lists them, `POST` sets them.
"""

from app.sandbox.switches import OFF_ON, ON_OFF, Switch, Switchboard

SWITCHES: dict[str, Switch] = {
    # the PC window and its return
    "chkfake": Switch("use_chkfake=Y with verification in the form", ("optional", "required")),
    "timestamp_tolerance_s": Switch(
        "how far a timestamp may be from now; 0: anything", number=(600, 0, 86_400)
    ),
    "return_target": Switch("where returnUrl opens", ("top", "frame")),
    "pc_cancel": Switch(
        "what a buyer's cancel does: closeUrl, or a return with this resultCode",
        ("closeUrl", "2001", "0021", "0022", "empty", "wording"),
    ),
    "no_close_url": Switch("a cancel without closeUrl", ("return", "nothing")),
    "return_charset": Switch("charset of the post to returnUrl", ("asked", "euc-kr", "utf-8")),
    "idc": Switch("data centre of PC payments", ("stg", "fc", "ks")),
    "cardonly": Switch("direct easy pay without cardonly in acceptmethod", ("needed", "ignored")),
    "onlysamsungpay": Switch("whether this gopaymethod exists", ("unknown", "known")),
    "email_characters": Switch("what buyeremail may have beside @ and .", ("any", "plain")),
    "phone_contract": Switch("the kind of goods that HPP() must name", ("any", "1", "2")),
    "kb_in_test": Switch("KB cards in the test environment", ("approved", "refused")),
    # PC approval
    "token_lifetime_s": Switch("how long authToken lives", number=(600, 1, 86_400)),
    "token_reuse": Switch("the same authToken a second time", ("refused", "same_answer")),
    "same_timestamp": Switch("the form's timestamp again at the approval", ("refused", "accepted")),
    "approval_verification": Switch("verification at the approval", ("checked_if_sent", "required")),
    "duplicate_oid": Switch("an order number that was approved before (중복방지)", ("allowed", "refused")),
    "isp_cards": Switch("payMethod of BC and KB cards", ("Card", "VCard")),
    "bank_name": Switch("payMethod of a bank transfer", ("DirectBank", "iDirectBank")),
    "partial_name": Switch("name of the mark for partial cancels", ("CARD_PRTC_CODE", "CARD_PrtcCode")),
    "money_appl_num": Switch("applNum of an easy pay that paid by itself", ("empty", "given")),
    "corp_flag": Switch("CARD_CorpFlag", ("told", "9", "empty")),
    "card_mask": Switch("what hides the middle of the card number", ("*", "0")),
    "hpp_corp": Switch("the carrier in HPP_Corp", ("absent", "given")),
    # net-cancel
    "net_cancel_lifetime_s": Switch("how long after the authentication", number=(600, 1, 86_400)),
    "net_cancel_unapproved": Switch("an authentication that was not approved", ("refused", "accepted")),
    "net_cancel_failure": Switch("body of a net-cancel that fails", ("coded", "empty", "html")),
    # phones
    "mobile_host": Switch("which pay page serves test MIDs", ("mobile", "stgmobile", "both")),
    "mobile_idc": Switch("data centre of mobile payments", ("stg", "fc", "ks")),
    "mobile_contract": Switch("what the pay page says to everybody", ("open", "MX1002", "MX2002", "MX2003")),
    "amt_hash": Switch("amt_hash=Y with P_CHKFAKE", ("optional", "required")),
    "p_noti_bytes": Switch("longest P_NOTI", number=(800, 1, 8_000)),
    "mobile_return_method": Switch("how the browser comes to P_NEXT_URL", ("post", "get")),
    "mobile_return_amount": Switch("P_AMT in the return", ("given", "absent")),
    "mobile_charset": Switch("charset of return and approval", ("asked", "euc-kr", "utf-8")),
    "nvp_escaping": Switch("values of the approval's text", ("raw", "percent")),
    "one_transaction": Switch("BANK and ISP without twotrs_… are approved at once", ("obeyed", "never")),
    # INIAPI
    "client_ip": Switch("clientIp of INIAPI calls", ("unchecked", "caller")),
    "other_mid_code": Switch("code of TID 가맹점ID 불일치", ("01", "SIMQ")),
    "already_cancelled": Switch("where 500626 stands", ("resultCode", "detailResultCode")),
    "v2_tax_free": Switch("its name in v2", ("taxfree", "taxFree", "either")),
    "v2_vbank_close": Switch("v2 refund of an account that waits", ("refused", "accepted")),
    "v2_inquiry_code": Switch("resultCode of a v2 inquiry", ("SUCCESS", "00")),
    "v2_not_found_code": Switch("resultCode when v2 finds nothing", ("01", "9")),
    "net_cancelled_inquiry": Switch("a net-cancelled payment in the inquiry", ("cancelled", "not_found")),
    "prtc_tid": Switch("which of both is prtcTid", ("original", "new")),
    "partial_to_zero": Switch("PartialRefund of all that is left", ("accepted", "refused")),
    "refund_after_partial": Switch("Refund after a PartialRefund", ("refused", "accepted")),
    "card_partial": Switch("whether CARD_PRTC_CODE=0 refuses a part", ("obeyed", "ignored")),
    "phone_partial": Switch("partial cancels of phone payments", OFF_ON),
    "vacct_refund": Switch("the contract for refunds to accounts", ("signed", "unsigned")),
    "vacct_refund_state": Switch(
        "depositStatus after such a refund", ("REFUND_COMPLETED", "WAITING_FOR_REFUND")
    ),
    "refund_balance": Switch("the shop's unsettled balance", ("enough", "short")),
    # accounts and notices
    "wrong_amount": Switch("another amount than the account's", ("refused", "taken")),
    "issue_notice": Switch("P_STATUS=00 after the issue on phones", ON_OFF),
    "notice_auth_dt": Switch("digits of P_AUTH_DT in notices", ("14", "12")),
    "mobile_notice_charset": Switch("charset of notices to P_NOTI_URL", ("euc-kr", "utf-8")),
    "night_cancel": Switch("payments are cancelled at 23:30 without notice, accounts are not", OFF_ON),
}

BOARD = Switchboard("inicis", SWITCHES)
read, number, is_set = BOARD.read, BOARD.number, BOARD.is_set
