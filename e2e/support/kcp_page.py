"""A shop's own pages for KCP: the PC page with KCP's script, the form of a phone, and the address to come back to."""

import json
from contextlib import AbstractContextManager
from http.server import ThreadingHTTPServer

from e2e.support.shop_server import PageHandler, hidden, serving

SHOP_SCRIPT = """
function m_Completepayment(result, closeWindow) {
  var form = document.getElementById("kcp");
  document.body.dataset.argument = result instanceof HTMLFormElement ? "form" : "json";
  document.body.dataset.calls = Number(document.body.dataset.calls || 0) + 1;
  GetField(form, result);
  document.body.dataset.result = form.res_cd.value;
  if (form.res_cd.value === "0000") form.submit(); else closeWindow();
}
document.addEventListener("DOMContentLoaded", function () {
  var button = document.querySelector("button");
  var poll = setInterval(function () {
    if (!window.KCP_Pay_Execute_Web) return;
    clearInterval(poll);
    button.disabled = false;
  }, 20);
  button.addEventListener("click", function () {
    KCP_Pay_Execute_Web(document.getElementById("kcp"));
  });
});
"""


class ShopPages(ThreadingHTTPServer):
    """order: of the PC page. phone: (address, fields, charset) of the phone form. returns: bodies as they came."""

    daemon_threads = True

    def __init__(self, kcp: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kcp = kcp
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.order: dict[str, str] = {}
        self.phone: tuple[str, dict[str, str], str] = ("", {}, "")
        self.charset = "utf-8"
        self.script_attribute = ""
        self.returns: list[bytes] = []


class Handler(PageHandler):
    server: ShopPages

    def do_GET(self) -> None:
        shop, charset = self.server, self.server.charset
        hub = f'<script src="{shop.kcp}/plugin/kcp_spay_hub.js"{shop.script_attribute}></script>'
        inputs = hidden(shop.order)
        if self.path == "/shop.js":
            self._answer(SHOP_SCRIPT, "text/javascript")
        elif self.path == "/pc":
            page = f'<form id="kcp" method="post" action="/return">{inputs}</form><script src="/shop.js"></script>{hub}'
            self._answer(
                f"<body>{page}<button disabled>결제하기</button>", f"text/html; charset={charset}", charset
            )
        elif self.path == "/phone":
            address, fields, form_charset = shop.phone
            form = f'<form method="post" action="{address}" accept-charset="{form_charset}">{hidden(fields)}'
            self._answer(f"<body>{form}<button>결제하기</button></form>", "text/html; charset=utf-8")
        else:
            self._answer("", "text/plain")

    def do_POST(self) -> None:
        self.server.returns.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer("<h1>돌아왔습니다</h1>", "text/html; charset=utf-8")

    def _answer(self, text: str, content_type: str, charset: str = "utf-8") -> None:
        content = text.encode(charset)
        kcp = json.dumps(self.server.kcp.removesuffix("/kcp")).strip('"')
        self.answer(
            content,
            content_type,
            f"default-src 'none'; script-src 'self' {kcp}; frame-src {kcp}; form-action 'self' {kcp}; base-uri 'none'",
        )


def shop_pages(kcp: str) -> AbstractContextManager[ShopPages]:
    """kcp: base address of the simulated KCP."""
    return serving(ShopPages(kcp))
