import importlib
import re

import pytest
import requests

from tests.sandbox.kcp_shop import KcpShop


@pytest.mark.parametrize("path", ["plugin/kcp_spay_hub.js", "plugin/payplus_web.jsp"])
def test_the_script_defines_the_functions_of_the_hub_and_mentions_no_host(kcp: KcpShop, path: str) -> None:
    script = requests.get(f"{kcp.kcp}/{path}", timeout=5)

    assert script.headers["Content-Type"].startswith("text/javascript")
    for name in ("KCP_Pay_Execute_Web", "KCP_Pay_Execute", "GetField"):
        assert f"window.{name} =" in script.text
    assert not re.search(r"https?://\w", script.text)


@pytest.mark.parametrize("path", ["plugin/kcp_spay_hub.js", "static/leave.js"])
def test_the_scripts_do_nothing_a_strict_policy_forbids(kcp: KcpShop, path: str) -> None:
    script = requests.get(f"{kcp.kcp}/{path}", timeout=5).text

    assert not re.search(r"\beval\(|new Function|innerHTML|cssText|setAttribute\(.style|<style", script)


def test_the_front_page_lists_payments_and_leads_on(kcp: KcpShop) -> None:
    paid = kcp.paid(29_000)

    page = requests.get(kcp.base, timeout=5)

    assert paid["order_no"] in page.text
    assert "29,000원" in page.text
    for path in re.findall(r'href="(/kcp/[^"]+)"', page.text):
        assert requests.get(kcp.base + path, timeout=5).status_code == 200


def test_receipts_are_shown_to_who_knows_the_payment(kcp: KcpShop) -> None:
    card = kcp.paid(11_000)
    cash = kcp.paid(10_000, "PABK", order={"disp_tax_yn": "Y"}, cash_tr_code="0")
    address = f"{kcp.kcp}/assist/bill.BillActionNew.do"
    of_card = {
        "cmd": "card_bill",
        "tno": card["tno"],
        "order_no": card["order_no"],
        "trade_mony": card["amount"],
    }
    of_cash = {
        "cmd": "cash_bill",
        "cash_no": cash["cash_no"],
        "order_id": cash["order_no"],
        "trade_mony": "10000",
    }

    shown = [requests.get(address, params=params, timeout=5) for params in (of_card, of_cash)]
    hidden = [
        requests.get(address, params={**of_card, **change}, timeout=5)
        for change in ({"trade_mony": "1"}, {"order_no": "X"}, {"tno": "X"}, {"cmd": "x"})
    ]

    assert [page.status_code for page in shown] == [200, 200]
    assert "신용카드 매출전표" in shown[0].text
    assert "현금영수증" in shown[1].text
    assert {page.status_code for page in hidden} == {404}


def test_every_switch_is_listed_and_documented(kcp: KcpShop) -> None:
    listed = requests.get(f"{kcp.kcp}/sim/switches", timeout=5).json()

    documented = re.findall(
        r"^\| (\w+) \| ([^|]+?) \|", importlib.import_module("app.sandbox.kcp").__doc__ or "", re.MULTILINE
    )[1:]
    assert [switch["name"] for switch in listed] == [name for name, _values in documented]
    for switch, (_name, values) in zip(listed, documented, strict=True):
        assert values.startswith(switch["default"])
        if len(switch["values"]) > 1:
            assert values == ", ".join(switch["values"])
