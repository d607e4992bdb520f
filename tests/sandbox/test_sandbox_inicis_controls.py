import importlib
import re
from html import unescape

import pytest
import requests

from app.sandbox.inicis.magic import MAGIC
from app.sandbox.inicis.results import DECLINES, RESULTS
from tests.sandbox.ear import Ear
from tests.sandbox.inicis_shop import InicisShop, read_nvp

# The answers that the notes name (§2.5, §3.5, §9.2, §9.4).
NOTED = {"0000", "00", "SUCCESS", "01", "R201", "ERR205", "500626"} | {
    "MX1002", "MX1006", "MX2001", "MX2002", "MX2003", "2001", "0021", "0022"
}  # fmt: skip

DECLINING = [number for number, magic in MAGIC.items() if magic.form.get("outcome", "").startswith("decline")]


def test_every_switch_is_listed_and_documented(inicis: InicisShop) -> None:
    listed = requests.get(f"{inicis.inicis}/sim/switches", timeout=5).json()

    text = importlib.import_module("app.sandbox.inicis").__doc__ or ""
    table = text.partition("| switch | values |")[2]
    documented = re.findall(r"^\| (\w+) \| ([^|]+?) \|", table, re.MULTILINE)
    assert [switch["name"] for switch in listed] == [name for name, _values in documented]
    for switch, (_name, values) in zip(listed, documented, strict=True):
        assert values.startswith(switch["default"])
        if len(switch["values"]) > 1:
            assert values == ", ".join(switch["values"])
        else:
            assert values == f"{switch['default']} ({switch['values'][0]})"


@pytest.mark.parametrize(
    "wanted", [{"nothing": "on"}, {"idc": "xx"}, {"token_lifetime_s": 0}, {"night_cancel": True}]
)
def test_a_switch_has_its_values_only(inicis: InicisShop, wanted: dict[str, object]) -> None:
    answer = inicis.sim("switches", return_target="frame", **wanted)

    assert answer.status_code == 400
    listed = requests.get(f"{inicis.inicis}/sim/switches", timeout=5).json()
    assert all(switch["value"] == switch["default"] for switch in listed)


def test_every_code_of_the_notes_is_in_the_table(inicis: InicisShop) -> None:
    listed = requests.get(f"{inicis.inicis}/sim/codes", timeout=5).json()

    codes = {one["code"] for one in listed}
    assert codes >= NOTED
    assert all(code in NOTED or re.fullmatch("SIM[0-9A-Z]", code) for code in codes)
    assert {code for declines in DECLINES.values() for code in declines} <= codes


def test_every_decline_has_a_magic_number(inicis: InicisShop) -> None:
    listed = requests.get(f"{inicis.inicis}/sim/magic", timeout=5).json()

    words = [one["what"] for one in listed]
    for code in {code for declines in DECLINES.values() for code in declines}:
        assert f"declined with {code}" in words
    assert listed[0] == {"amount": 991_000, "card": "4330120000000000", "what": "approved"}


@pytest.mark.parametrize(
    "number", [number for number, magic in MAGIC.items() if "decline" in magic.form.get("outcome", "")]
)
def test_a_magic_amount_is_declined_on_pc_and_on_phones(inicis: InicisShop, number: int) -> None:
    code = MAGIC[number].form["outcome"].removeprefix("decline:")

    pc = inicis.approve(inicis.authenticated(991_000 + number)).json()
    phone = read_nvp(inicis.approve_phone(inicis.on_phone(991_000 + number)))

    assert (pc["resultCode"], phone["P_STATUS"]) == (code, code)
    assert RESULTS[code][0] == pc["resultMsg"]


def test_a_magic_card_works_at_any_amount(inicis: InicisShop) -> None:
    paid = inicis.authenticated(5_000, card_number="4330 1200 0000 0012")
    lost = inicis.authenticated(5_000, card_number="4330120000000036")

    assert inicis.approve(paid).json()["resultCode"] == "SIMC"
    assert lost.returned["authToken"] == ""


@pytest.mark.parametrize(("number", "kind"), [(41, "vbank"), (51, "vbank")])
def test_magic_deposits_work_by_amount(inicis: InicisShop, inicis_ear: Ear, number: int, kind: str) -> None:
    inicis.paid(991_000 + number, kind)

    inicis_ear.wait_for(1 if number == 41 else 2)

    assert inicis_ear.fields()["amt_input"] == str(991_000 + number)


def test_every_magic_number_can_be_used(inicis: InicisShop) -> None:
    for number in MAGIC:
        method = "vbank" if 41 <= number <= 56 else "card"
        assert inicis.post_pc(inicis.order(991_000 + number, method)).status_code == 200, number
        assert inicis.post_mobile(inicis.mobile_form(991_000 + number, method)).status_code == 200, number


@pytest.mark.parametrize("name", ["INIStdPay.js", "INIStdPay_close.js", "INIStdPay_popup.js"])
def test_the_scripts_mention_no_host_and_keep_a_strict_policy(inicis: InicisShop, name: str) -> None:
    script = requests.get(f"{inicis.inicis}/stdjs/{name}", timeout=5)

    assert script.headers["Content-Type"].startswith("text/javascript")
    assert not re.search(r"https?://\w", script.text)
    assert not re.search(r"\beval\(|new Function|innerHTML|cssText|setAttribute\(.style|<style", script.text)
    assert requests.get(f"{inicis.inicis}/stdjs/theme.css", timeout=5).status_code == 404


def test_the_front_page_lists_payments_and_leads_on(inicis: InicisShop) -> None:
    paid = inicis.paid(29_000)

    page = requests.get(inicis.base, timeout=5)

    assert paid["MOID"] in page.text
    assert "29,000원" in page.text
    for path in re.findall(r'href="(/inicis/[^"]+)"', page.text):
        assert requests.get(inicis.base + path, timeout=5).status_code == 200


def test_what_led_to_nothing_is_listed_too(inicis: InicisShop) -> None:
    paid = inicis.authenticated(outcome="close")

    (observed,) = inicis.observed(paid.oid)

    assert (observed["paymentKey"], observed["status"], observed["approvals"]) == (None, "CLOSED", 0)


def act(inicis: InicisShop, path: str, **form: str) -> requests.Response:
    """Press a button of the console: it shows the console again."""
    return requests.post(f"{inicis.inicis}/console/{path}", data=form, timeout=5)


def test_a_deposit_is_made_in_the_console(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    refused = act(inicis, "deposits", tid=tid, amount="1,000", remitter="김")
    page = act(inicis, "deposits", tid=tid, amount="20,000", remitter="김입금")
    inicis_ear.wait_for(1)
    back = act(inicis, "reversals", tid=tid)
    inicis_ear.wait_for(2)
    forced = act(inicis, "deposits", tid=tid, amount="1", remitter="김", force="on")

    assert "takes its own amount only" in refused.text
    assert inicis_ear.fields(0)["nm_input"] == "김입금"
    assert "입금 완료" in page.text
    assert "입금 대기" in back.text
    assert "입금 20,001원" not in forced.text
    assert "입금 1원" in forced.text


def test_an_address_is_registered_in_the_console(inicis: InicisShop, inicis_ear: Ear) -> None:
    page = act(inicis, "mids", mid="iniescrow0", noti_url=inicis_ear.url)
    wrong = act(inicis, "mids", mid="iniescrow0", noti_url="nowhere")
    unknown = act(inicis, "mids", mid="nobodymid0", noti_url=inicis_ear.url)

    assert unescape(page.text).count(inicis_ear.url) == 2
    assert "an absolute http or https address is expected" in wrong.text
    assert "there is no such MID" in unknown.text


def test_a_notice_is_sent_again_from_the_console(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)
    inicis_ear.wait_for(1)

    page = act(inicis, f"notices/{inicis.notices(tid)[0]['id']}")

    inicis_ear.wait_for(2)
    assert "(resent)" in page.text
    assert "there is no such notice" in act(inicis, "notices/999").text
