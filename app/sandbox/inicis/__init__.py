"""The KG Inicis simulator under `/inicis`: scripts and pay window, phone pages, INIAPI, notices, console, controls.

The base address `<sandbox>/inicis` stands for all of Inicis' hosts:

| there | here |
| --- | --- |
| stdpay.inicis.com, stgstdpay.inicis.com | `/inicis/stdjs/INIStdPay.js`, `/inicis/payMain/pay` |
| {fc,ks,stg}stdpay.inicis.com | `/inicis/{fc,ks,stg}/api/payAuth`, `…/api/netCancel` |
| mobile.inicis.com | `/inicis/smart/payment/` and the old pages `/inicis/smart/wcard/` … |
| stgmobile.inicis.com | `/inicis/stg/smart/payment/` |
| {fc,ks,stg}mobile.inicis.com | `/inicis/{fc,ks,stg}/smart/payReq.ini`, `…/smart/payNetCancel.ini` |
| iniapi.inicis.com, stginiapi.inicis.com | `/inicis/api/v1/…`, `/inicis/v2/pg/…` |

`/inicis/console` pays into virtual accounts, `/inicis/sim/…` is for tests. Magic amounts and cards: magic.py, or
`GET /inicis/sim/magic`. MIDs and their keys: `GET /inicis/sim/mids`.

What the notes leave open is switchable (`POST /inicis/sim/switches`; the default stands first):

| switch | values | what it decides |
| --- | --- | --- |
| chkfake | optional, required | use_chkfake=Y with verification in the form |
| timestamp_tolerance_s | 600 (0…86400) | how far a timestamp may be from now; 0: anything |
| return_target | top, frame | where returnUrl opens |
| pc_cancel | closeUrl, 2001, 0021, 0022, empty, wording | what a cancel does: closeUrl, or a return with this code |
| no_close_url | return, nothing | a cancel without closeUrl |
| return_charset | asked, euc-kr, utf-8 | charset of the post to returnUrl |
| idc | stg, fc, ks | data centre of PC payments |
| cardonly | needed, ignored | direct easy pay without cardonly in acceptmethod |
| onlysamsungpay | unknown, known | whether this gopaymethod exists |
| email_characters | any, plain | what buyeremail may have beside @ and . |
| phone_contract | any, 1, 2 | the kind of goods that HPP() must name |
| kb_in_test | approved, refused | KB cards in the test environment |
| token_lifetime_s | 600 (1…86400) | how long authToken lives |
| token_reuse | refused, same_answer | the same authToken a second time |
| same_timestamp | refused, accepted | the form's timestamp again at the approval |
| approval_verification | checked_if_sent, required | verification at the approval |
| duplicate_oid | allowed, refused | an order number that was approved before (중복방지) |
| isp_cards | Card, VCard | payMethod of BC and KB cards |
| bank_name | DirectBank, iDirectBank | payMethod of a bank transfer |
| partial_name | CARD_PRTC_CODE, CARD_PrtcCode | name of the mark for partial cancels |
| money_appl_num | empty, given | applNum of an easy pay that paid by itself |
| corp_flag | told, 9, empty | CARD_CorpFlag |
| card_mask | *, 0 | what hides the middle of the card number |
| hpp_corp | absent, given | the carrier in HPP_Corp |
| net_cancel_lifetime_s | 600 (1…86400) | how long after the authentication |
| net_cancel_unapproved | refused, accepted | an authentication that was not approved |
| net_cancel_failure | coded, empty, html | body of a net-cancel that fails |
| mobile_host | mobile, stgmobile, both | which pay page serves test MIDs |
| mobile_idc | stg, fc, ks | data centre of mobile payments |
| mobile_contract | open, MX1002, MX2002, MX2003 | what the pay page says to everybody |
| amt_hash | optional, required | amt_hash=Y with P_CHKFAKE |
| p_noti_bytes | 800 (1…8000) | longest P_NOTI |
| mobile_return_method | post, get | how the browser comes to P_NEXT_URL |
| mobile_return_amount | given, absent | P_AMT in the return |
| mobile_charset | asked, euc-kr, utf-8 | charset of return and approval |
| nvp_escaping | raw, percent | values of the approval's text |
| one_transaction | obeyed, never | BANK and ISP without twotrs_… are approved at once |
| client_ip | unchecked, caller | clientIp of INIAPI calls |
| other_mid_code | 01, SIMQ | code of TID 가맹점ID 불일치 |
| already_cancelled | resultCode, detailResultCode | where 500626 stands |
| v2_tax_free | taxfree, taxFree, either | its name in v2 |
| v2_vbank_close | refused, accepted | v2 refund of an account that waits |
| v2_inquiry_code | SUCCESS, 00 | resultCode of a v2 inquiry |
| v2_not_found_code | 01, 9 | resultCode when v2 finds nothing |
| net_cancelled_inquiry | cancelled, not_found | a net-cancelled payment in the inquiry |
| prtc_tid | original, new | which of both is prtcTid |
| partial_to_zero | accepted, refused | PartialRefund of all that is left |
| refund_after_partial | refused, accepted | Refund after a PartialRefund |
| card_partial | obeyed, ignored | whether CARD_PRTC_CODE=0 refuses a part |
| phone_partial | off, on | partial cancels of phone payments |
| vacct_refund | signed, unsigned | the contract for refunds to accounts |
| vacct_refund_state | REFUND_COMPLETED, WAITING_FOR_REFUND | depositStatus after that |
| refund_balance | enough, short | the shop's unsettled balance |
| wrong_amount | refused, taken | another amount than the account's |
| issue_notice | on, off | P_STATUS=00 after the issue on phones |
| notice_auth_dt | 14, 12 | digits of P_AUTH_DT in notices |
| mobile_notice_charset | euc-kr, utf-8 | charset of notices to P_NOTI_URL |
| night_cancel | off, on | payments are cancelled at 23:30 without notice, accounts are not |
"""

from flask import Blueprint

from app.sandbox.inicis import mids, night, payment, vbank, windows
from app.sandbox.inicis.api import api
from app.sandbox.inicis.console import console
from app.sandbox.inicis.entry import entry
from app.sandbox.inicis.exchange import GATEWAY
from app.sandbox.inicis.notice import InicisRules
from app.sandbox.inicis.scripts import scripts
from app.sandbox.inicis.sim import sim
from app.sandbox.inicis.window import window

__all__ = ["ACTIONS", "RULES", "SCHEMAS", "inicis"]

SCHEMAS = [mids.SCHEMA, windows.SCHEMA, payment.SCHEMA]
ACTIONS = {**vbank.ACTIONS, night.TIMER: night.cancel}
RULES = {GATEWAY: InicisRules()}

inicis = Blueprint(
    "inicis", __name__, url_prefix="/inicis", static_folder="static", template_folder="templates"
)
for part in (api, scripts, entry, window, console):
    inicis.register_blueprint(part)
inicis.register_blueprint(sim, url_prefix="/sim")
