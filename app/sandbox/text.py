"""Text as Korean gateways measure and send it: EUC-KR bytes, with CP949 as the superset to read with."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

PYTHON_NAMES = {"euc-kr": "cp949", "utf-8": "utf-8"}
MAX_FIELDS = 300


def read_form(raw: bytes, charset: str) -> dict[str, str]:
    """A posted form. charset: "euc-kr" or "utf-8"; what is not of it turns into �, as on the real page."""
    name = PYTHON_NAMES[charset]
    pairs = parse_qsl(
        raw.decode("latin-1"),
        keep_blank_values=True,
        encoding=name,
        errors="replace",
        max_num_fields=MAX_FIELDS,
    )
    return dict(pairs)


def encode_form(fields: Mapping[str, str], charset: str) -> bytes:
    """As a browser encodes a form: what the charset lacks turns into `&#128512;`."""
    return urlencode(fields, encoding=PYTHON_NAMES.get(charset, charset), errors="xmlcharrefreplace").encode()


def size(text: str) -> int:
    """Length in bytes of EUC-KR, where a Hangul syllable is two."""
    return len(text.encode("cp949", "xmlcharrefreplace"))
