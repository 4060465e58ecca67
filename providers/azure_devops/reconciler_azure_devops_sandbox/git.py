"""Repositories with a few commits and pull requests: enough to find their ids by name (FACTS B6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from reconciler_azure_devops_sandbox.definitions import Project
from reconciler_azure_devops_sandbox.identities import identity_ref
from reconciler_azure_devops_sandbox.organisation import INVEST, PROJECTS, SANDBOX_USER
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_SPACE = UUID("3f4f1d0e-6a3c-4d57-8f0e-1b5c2a7d0000")
_AT = "2026-11-02T09:00:00Z"


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository; `commits` are hashes with their messages, `pulls` ids with their titles."""

    id: str
    name: str
    project: Project
    commits: dict[str, str]
    pulls: dict[int, str]


def _repository(name: str, project: Project, commits: dict[str, str], pulls: dict[int, str]) -> _Repository:
    return _Repository(str(uuid5(_SPACE, f"{project.id}/{name}")), name, project, commits, pulls)


_REPOSITORIES = (
    *(_repository(each.name, each, {}, {}) for each in PROJECTS),
    _repository(
        "valuation-models",
        INVEST,
        {
            "4800cfa0be564b1e606d6811e99e0380f765a9c4": "Discount cash flows at the mid-year",
            "9f1c2b7a5e3d4c6b8a7f0e1d2c3b4a5968778695": "Add the downside case",
        },
        {1: "Downside case", 2: "Sector multiples"},
    ),
)


def _repositories(_tenant: Tenant, request: Request) -> Answer:
    found = [each for each in _REPOSITORIES if request.project in (None, each.project)]
    return Answer(200, listing([_shown(each, request) for each in found]))


def _one_repository(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _shown(_named(request), request))


def _named(request: Request) -> _Repository:
    """The repository of an id, or of a name within the project.

    Raises:
        Refusal: 404.
    """
    wanted = request.path["repositoryId"].casefold()
    for each in _REPOSITORIES:
        if wanted == each.id or (request.project == each.project and wanted == each.name.casefold()):
            return each
    raise _missing(
        f"TF401019: The Git repository with name or identifier {request.path['repositoryId']} does not exist or you "
        "do not have permissions for the operation you are attempting.",
        "GitRepositoryNotFoundException",
    )


def _shown(repository: _Repository, request: Request) -> dict[str, Any]:
    project, base = repository.project, request.base
    return {
        "id": repository.id,
        "name": repository.name,
        "url": f"{base}/{project.id}/_apis/git/repositories/{repository.id}",
        "project": {
            "id": project.id,
            "name": project.name,
            "url": f"{base}/_apis/projects/{project.id}",
            "state": "wellFormed",
            "visibility": "private",
        },
        "defaultBranch": "refs/heads/main",
        "size": 0,
        "remoteUrl": f"{base}/{project.name}/_git/{repository.name}",
        "webUrl": f"{base}/{project.name}/_git/{repository.name}",
        "isDisabled": False,
    }


def _commits(_tenant: Tenant, request: Request) -> Answer:
    repository = _named(request)
    return Answer(200, listing([_commit(repository, each, request) for each in repository.commits]))


def _one_commit(_tenant: Tenant, request: Request) -> Answer:
    repository, wanted = _named(request), request.path["commitId"].casefold()
    if wanted not in repository.commits:
        raise _missing(
            f"TF401175: The version descriptor <Commit: {wanted} > could not be resolved to a version in the "
            f"repository {repository.name}",
            "GitUnresolvableToCommitException",
        )
    return Answer(200, _commit(repository, wanted, request))


def _commit(repository: _Repository, sha: str, request: Request) -> dict[str, Any]:
    author = {"name": SANDBOX_USER.name, "email": SANDBOX_USER.email, "date": _AT}
    url = f"{request.base}/{repository.project.id}/_apis/git/repositories/{repository.id}/commits/{sha}"
    return {
        "commitId": sha,
        "author": author,
        "committer": author,
        "comment": repository.commits[sha],
        "url": url,
        "remoteUrl": f"{request.base}/{repository.project.name}/_git/{repository.name}/commit/{sha}",
    }


def _pull_requests(_tenant: Tenant, request: Request) -> Answer:
    repository = _named(request)
    return Answer(200, listing([_pull_request(repository, each, request) for each in repository.pulls]))


def _pull_request_of(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _found([_named(request)], request))


def _any_pull_request(_tenant: Tenant, request: Request) -> Answer:
    """The pull request of an id, whichever repository of the project has it."""
    repositories = [each for each in _REPOSITORIES if request.project in (None, each.project)]
    return Answer(200, _found(repositories, request))


def _found(repositories: list[_Repository], request: Request) -> dict[str, Any]:
    wanted = request.path["pullRequestId"]
    for each in repositories:
        if wanted.isdecimal() and int(wanted) in each.pulls:
            return _pull_request(each, int(wanted), request)
    raise _missing("TF401180: The requested pull request was not found.", "GitPullRequestNotFoundException")


def _pull_request(repository: _Repository, number: int, request: Request) -> dict[str, Any]:
    project = repository.project
    url = f"{request.base}/{project.id}/_apis/git/repositories/{repository.id}/pullRequests/{number}"
    return {
        "repository": _shown(repository, request),
        "pullRequestId": number,
        "codeReviewId": number,
        "status": "active",
        "createdBy": identity_ref(SANDBOX_USER.id, request.base),
        "creationDate": _AT,
        "title": repository.pulls[number],
        "sourceRefName": f"refs/heads/change-{number}",
        "targetRefName": "refs/heads/main",
        "mergeStatus": "succeeded",
        "isDraft": False,
        "url": url,
        "artifactId": f"vstfs:///Git/PullRequestId/{project.id}%2f{repository.id}%2f{number}",
    }


def _missing(message: str, key: str) -> Refusal:
    return Refusal(404, message, key, space="Microsoft.TeamFoundation.Git.Server", event=3000)


_ONE = "git/repositories/{repositoryId}"
ROUTES = (
    Route("GET", "git/repositories", "Repositories_List", _repositories),
    Route("GET", _ONE, "Repositories_Get Repository", _one_repository),
    Route("GET", f"{_ONE}/commits", "Commits_Get Commits", _commits),
    Route("GET", f"{_ONE}/commits/{{commitId}}", "Commits_Get", _one_commit),
    Route("GET", f"{_ONE}/pullRequests", "Pull Requests_Get Pull Requests", _pull_requests),
    Route("GET", f"{_ONE}/pullRequests/{{pullRequestId}}", "Pull Requests_Get Pull Request", _pull_request_of),
    Route("GET", "git/pullRequests/{pullRequestId}", "Pull Requests_Get Pull Request By Id", _any_pull_request),
)
