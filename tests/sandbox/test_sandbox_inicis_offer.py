import re
from html import unescape

import pytest
import requests

from tests.sandbox.inicis_shop import InicisShop


def problems_of(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    return unescape(" ".join(re.findall(r"<li>(.*?)</li>", answer.text)))


def choices_of(page: requests.Response, name: str) -> list[str]:
    select = re.search(rf'<select name="{name}".*?</select>', page.text, re.DOTALL)
    return re.findall(r'value="([^"]*)"', select[0]) if select else []


def shown(inicis: InicisShop, amount: int = 60_000, method: str = "card", **order: str) -> requests.Response:
    return requests.get(inicis.open_pc(amount, method, **order), timeout=5)


def test_an_empty_gopaymethod_offers_what_is_contracted(inicis: InicisShop) -> None:
    page = shown(inicis, gopaymethod="")

    assert re.findall(r"\?method=(\w+)", page.text) == ["card", "bank", "vbank", "phone"]


@pytest.mark.parametrize(
    ("gopaymethod", "methods"),
    [
        ("VBank:HPP", ["vbank", "phone"]),
        ("onlyvbank", []),
        ("Culture:Bcsh:HPMN", ["culture", "books", "happy"]),
    ],
)
def test_methods_are_those_of_gopaymethod(inicis: InicisShop, gopaymethod: str, methods: list[str]) -> None:
    assert re.findall(r"\?method=(\w+)", shown(inicis, gopaymethod=gopaymethod).text) == methods


def test_every_card_can_be_chosen_and_be_limited(inicis: InicisShop) -> None:
    everything = choices_of(shown(inicis), "card")
    limited = choices_of(shown(inicis, ini_onlycardcode="04:14", ini_cardcode="04"), "card")

    assert len(everything) == 15
    assert limited == ["04", "14"]


@pytest.mark.parametrize(
    ("amount", "order", "quotas"),
    [
        (50_000, {"quotabase": "2:3:12"}, ["00", "02", "03", "12"]),
        (49_999, {"quotabase": "2:3:12"}, ["00"]),
        (50_000, {"quotabase": ""}, ["00"]),
        (50_000, {"quotabase": "2:3", "ansim_quota": "03"}, ["03", "00", "02"]),
        (50_000, {"quotabase": "2:3:6", "acceptmethod": "SLIMQUOTA(11-2:6^14-6)"}, ["00", "02", "06"]),
    ],
)
def test_instalments_begin_at_fifty_thousand_won(
    inicis: InicisShop, amount: int, order: dict[str, str], quotas: list[str]
) -> None:
    assert choices_of(shown(inicis, amount, **order), "quota") == quotas


def test_wallets_are_offered_beside_cards_or_opened_at_once(inicis: InicisShop) -> None:
    among = choices_of(shown(inicis), "wallet")
    none = choices_of(shown(inicis, acceptmethod="noeasypay"), "wallet")
    kakao = choices_of(shown(inicis, gopaymethod="onlykakaopay", acceptmethod="cardonly"), "wallet")

    assert {"kakaopay", "naverpay", "samsungpay", "tosspay", "payco"} < set(among)
    assert (none, kakao) == ([""], ["kakaopay"])


def test_a_direct_easy_pay_needs_cardonly(inicis: InicisShop) -> None:
    form = inicis.order(gopaymethod="onlynaverpay")
    refused = inicis.post_pc(form)
    inicis.switch(cardonly="ignored")

    assert "gopaymethod" in problems_of(refused)
    assert inicis.post_pc(form).status_code == 303


def test_a_word_for_samsung_pay_is_not_confirmed(inicis: InicisShop) -> None:
    form = inicis.order(gopaymethod="onlysamsungpay", acceptmethod="cardonly")
    unknown = inicis.post_pc(form)
    inicis.switch(onlysamsungpay="known")

    assert "gopaymethod" in problems_of(unknown)
    assert inicis.post_pc(form).status_code == 303
    assert inicis.post_pc(inicis.order(gopaymethod="onlyssp", acceptmethod="cardonly")).status_code == 303


def test_small_card_amounts_need_below1000(inicis: InicisShop) -> None:
    refused = inicis.post_pc(inicis.order(999, acceptmethod="centerCd(Y)"))

    assert "below 1 000 won" in problems_of(refused)
    assert inicis.post_pc(inicis.order(999)).status_code == 303


def test_the_kind_of_goods_of_a_phone_payment_is_in_the_contract(inicis: InicisShop) -> None:
    inicis.switch(phone_contract="1")
    physical = inicis.post_pc(inicis.order(10_000, "phone"))
    content = inicis.post_pc(inicis.order(10_000, "phone", acceptmethod="HPP(1)"))

    assert "HPP(2): 계약과 다릅니다" in problems_of(physical)
    assert content.status_code == 303


def test_the_characters_of_a_mail_address_are_not_confirmed(inicis: InicisShop) -> None:
    form = inicis.order(buyeremail="first.last+shop@shop.example")
    passed = inicis.post_pc(form)
    inicis.switch(email_characters="plain")

    assert passed.status_code == 303
    assert "buyeremail" in problems_of(inicis.post_pc(form))
    assert inicis.post_pc(inicis.order()).status_code == 303


def test_cash_receipts_are_asked_for_as_the_options_say(inicis: InicisShop) -> None:
    asked = [
        choices_of(shown(inicis, 60_000, method, acceptmethod=options), "cash_type")
        for method, options in (("vbank", "va_receipt"), ("vbank", ""), ("bank", ""), ("bank", "no_receipt"))
    ]

    assert [bool(choices) for choices in asked] == [True, False, True, False]


def test_a_long_name_is_cut(inicis: InicisShop) -> None:
    page = shown(inicis, goodname="가나다라마바사아자차카타파하가나다라마바사")

    assert "가나다라마바사아자차카타파하가나다라..." in page.text
