"""KCP's own mock deposit page of the test host: /Modules/Noti/TEST_Vcnt_Noti.jsp (notes §4, §9.1)."""

from flask import Blueprint, Response, make_response, render_template, request

from app.sandbox.deposits import REMITTER
from app.sandbox.frames import secured
from app.sandbox.kcp import vbank, webhook
from app.sandbox.kcp.sites import check_address
from app.sandbox.storage import storage

mock_deposit = Blueprint("mock_deposit", __name__)


@mock_deposit.get("/Modules/Noti/TEST_Vcnt_Noti.jsp")
def show_form() -> Response:
    return _page("")


@mock_deposit.post("/Modules/Noti/TEST_Vcnt_Noti.jsp")
def deposit() -> Response:
    """Form e_trade_no (tno), deposit_no (account), req_name, noti_url, and of our own op_cd, ipgm_mnyx."""
    form = request.form
    url = form.get("noti_url", "").strip()
    try:
        if url:
            check_address(url)
        with storage().transaction() as db:
            account = vbank.find_account(db, form.get("e_trade_no", ""), account=form.get("deposit_no", ""))
            if form.get("op_cd") == webhook.REVERSAL:
                vbank.reverse(db, account, url=url or None)
            else:
                vbank.deposit(
                    db,
                    account,
                    amount=int(form.get("ipgm_mnyx") or account.amount),
                    remitter=form.get("req_name", REMITTER)[:30],
                    op_cd=form.get("op_cd") or vbank.FROM_MOCK_PAGE,
                    url=url or None,
                )
    except ValueError as error:
        return _page(str(error), status=400)
    return _page("입금 통보를 보냈습니다. / The notice is on its way.")


def _page(told: str, *, status: int = 200) -> Response:
    return secured(make_response(render_template("kcp/mock_deposit.html", told=told), status), None)
