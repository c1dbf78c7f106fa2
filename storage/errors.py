"""What may be said of a database's error where others read it: never what people wrote.

PostgreSQL quotes whole rows ("Failing row contains ...") and values that do not fit, SQLite quotes
search words; statements and parameters are hidden by the engine. Owns what is safe of each.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

_QUOTES_VALUES = ("22", "42")
"""SQLSTATE classes whose message repeats input: data exceptions, syntax."""


def unquoted(error: BaseException) -> str | None:
    """An error of the database by kind and code, with its message where that cannot quote.

    None for an error of another kind.
    """
    if not isinstance(error, SQLAlchemyError):
        return None
    if not isinstance(error, DBAPIError) or error.orig is None:
        return type(error).__name__
    original = error.orig
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    name = " ".join(part for part in (type(original).__name__, state) if part)
    if state and (state.startswith(_QUOTES_VALUES) or state == "SQLITE_ERROR"):
        return name
    # Details, such as the row, come on lines of their own.
    return f"{name}: {str(original).strip().partition(chr(10))[0]}"
