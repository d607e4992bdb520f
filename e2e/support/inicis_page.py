"""A shop's own pages for Inicis: the PC page with its script, closeUrl, popupUrl, the form of a phone, the return."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

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


class Handler(BaseHTTPRequestHandler):
    server: ShopPages
    timeout = 5

    def do_GET(self) -> None:
        shop, script = self.server, '<script src="{}/stdjs/{}"></script>'
        path, _, query = self.path.partition("?")
        if path == "/shop.js":
            self._answer(SHOP_SCRIPT, "text/javascript")
        elif path == "/pc":
            form = f'<form id="inicis">{_inputs(shop.order)}</form>'
            scripts = script.format(shop.inicis, "INIStdPay.js") + '<script src="/shop.js"></script>'
            self._answer(f"<body>{form}<button>결제하기</button>{scripts}")
        elif path == "/close":
            self._answer(f"<body>{script.format(shop.inicis, 'INIStdPay_close.js')}")
        elif path == "/popup":
            self._answer(f"<body>{script.format(shop.inicis, 'INIStdPay_popup.js')}")
        elif path == "/phone":
            action = f'action="{shop.inicis}/smart/payment/" accept-charset="euc-kr"'
            self._answer(f'<body><form method="post" {action}>{_inputs(shop.phone)}<button>결제하기</button>')
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
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' {sandbox}; frame-src 'self' {sandbox};"
            f" form-action 'self' {sandbox}; base-uri 'none'; frame-ancestors 'self' {sandbox}",
        )
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the returns tell what happened."""


def _inputs(fields: dict[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
    )


@contextmanager
def shop_pages(inicis: str) -> Iterator[ShopPages]:
    """inicis: base address of the simulated Inicis."""
    pages = ShopPages(inicis)
    thread = Thread(target=pages.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield pages
    finally:
        pages.shutdown()
        thread.join()
        pages.server_close()
