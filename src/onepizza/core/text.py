"""Text that people will read: normalised, without characters that hide, reorder or break lines (CONTRACT 2)."""

from __future__ import annotations

import unicodedata

from onepizza.core.errors import ErrorDetail, InvalidRequest

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by category that draw nothing, so that a name of them would look like no name."""


def visible(text: str) -> str:
    """Return the text in NFC on one line, without controls, bidi overrides, zero-width and other invisible characters.

    White space becomes single spaces and is cut from both ends; nothing visible leaves the empty string.
    """
    if not (text.isascii() and text.isprintable()):
        spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
        text = "".join(
            char
            for char in spaced
            if char not in _BLANK_LETTERS and unicodedata.category(char) not in _HIDDEN_CATEGORIES
        )
    return " ".join(text.split())


def bounded(text: str, field: str, max_length: int) -> str:
    """Return the visible text, which must have 1 to `max_length` code points.

    Raises:
        InvalidRequest: it is blank or too long; names the field.
    """
    shown = visible(text)
    if 1 <= len(shown) <= max_length:
        return shown
    message = f"must have 1 to {max_length} visible characters"
    raise InvalidRequest(f"{field} {message}", (ErrorDetail(field, message),))
