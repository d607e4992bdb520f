"""The sandbox for a WSGI server: `granian --interface wsgi app.sandbox.wsgi:app`."""

import os

from app.sandbox import create_sandbox

app = create_sandbox(
    database=os.environ.get("SANDBOX_DATABASE", "var/sandbox.db"),
    notice_url=os.environ.get("SANDBOX_NOTICE_URL", ""),
    public_url=os.environ.get("SANDBOX_URL", "http://127.0.0.1:8001"),
)
