"""bin/dev: set up what is missing, start everything together, say what to do next."""

import http.client
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import getproxies

from bin._database import migrate, seed
from bin._ports import Ports, ports_from, require_free
from bin._progress import say
from bin._setup import ROOT, RUNTIME_LOCK, Stop, one_at_a_time, prepare, python_of
from bin._state import State
from bin._supervisor import Program, Supervisor

HELP = """Usage: bin/dev [--setup]

Runs Korea Checkout on this machine: web server, worker, sandbox gateways, and a demo shop that prints its
webhooks. The first start also makes .venv and the database. Ctrl-C ends everything. What it keeps is in var/.

  --setup   set up, then stop: start nothing

Settings come from the environment; these are made up when missing:
  PORT           8000; the sandbox gateways and the webhook receiver follow on the next two ports
  DATABASE_URL   the SQLite file var/korea-checkout.db; or postgresql://…
  CHECKOUT_URL   http://localhost:PORT
"""
READY_TIMEOUT_S = 60


def main(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(HELP, end="")
        return 0
    try:
        if set(arguments) - {"--setup"}:
            raise Stop(f"bin/dev does not know {arguments[0]!r}; bin/dev --help tells what it does.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return _dev(start="--setup" not in arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run bin/dev again to go on.", file=sys.stderr)
        return 130


def _dev(*, start: bool) -> int:
    ports = ports_from(os.environ)
    if start:
        require_free(ports)
    with one_at_a_time(ROOT):
        prepare(ROOT, RUNTIME_LOCK)
        state = State(ROOT, os.environ)
        environ = child_environ(os.environ, root=ROOT, ports=ports, state=state)
        state.save()  # before anything is sealed with these keys
        database = state.database(environ["DATABASE_URL"])
        try:
            migrate(ROOT, environ, database)
            demo = seed(ROOT, environ, database, webhook_url=f"http://127.0.0.1:{ports.receiver}/webhooks")
        finally:
            state.save()
    if not start:
        say("Set up. bin/dev starts it.")
        return 0
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    if colour:
        environ["FORCE_COLOR"] = "1"
    supervisor = Supervisor(programs(ROOT, ports, demo), root=ROOT, environ=environ, colour=colour)
    return supervisor.run(
        waiting_for=lambda: waiting_for(ports),
        when_ready=lambda: print(what_to_do_next(environ["CHECKOUT_URL"], ports, demo), flush=True),
        timeout_s=READY_TIMEOUT_S,
    )


def child_environ(given: Mapping[str, str], *, root: Path, ports: Ports, state: State) -> dict[str, str]:
    """The settings of everything bin/dev starts. What the environment gives is kept."""
    made_up = {
        "APP_ENV": "development",
        "DATABASE_URL": f"sqlite:///{root / 'var' / 'korea-checkout.db'}",
        "CHECKOUT_URL": f"http://localhost:{ports.web}",
        "SANDBOX_URL": f"http://127.0.0.1:{ports.sandbox}",
        "SANDBOX_DATABASE": str(root / "var" / "sandbox.db"),
        "SANDBOX_NOTICE_URL": f"http://127.0.0.1:{ports.web}/notifications/test/{{gateway}}/shop_{{merchant}}",
        "SECRET_KEY": state.secret_key,
        "MASTER_KEYS": state.master_keys,
        "WEBHOOK_ALLOW_PRIVATE": "1",
    }
    environ = {**made_up, **{name: value for name, value in given.items() if value or name not in made_up}}
    environ |= {"PORT": str(ports.web), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    if getproxies():  # our own programs talk to each other directly
        environ["NO_PROXY"] = environ["no_proxy"] = ",".join(
            filter(None, [given.get("NO_PROXY") or given.get("no_proxy"), "localhost,127.0.0.1"])
        )
    return environ


def programs(root: Path, ports: Ports, demo: Mapping[str, str]) -> list[Program]:
    python = str(python_of(root))
    server = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--log-level", "warning"]
    server += ["--workers", "1", "--workers-kill-timeout", "5", "--blocking-threads", "4"]
    return [
        Program("web", [*server, "--port", str(ports.web), "app.wsgi:app"]),
        Program("worker", [python, "-m", "flask", "--app", "app.wsgi", "worker"]),
        Program("sandbox", [*server, "--port", str(ports.sandbox), "app.sandbox.wsgi:app"]),
        Program(
            "receiver",
            # -P: its folder stays off the path, so that no file there is taken for one of Python's own
            [python, "-P", str(root / "app" / "sandbox" / "receiver.py"), str(ports.receiver)],
            {"WEBHOOK_SECRET": demo["webhookSecret"]},
        ),
    ]


def waiting_for(ports: Ports) -> str | None:
    """The first program that does not answer yet, as half a sentence; None when all do."""
    for name, port, path in (
        ("web server", ports.web, "/readyz"),
        ("sandbox", ports.sandbox, "/healthz"),
        ("webhook receiver", ports.receiver, "/events"),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=0.9)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{port}"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return f"the {name} does not answer on port {port}"
        finally:
            connection.close()
        if status != 200:
            return f"the {name} answers {path} with {status}"
    return None


def what_to_do_next(checkout_url: str, ports: Ports, demo: Mapping[str, str]) -> str:
    lines = [
        "",
        "Korea Checkout is running.",
        "",
        f"  Checkout host    {checkout_url}",
        f"  API key          {demo['apiKey']}",
        f"  Sandbox          http://127.0.0.1:{ports.sandbox}   the simulated gateways and their payments",
        f"  Demo shop        http://localhost:{ports.receiver}   prints its webhooks here",
    ]
    if demo.get("email") and demo.get("password"):
        where = demo.get("dashboardUrl", f"{checkout_url}/dashboard")
        lines.append(f"  Dashboard        {where}   {demo['email']} / {demo['password']}")
    return "\n".join(
        [
            *lines,
            "",
            "Paste this into another terminal, open the checkoutUrl it returns, pay. The webhook shows here.",
            "",
            sample_request(checkout_url, f"http://localhost:{ports.receiver}", ports, demo["apiKey"]),
            "",
            "Ctrl-C ends everything.",
            "",
        ]
    )


def sample_request(checkout_url: str, shop_url: str, ports: Ports, api_key: str) -> str:
    """The documentation's first sample, with this machine's hosts and key."""
    order = {
        "platform": "headless",
        "platformOrderId": "order_123",
        "items": [{"name": "Sample Product", "price": 29000, "quantity": 1, "productId": "prod_123"}],
        "customer": {"name": "홍길동", "email": "customer@example.com", "phone": "+82-10-1234-5678"},
        "totalAmount": 29000,
        "currency": "KRW",
        "returnUrl": f"{shop_url}/success",
        "cancelUrl": f"{shop_url}/cancel",
        "webhookUrl": f"http://127.0.0.1:{ports.receiver}/webhooks/checkout",
    }
    return (
        f"curl -X POST {checkout_url}/api/checkout/create-session \\\n"
        f'  -H "x-api-key: {api_key}" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d '{json.dumps(order, ensure_ascii=False, indent=2)}'"
    )
