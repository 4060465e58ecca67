"""What an apply did: one document, the same on the screen and in the hands of scripts."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from reconciler.plan.document import ActionKind, Finding, WorkspaceName

__all__ = ["ApplyDocument", "ApplyResult", "ResultKind", "ResultSummary"]

FORMAT_VERSION: Final = "1.0"

ResultKind: TypeAlias = Literal["done", "skipped", "failed", "unsettled", "not_kept"]
"""`skipped`: nothing was sent, for the reason in its problems. `unsettled`: sent, and not known to have arrived.
`not_kept`: written, and the platform shows something else."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ApplyResult(_Part):
    """What became of one action.

    `id`, `key` and `url` are the live item's, where there is one; `problems` say in words what is not as planned.
    """

    address: str
    action: ActionKind
    result: ResultKind
    id: str | None = None
    key: str | None = None
    url: str | None = None
    problems: tuple[str, ...] = ()


class ResultSummary(_Part):
    """How many actions ended how."""

    done: int = 0
    skipped: int = 0
    failed: int = 0
    unsettled: int = 0
    not_kept: int = 0


class ApplyDocument(_Part):
    """An apply. `run` is the run's id, `plan_digest` names the plan; results are in the order of the plan's actions."""

    format_version: Literal["1.0"] = FORMAT_VERSION
    workspace: WorkspaceName
    run: str
    plan_digest: str
    results: tuple[ApplyResult, ...] = ()
    summary: ResultSummary
    diagnostics: tuple[Finding, ...] = ()
