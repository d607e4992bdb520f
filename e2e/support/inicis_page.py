"""A shop's own pages for Inicis: the PC page with its script, closeUrl, popupUrl, the form of a phone, the return."""

from contextlib import AbstractContextManager
from http.server import ThreadingHTTPServer

from e2e.support.shop_server import PageHandler, hidden, serving

SHOP_SCRIPT = """
document.querySelector("button").addEventListener("click", function () {
  INIStdPay.pay("inicis");
});
"""


class ShopPages(ThreadingHTTPServer):
    """order: of the PC page. phone: fields of the phone form. returns: bodies or queries, as they came.

    sites: what the browser said about where each return came from.
    """

    daemon_threads = True

    def __init__(self, inicis: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.inicis = inicis
        # Another name of the same machine: to a browser the sandbox is then another site.
        self.origin = f"http://localhost:{self.server_port}"
        self.order: dict[str, str] = {}
        self.phone: dict[str, str] = {}
        self.returns: list[str] = []
        self.sites: list[str] = []


class Handler(PageHandler):
    server: ShopPages

    def do_GET(self) -> None:
        shop, script = self.server, '<script src="{}/stdjs/{}"></script>'
        path, _, query = self.path.partition("?")
        if path == "/shop.js":
            self._answer(SHOP_SCRIPT, "text/javascript")
        elif path == "/pc":
            form = f'<form id="inicis">{hidden(shop.order)}</form>'
            scripts = script.format(shop.inicis, "INIStdPay.js") + '<script src="/shop.js"></script>'
            self._answer(f"<body>{form}<button>결제하기</button>{scripts}")
        elif path == "/close":
            self._answer(f"<body>{script.format(shop.inicis, 'INIStdPay_close.js')}")
        elif path == "/popup":
            self._answer(f"<body>{script.format(shop.inicis, 'INIStdPay_popup.js')}")
        elif path == "/phone":
            action = f'action="{shop.inicis}/smart/payment/" accept-charset="euc-kr"'
            self._answer(f'<body><form method="post" {action}>{hidden(shop.phone)}<button>결제하기</button>')
        elif path == "/return":
            self._returned(query)
        else:
            self._answer("", "text/plain")

    def do_POST(self) -> None:
        self._returned(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _returned(self, fields: str) -> None:
        self.server.returns.append(fields)
        self.server.sites.append(self.headers.get("Sec-Fetch-Site", ""))
        self._answer("<h1>돌아왔습니다</h1>")

    def _answer(self, text: str, content_type: str = "text/html; charset=utf-8") -> None:
        content, sandbox = text.encode(), self.server.inicis.removesuffix("/inicis")
        self.answer(
            content,
            content_type,
            f"default-src 'none'; script-src 'self' {sandbox}; frame-src 'self' {sandbox};"
            f" form-action 'self' {sandbox}; base-uri 'none'; frame-ancestors 'self' {sandbox}",
        )


def shop_pages(inicis: str) -> AbstractContextManager[ShopPages]:
    """inicis: base address of the simulated Inicis."""
    return serving(ShopPages(inicis))
