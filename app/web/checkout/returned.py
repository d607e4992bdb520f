"""What a buyer's browser brought back from a gateway, and what the buyer is at."""

from urllib.parse import parse_qsl

from flask import Request

from app.gateways.orders import (
    Device,
)

LARGEST_RETURN = 64 * 1024
CHARSETS = ("utf-8", "cp949")  # cp949 holds all of EUC-KR
MOST_FIELDS = 200
# Browsers inside of apps, by a word of what they say of themselves on an iPhone.
BROWSER_APPS = {
    "NAVER": "naver",
    "KAKAOTALK": "kakaotalk",
    "Daum": "daum",
    "FBAN": "facebook",
    "FBAV": "facebook",
    "CriOS": "chrome",
}
PHONES = ("Mobi", "Android", "iPhone", "iPad", "iPod")


def returned_fields(request: Request) -> dict[str, str]:
    """The fields of the query and of a form, whichever of the two charsets of Korean gateways they are written in.

    Read from the bytes: Flask's own reading takes UTF-8 for granted and destroys what is not.
    """
    if (request.content_length or 0) > LARGEST_RETURN:
        return {}
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    body = request.get_data(cache=True, parse_form_data=False) if is_form else b""
    fields = _decoded(request.query_string) | _decoded(body[:LARGEST_RETURN])
    return fields if is_form else fields | request.form.to_dict()


def device_of(request: Request) -> Device:
    """By what the browser says of itself. Tablets are phones: they have the card companies' apps, and no pop-ups.

    An iPad says that it is a Mac; only a script can tell, and then asks for the same page with `device=phone`.
    """
    if request.args.get("device") == Device.PHONE:
        return Device.PHONE
    told = request.headers.get("User-Agent", "")
    return Device.PHONE if any(word in told for word in PHONES) else Device.DESKTOP


def browser_app_of(request: Request) -> str | None:
    """The app whose own browser this is, on an iPhone or iPad: there, nothing leads back to it by itself."""
    told = request.headers.get("User-Agent", "")
    if "iPhone" not in told and "iPad" not in told:
        return None
    return next((app for word, app in BROWSER_APPS.items() if word in told), None)


def _decoded(form: bytes) -> dict[str, str]:
    text = form.decode("latin-1")
    for charset in CHARSETS:
        try:
            return dict(
                parse_qsl(
                    text,
                    keep_blank_values=True,
                    encoding=charset,
                    errors="strict",
                    max_num_fields=MOST_FIELDS,
                )
            )
        except UnicodeError:
            continue
        except ValueError:  # more fields than any gateway sends
            return {}
    return dict(
        parse_qsl(
            text, keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=MOST_FIELDS
        )
    )
