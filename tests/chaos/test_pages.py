from app.chaos.pages import Launch, Return, launch_in, return_in

SHOP = "http://shop.example"


def test_a_form_that_leads_to_a_gateway_is_found() -> None:
    page = (
        '<form method="post" action="http://127.0.0.1:9/kcp/window" data-launch-form>'
        '<input type="hidden" name="ordr_idxx" value="pay1"><input type="hidden" name="good_mny" value="1000"></form>'
    )

    launch = launch_in(page, SHOP)

    assert launch is not None
    assert (launch.gateway, launch.order, launch.amount) == ("kcp", "pay1", 1000)


def test_the_order_is_found_in_what_a_script_is_given() -> None:
    launch = Launch("toss", "", {"request": {"orderId": "pay_1", "amount": {"value": 29_000}}}, SHOP)

    assert (launch.order, launch.amount) == ("pay_1", 29_000)


def test_the_browser_posts_in_the_charset_that_the_form_asks_for() -> None:
    page = (
        '<form method="post" action="/back" accept-charset="euc-kr" data-back>'
        '<input type="hidden" name="res_msg" value="&lt;정상&gt;"></form>'
    )

    assert return_in(page) == Return("/back", {"res_msg": "<정상>"}, "cp949")


def test_a_link_leads_back_as_well() -> None:
    page = '<a class="pay" href="http://shop.example/back?a=1&amp;b=2" data-back>상점으로</a>'

    assert return_in(page) == Return("http://shop.example/back?a=1&b=2")


def test_a_page_that_leads_nowhere_is_the_end() -> None:
    assert return_in("<p>여기서 끝났습니다</p>") is None
