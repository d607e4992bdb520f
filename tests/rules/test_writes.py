"""Rules that protect money: who commits, who moves a state, and what never happens inside of a transaction."""

import ast
from collections.abc import Iterator

import pytest

from tests.rules.source import Source, dotted, functions, is_view, problems, sources
from tests.rules.test_imports import app_files

OPERATIONS = (
    "app/payments/",
    "app/coupons/",
    "app/shops/",
    "app/domains/",
    "app/webhooks/",
    "app/risk/",
    "app/mails/",
)
# Not operations, but with marks of their own to write.
ALSO_WRITE = {
    "app/jobs/queue.py": "takes due rows",
}
NEVER_WRITE = ("models.py", "queries.py", "representation.py", "schedule.py", "rules.py")

# Rows of a queue: their state is a mark in it, and no money hangs on it.
QUEUES = {
    "app/mails/outbox.py": "a mail is waiting, sent or failed",
    "app/webhooks/endpoints.py": "a receiver is enabled or disabled",
}

ENDS_A_TRANSACTION = ("commit", "rollback", "begin", "begin_nested")
SLOW = ("gateway", "http", "requests", "sender", "session.http")


def ends_a_transaction(source: Source) -> Iterator[str]:
    """Only app/database.py does; everybody else goes through transaction() and end_reading()."""
    if source.path == "app/database.py":
        return
    for node in source.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ENDS_A_TRANSACTION:
            yield source.at(node, f"{dotted(node.func)}()")


def opens_a_transaction(source: Source) -> Iterator[str]:
    name = source.parts[-1] + ".py"
    allowed = source.under(*OPERATIONS) and name not in NEVER_WRITE
    if allowed or source.path in (*ALSO_WRITE, "app/database.py"):
        return
    for node in _transactions(source):
        yield source.at(node, "a transaction outside of an operation")


def calls_out_inside_of_a_transaction(source: Source) -> Iterator[str]:
    """A lock that waits for somebody else's machine."""
    for block in _transactions(source):
        for node in ast.walk(block):
            if isinstance(node, ast.Call) and dotted(node.func).startswith(
                tuple(f"{name}." for name in SLOW)
            ):
                yield source.at(node, f"{dotted(node.func)}() inside of a transaction")


def returns_a_view_inside_of_a_transaction(source: Source) -> Iterator[str]:
    """One that a view opens is one that the view commits."""
    for function in functions(source):
        if is_view(function):
            yield from (source.at(node, "a view opens a transaction") for node in _transactions_in(function))


def writes_a_state(source: Source) -> Iterator[str]:
    """Whatever the table: a state is moved along an edge, by the states.py of its package."""
    if source.parts[-1] == "states" or source.path in QUEUES:
        return
    for node in source.nodes(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Call, ast.Delete):
        if isinstance(node, ast.Assign | ast.Delete):
            targets = [one for target in node.targets for one in ast.walk(target)]
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        else:
            assert isinstance(node, ast.Call)
            if _sets_a_state(node):
                yield source.at(node, "sets a state by the back door")
            continue
        if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
            yield source.at(node, "writes a state")


def _sets_a_state(call: ast.Call) -> bool:
    name = dotted(call.func).rpartition(".")[2]
    if name in ("setattr", "set_committed_value", "set_attribute"):
        return any(isinstance(one, ast.Constant) and one.value == "state" for one in call.args)
    return name == "values" and any(keyword.arg == "state" for keyword in call.keywords)


def _transactions(source: Source) -> list[ast.With]:
    return _transactions_in(source.tree)


def _transactions_in(tree: ast.AST) -> list[ast.With]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        and any(
            isinstance(item.context_expr, ast.Call) and dotted(item.context_expr.func) == "transaction"
            for item in node.items
        )
    ]


def test_only_the_database_module_ends_transactions() -> None:
    assert problems(ends_a_transaction, app_files()) == []


@pytest.mark.parametrize("code", ["db.session.commit()", "session.rollback()", "db.session().begin_nested()"])
def test_a_commit_elsewhere_is_found(code: str) -> None:
    assert problems(ends_a_transaction, [Source("app/payments/x.py", code)])


def test_only_operations_open_transactions() -> None:
    assert problems(opens_a_transaction, app_files()) == []
    assert problems(returns_a_view_inside_of_a_transaction, app_files()) == []


@pytest.mark.parametrize(
    "path", ["app/web/api/x.py", "app/gateways/toss/x.py", "app/payments/models.py", "app/jobs/x.py"]
)
def test_a_transaction_elsewhere_is_found(path: str) -> None:
    code = "def f():\n    with transaction():\n        pass"

    assert problems(opens_a_transaction, [Source(path, code)])
    assert problems(opens_a_transaction, [Source("app/payments/x.py", code)]) == []


def test_a_view_that_opens_one_is_found() -> None:
    code = "@blueprint.post('/x')\ndef view():\n    with transaction():\n        pass"

    assert problems(returns_a_view_inside_of_a_transaction, [Source("app/payments/x.py", code)])


def test_every_excuse_for_a_transaction_is_still_needed() -> None:
    assert all(_transactions(source) for path in ALSO_WRITE for source in sources(path))


def test_nobody_is_called_inside_of_a_transaction() -> None:
    assert problems(calls_out_inside_of_a_transaction, app_files()) == []


@pytest.mark.parametrize(
    "call", ["gateway.confirm(x)", "http.call('GET')", "requests.post(url)", "y(sender.send(x))"]
)
def test_a_call_inside_of_a_transaction_is_found(call: str) -> None:
    inside = f"with transaction():\n    if x:\n        {call}"
    outside = f"with transaction():\n    pass\n{call}"

    assert problems(calls_out_inside_of_a_transaction, [Source("app/payments/x.py", inside)])
    assert problems(calls_out_inside_of_a_transaction, [Source("app/payments/x.py", outside)]) == []


def test_only_states_py_writes_states() -> None:
    assert problems(writes_a_state, app_files()) == []


@pytest.mark.parametrize(
    "code",
    [
        "session.state = 'completed'",
        "a.b, session.state = 1, 2",
        "session.state: str = 'x'",
        "session.state += 'x'",
        "del session.state",
        "setattr(session, 'state', 'completed')",
        "set_committed_value(row, 'state', 'x')",
        "update(Attempt).values(state='approved')",
    ],
)
def test_a_state_written_elsewhere_is_found(code: str) -> None:
    assert problems(writes_a_state, [Source("app/payments/outcomes.py", code)])
    assert problems(writes_a_state, [Source("app/payments/states.py", code)]) == []


@pytest.mark.parametrize(
    "code", ["x = session.state", "states = 1", "Attempt(state='launched')", "if a.state == b: c"]
)
def test_reading_a_state_is_fine(code: str) -> None:
    assert problems(writes_a_state, [Source("app/payments/outcomes.py", code)]) == []
