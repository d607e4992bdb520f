"""The NHN KCP simulator under `/kcp`: script and pay window, phone pages, server API, webhook, console, controls.

The base address `<sandbox>/kcp` stands for all of KCP's test hosts. `/kcp/console` pays into virtual accounts,
`/kcp/sim/…` is for tests. Magic amounts and cards: magic.py, or `GET /kcp/sim/magic`.

What the notes leave open is switchable (`POST /kcp/sim/switches`; the default stands first):

| switch | values | what it decides |
| --- | --- | --- |
| missing_inputs | hang, open | the PC window without the empty result inputs |
| complete_argument | form, json | what m_Completepayment is given |
| closed_window | m_Completepayment, m_Cancelpayment | who hears of a closed window |
| return_charset | euc-kr, utf-8 | text of the post to Ret_URL |
| mobile_vbank_return | encrypted, clear | virtual accounts on phones without enc_data |
| caret | forbidden, allowed | `^` in values |
| tosspay_direct | known, ignored | the direct flag of Toss Pay |
| unknown_site | adopt, refuse | a site without a certificate takes the first it sees |
| site_certificate | checked, unchecked | certificate against site_cd |
| expired_certificate | refused, accepted | a certificate out of its dates |
| cancel_address | unchecked, checked | 8012 for a server that is not registered |
| error_status | 200, 400, 500 | HTTP status of refusals |
| enc_data_reuse | refused, same_answer, approved_again | the same enc_data a second time |
| enc_data_lifetime_s | 600 (1…86400) | how long enc_data lives |
| duplicate_order | allowed, refused | an order number approved before |
| vbank_code | 0000, V000 | success of a virtual account |
| vbank_date_digits | 14, 8 | va_date |
| phone_time | app_time, hp_app_time | time of a phone payment |
| money_names | easypoint, kakaomny | amount and time of Kakao money |
| card_mask | *, 0 | the middle of card_no |
| bin_types | 1, 0 | which value marks a corporate and a check card |
| inquiry | allowed, refused | S032 for the inquiry |
| inquiry_signature | pay_type, mod_type, either | last part of the signed string |
| inquiry_vbank_state | nothing, shop_status | state of a virtual account |
| vbank_stsc | accepted, refused | STSC after a deposit |
| vbank_close | accepted, refused | STSC before a deposit |
| vbank_refund | off, on | STHD, STPD |
| escrow_changes | off, on | STE1 to STE5 |
| partcanc_yn | obeyed, ignored | whether N refuses a part |
| phone_partial | off, on | partial cancels of phone payments |
| refund_balance | enough, short | 8178 |
| notice_bank_code | BK26, 26 | bank_code of TX00 |
| notice_times | 10 (1…50) | attempts of a notice |
| notice_interval | growing, minute | between them |
| vbank_close_notice | on, off | TX07 when the shop closes an account |
| vbank_due_notice | off, on | TX07 at the due date |
| escrow_answer | st_cd, cl_status | the buyer's answer in TX02 |
| self_issued_receipt | off, on | 자진발급 to 010-000-1234 |
"""

from flask import Blueprint

from app.sandbox.kcp import payment, refund_account, sites, vbank, windows
from app.sandbox.kcp.api import api
from app.sandbox.kcp.console import console
from app.sandbox.kcp.entry import entry
from app.sandbox.kcp.hub import hub
from app.sandbox.kcp.mock_deposit import mock_deposit
from app.sandbox.kcp.receipts import receipts
from app.sandbox.kcp.sim import sim
from app.sandbox.kcp.webhook import GATEWAY, KcpRules
from app.sandbox.kcp.window import window

__all__ = ["ACTIONS", "RULES", "SCHEMAS", "kcp"]

SCHEMAS = [sites.SCHEMA, windows.SCHEMA, payment.SCHEMA]
ACTIONS = {**vbank.ACTIONS, refund_account.TIMER: refund_account.refund_done}
RULES = {GATEWAY: KcpRules()}

kcp = Blueprint("kcp", __name__, url_prefix="/kcp", static_folder="static", template_folder="templates")
for part in (api, hub, entry, window, console, mock_deposit, receipts):
    kcp.register_blueprint(part)
kcp.register_blueprint(sim, url_prefix="/sim")
