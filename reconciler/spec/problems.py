"""How a mistake in a spec travels from where it is found to the list that a person sees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from reconciler.diagnostics import Diagnostic, Place, Severity
from reconciler.spec.nodes import Node, Scalar

__all__ = ["Broken", "Enough", "Findings", "Mistake", "ValueProblem", "did_you_mean", "finding"]

_MOST = 1000
_FEW = 300


class Mistake(Exception):
    """One finding that ends the reading of the value it is about."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.summary)


class Broken(Exception):
    """What this value needs is broken, and that has been said already."""


class Enough(Exception):
    """So many errors that more of them help nobody."""


class ValueProblem(Exception):
    """What is wrong with a value, before it is known where the value stands.

    `offset` counts characters from the start of the text that the value was written as; `values` are the values of
    the names that were in play, as text.
    """

    def __init__(
        self,
        summary: str,
        *,
        code: str = "wrong_value",
        hint: str = "",
        offset: int | None = None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        self.summary = summary
        self.code = code
        self.hint = hint
        self.offset = offset
        self.values = dict(values or {})
        super().__init__(summary)

    def at(self, node: Node, subject: str = "") -> Mistake:
        """Say where: `node` is what holds the value, `subject` what the sentence is about."""
        diagnostic = finding(
            "error",
            self.code,
            node,
            f"{subject}: {self.summary}" if subject else self.summary,
            hint=self.hint,
            place=node.place_at(self.offset) if isinstance(node, Scalar) else None,
        )
        return Mistake(replace(diagnostic, values=self.values))


def finding(
    severity: Severity,
    code: str,
    node: Node,
    summary: str,
    *,
    detail: str = "",
    hint: str = "",
    place: Place | None = None,
) -> Diagnostic:
    """Make a diagnostic about `node`, with its place (or a nearer one) and its source line."""
    where = place or node.place
    return Diagnostic(severity, code, summary, detail, where, hint, node.source.line(where.line))


class Findings:
    """All that was found, each place once a code: an item's hundred instances repeat no mistake a hundred times."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Place | None, str], Diagnostic] = {}
        self._repeated: dict[tuple[str, Place | None, str], int] = {}
        self._errors = 0

    def add(self, diagnostic: Diagnostic) -> None:
        """Take a finding.

        Raises:
            Enough: a thousand errors are here.
        """
        key = (diagnostic.code, diagnostic.place, "" if diagnostic.place else diagnostic.summary)
        if key in self._found:
            self._repeated[key] = self._repeated.get(key, 0) + 1
            return
        self._found[key] = diagnostic
        self._errors += diagnostic.severity == "error"
        if self._errors >= _MOST:
            raise Enough

    def error(self, code: str, node: Node, summary: str, *, detail: str = "", hint: str = "") -> None:
        """Take an error about `node`."""
        self.add(finding("error", code, node, summary, detail=detail, hint=hint))

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Take what the block raises about a spec, and go on after it."""
        try:
            yield
        except Mistake as problem:
            self.add(problem.diagnostic)
        except Broken:
            pass

    def close(self, diagnostic: Diagnostic) -> None:
        """Take the last word."""
        self._found[diagnostic.code, None, diagnostic.summary] = diagnostic

    @property
    def any_errors(self) -> bool:
        """Whether the specs can't be used."""
        return self._errors > 0

    def all(self) -> tuple[Diagnostic, ...]:
        """Every finding, by file and line; those without a place come first."""
        told = [self._told(key, each) for key, each in self._found.items()]
        return tuple(sorted(told, key=_order))

    def _told(self, key: tuple[str, Place | None, str], diagnostic: Diagnostic) -> Diagnostic:
        more = self._repeated.get(key, 0)
        if not more or diagnostic.place is None:
            return diagnostic
        told = f"This line says the same wrong thing {more} more time{'s' if more > 1 else ''}, for other instances."
        return replace(diagnostic, detail="\n".join(filter(None, (diagnostic.detail, told))))


def _order(diagnostic: Diagnostic) -> tuple[str, int, int]:
    place = diagnostic.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)


def did_you_mean(name: str, options: Collection[str], otherwise: str = "") -> str:
    """Make the hint that offers the nearest right name, or lists them where none is near and they are few."""
    near = _nearest(name, tuple(options))
    if near:
        return f"did you mean `{near}`?"
    if otherwise:
        return otherwise
    if 0 < len(options) <= 12:
        return f"there {'is' if len(options) == 1 else 'are'}: {', '.join(options)}"
    return ""


@lru_cache(maxsize=1024)
def _nearest(name: str, options: tuple[str, ...]) -> str | None:
    """The option that is most like the name. Comparing costs time, so that among many only case is forgiven."""
    from difflib import get_close_matches

    near = get_close_matches(name, options, 1, 0.6) if len(options) <= _FEW else []
    return next(iter(near), None) or next((each for each in options if each.casefold() == name.casefold()), None)
