"""Text that people will read: normalised, without characters that hide, reorder or break lines (CONTRACT 2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from onepizza.core.errors import ErrorDetail, InvalidRequest

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by category that draw nothing, so that a name of them would look like no name."""
_MARK_CATEGORIES = frozenset({"Mn", "Me"})
_MARKS_A_LETTER = 4
"""Marks that one letter keeps: pointed Hebrew has three, and a pile of sixty covers the lines above it."""


def visible(text: str) -> str:
    """Return the text in NFC on one line, without controls, bidi overrides, zero-width and other invisible characters.

    White space becomes single spaces and is cut from both ends; nothing visible leaves the empty string. Marks need a
    letter to stand on, and no letter carries a pile of them.
    """
    if not (text.isascii() and text.isprintable()):
        spaced = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
        # Twice: what stood between a letter and its mark may have been taken out.
        text = unicodedata.normalize("NFC", "".join(_shown(spaced)))
    return " ".join(text.split())


def is_blank(text: str) -> bool:
    """Say whether nothing of a text would be seen."""
    if text.isascii() and text.isprintable():
        return not text.strip()
    return not any(not char.isspace() for char in _shown(text))


def _shown(text: Iterable[str]) -> Iterator[str]:
    """Yield the characters that are seen, and white space."""
    room_for_marks = 0
    for char in text:
        if char in _BLANK_LETTERS:
            continue
        if char.isspace():
            room_for_marks = 0
        else:
            category = unicodedata.category(char)
            if category in _HIDDEN_CATEGORIES:
                continue
            if category not in _MARK_CATEGORIES:
                room_for_marks = _MARKS_A_LETTER
            elif room_for_marks > 0:
                room_for_marks -= 1
            else:
                continue
        yield char


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
