"""Where an expression inside of a text ends: quotes and brackets are followed, nothing else is read."""

from __future__ import annotations

from reconciler.spec.problems import ValueProblem

__all__ = ["closing_brace"]

_CLOSES = {"(": ")", "[": "]", "{": "}"}


def closing_brace(text: str, start: int, *, whole: bool = False) -> int:
    """Find the `}` that ends an expression which begins at `start`.

    Args:
        whole: the expression is all of the text and has no `}` of its own; its end is returned.

    Raises:
        ValueProblem: a quote or bracket stays open, or closes what was never opened.
    """
    waiting: list[tuple[str, int]] = []
    at = start
    while at < len(text):
        character = text[at]
        if character in "'\"":
            at = _closing_quote(text, at)
        elif character in _CLOSES:
            waiting.append((_CLOSES[character], at))
        elif character in ")]}":
            if not waiting and character == "}" and not whole:
                return at
            if not waiting or waiting.pop()[0] != character:
                raise ValueProblem(
                    f"`{character}` closes nothing", code="syntax", hint="remove it, or open its bracket", offset=at
                )
        elif character == "#":
            raise ValueProblem("a # stands in an expression", code="syntax", hint="put it in quotes", offset=at)
        at += 1
    if waiting:
        wanted, opened = waiting[-1]
        raise ValueProblem(
            f"`{text[opened]}` is never closed", code="syntax", hint=f"add the missing `{wanted}`", offset=opened
        )
    if whole:
        return len(text)
    raise ValueProblem(
        "`${` is never closed",
        code="syntax",
        hint="add the missing `}`; if a # cut the line, quote the text; the characters themselves are `$${`",
        offset=max(start - 2, 0),
    )


def _closing_quote(text: str, start: int) -> int:
    quote = text[start]
    at = start + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise ValueProblem(
            f"the quote {quote} is never closed", code="syntax", hint=f"add the missing {quote}", offset=start
        )
    return at
