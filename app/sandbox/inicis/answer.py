"""Answers of the server API before they become HTTP: JSON, XML or `name=value` text (notes §1.8, §2.5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from flask import Response

from app.sandbox.text import PYTHON_NAMES

JSON, XML, NVP, RAW_NVP, HTML, NOTHING = "json", "xml", "nvp", "raw_nvp", "html", "nothing"
TYPES = {
    JSON: "application/json",
    XML: "application/xml",
    NVP: "text/plain",
    RAW_NVP: "text/plain",
    HTML: "text/html",
}
OTHER = {"utf-8": "euc-kr", "euc-kr": "utf-8"}


@dataclass(frozen=True)
class Answer:
    """fields: text, but for parts of a v2 inquiry. charset: "utf-8" or "euc-kr", claimed as such.

    after_notice: id of a notice that has to reach the shop first.
    """

    fields: Mapping[str, Any]
    form: str = JSON
    charset: str = "utf-8"
    after_notice: int | None = None

    def encoded(self) -> bytes:
        python = PYTHON_NAMES[self.charset]
        if self.form == NVP:
            return urlencode(self.fields, encoding=python, errors="replace").encode()
        return self._text().encode(python, "replace")

    def response(self, *, claimed: str | None = None) -> Response:
        """claimed: the charset in the header, when it is not the true one."""
        content_type = f"{TYPES.get(self.form, 'text/plain')}; charset={claimed or self.charset}"
        return Response(self.encoded(), content_type=content_type)

    def in_wrong_charset(self) -> Response:
        return replace(self, charset=OTHER[self.charset]).response(claimed=self.charset)

    def _text(self) -> str:
        if self.form == JSON:
            return json.dumps(dict(self.fields), ensure_ascii=False)
        if self.form == XML:
            inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in self.fields.items())
            return f'<?xml version="1.0" encoding="{self.charset}"?><response>{inner}</response>'
        if self.form == RAW_NVP:
            # As it stands, so a value with & in it, such as P_NEXT_URL, looks like more than one pair.
            return "&".join(f"{name}={value}" for name, value in self.fields.items())
        return "" if self.form == NOTHING else "<html><body>FAIL</body></html>"
