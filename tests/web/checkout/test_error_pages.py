import pytest

from app.web.checkout import views
from tests.web.checkout.browser import Page, new_session
from tests.web.site import Site

NOT_FOUND = "주문을 찾을 수 없어요. 주소를 다시 확인해 주세요."
NOT_CHARGED = "돈은 빠져나가지 않았어요."

UNKNOWN = [
    "/", "/unknown", "/checkout/", "/checkout/cs_1", "/checkout/cs_" + "0" * 32, "/cs_" + "0" * 32, "/cs_" + "A" * 32,
    "/checkout/cs_" + "0" * 32 + "/status", "/checkout/%00", "/%ff", "/checkout/cs_" + "0" * 31 + "%00",
    "/" + "x" * 5000, "/apiary", "/static/none.css", "/cs_" + "0" * 32 + "%0a",
]  # fmt: skip


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_gets_a_korean_page(site: Site, path: str) -> None:
    answer = site.send("GET", path, key=None)

    page = Page(answer)
    assert answer.status_code == 404
    assert '<html lang="ko">' in answer.text
    assert NOT_FOUND in page.text
    assert NOT_CHARGED not in page.text  # whose order it is, and what became of it, is not known
    assert answer.headers["X-Request-Id"] in page.text


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        ("en", "en"),
        ("ja-JP,en;q=0.5", "ja"),
        ("zh-CN", "zh-Hans"),
        ("fr", "ko"),
        ("fr, en-GB;q=0.3", "en"),
        ("*", "ko"),
    ],
)
def test_it_speaks_the_browsers_language_where_no_order_says_more(site: Site, wanted: str, tag: str) -> None:
    answer = site.send("GET", "/unknown", key=None, headers={"Accept-Language": wanted})

    assert f'<html lang="{tag}">' in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_pages_do_not_have_is_refused(site: Site, method: str) -> None:
    answer = site.send(method, f"/checkout/{new_session(site)}", key=None)

    assert answer.status_code == 405
    assert answer.mimetype == "text/html"


def test_a_form_that_is_too_large_is_refused(site: Site) -> None:
    session_id = new_session(site)

    answer = site.send("POST", f"/checkout/{session_id}/attempts", key=None, data={"name": "x" * 2_000_000})

    assert answer.status_code == 413
    assert NOT_CHARGED in Page(answer).text


def test_a_crash_tells_that_we_are_checking_and_nothing_of_the_cause(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views, "page_of", crash)

    answer = site.send("GET", f"/checkout/{new_session(site)}", key=None)

    assert answer.status_code == 500
    assert "시스템에 문제가 생겼어요." in answer.text
    assert "secret detail" not in answer.text
    assert NOT_CHARGED not in answer.text


def test_the_health_of_process_and_database_is_told(site: Site) -> None:
    answers = [site.send("GET", path, key=None) for path in ("/healthz", "/readyz")]

    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(200, {"status": "ok"})] * 2
