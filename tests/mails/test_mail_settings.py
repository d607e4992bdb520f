import pytest

from app.settings import BadSetting, load_settings


def settings_with(**environ: str):  # type: ignore[no-untyped-def]  # as load_settings returns it
    return load_settings({"APP_ENV": "test", **environ})


def test_by_default_mails_are_files() -> None:
    assert settings_with().smtp_url.startswith("file:///")
    assert settings_with().smtp_url.endswith("/var/mails")


@pytest.mark.parametrize(
    "url",
    ["smtp://mail.example", "smtp://user:p%40ss@mail.example:587", "smtps://mail.example", "file:///tmp/x"],
)
def test_addresses_of_mail_servers_are_taken(url: str) -> None:
    assert settings_with(SMTP_URL=url).smtp_url == url


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:99999", "file://tmp/x"]
)
def test_what_is_no_mail_server_stops_the_start_without_showing_the_password(url: str) -> None:
    with pytest.raises(BadSetting) as stopped:
        settings_with(SMTP_URL=url.replace("//", "//user:secret@"))

    assert "SMTP_URL" in str(stopped.value)
    assert "secret" not in str(stopped.value)


@pytest.mark.parametrize("text", ["nobody", "a@", "@b", "A\nB <a@b.example>"])
def test_mails_come_from_an_address(text: str) -> None:
    with pytest.raises(BadSetting):
        settings_with(MAIL_FROM=text)
