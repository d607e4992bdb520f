"""What both databases say differently."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

QUARTER_S = 900


class quarter_of(FunctionElement[int]):  # named as SQL functions are
    """The quarter of an hour that a moment lies in, counted from 1970. Every zone's day begins at the beginning
    of one, so quarters can be summed up to the hours, days and months of any zone."""

    type = Integer()
    inherit_cache = True


@compiles(quarter_of, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return (
        f"CAST(FLOOR(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **kw)}) / {QUARTER_S}) AS BIGINT)"
    )


@compiles(quarter_of, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(STRFTIME('%s', {compiler.process(element.clauses, **kw)}) AS INTEGER) / {QUARTER_S}"
