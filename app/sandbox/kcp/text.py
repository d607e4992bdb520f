"""What KCP does not want to see in a value (notes §6.1)."""

_FORBIDDEN = frozenset(",&;\n\r\\|'\"<>\0")


def is_clean(text: str, *, caret_forbidden: bool) -> bool:
    """Free of the characters that KCP forbids in values."""
    return not (_FORBIDDEN & set(text)) and not (caret_forbidden and "^" in text)
