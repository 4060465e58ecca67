"""Specs written in a test, loaded as a user loads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.errors import SpecError
from reconciler.spec import load
from reconciler.spec.configuration import Configuration

HEAD = "workspace: {name: deals, id: w-1}\nproviders: {jira: {project: INVEST, fields: {amount: Amount}}}\n"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Configuration]:
    """Load texts as files of the current directory; `main.yaml` gets a workspace and a provider unless `head=""`."""
    monkeypatch.chdir(tmp_path)

    def run(
        main: str,
        *,
        head: str = HEAD,
        files: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        value_files: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Configuration:
        for name, text in {"main.yaml": head + main, **(files or {})}.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load(
            Path(),
            values=values,
            value_files=[Path(each) for each in value_files],
            environment=environment or {},
        )

    return run


@pytest.fixture
def mistakes(spec: Callable[..., Configuration]) -> Callable[..., tuple[Diagnostic, ...]]:
    """Load texts that are wrong, and give what is said about them."""

    def run(main: str, **more: object) -> tuple[Diagnostic, ...]:
        with pytest.raises(SpecError) as caught:
            spec(main, **more)
        return tuple(each for each in caught.value.diagnostics if isinstance(each, Diagnostic))

    return run
