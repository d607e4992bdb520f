"""Pages are packed for the wire: on a phone's slow line, a third of the bytes is half a second less.

Only pages whose address is their secret, or that have none. Where a secret stands beside what somebody else may choose,
the size of the packed page would give it away letter by letter (BREACH); whoever can ask for a buyer's page has all of
it already.
"""

import gzip

from flask import Flask, Response, request

PACKED = ("checkout", "docs", "gallery")
SHORTEST = 1000
LEVEL = 4  # half a millisecond for a page; more effort saves a few hundred bytes


def init_app(app: Flask) -> None:
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if request.blueprint not in PACKED or response.mimetype != "text/html" or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= SHORTEST and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
