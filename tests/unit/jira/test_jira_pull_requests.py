"""Pull requests are pages that look like one, whichever forge shows them."""

from __future__ import annotations

import pytest
from reconciler_jira.fields import COMMITS, DOCUMENTS, PULL_REQUESTS
from reconciler_jira.pages import page_of

from reconciler.sdk import BadValue


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/fund/models/pull/12",
        "https://github.fund.example/fund/models/pull/12/files#diff-1",
        "https://gitlab.com/fund/group/models/-/merge_requests/12",
        "https://gitlab.fund.example/models/merge_requests/12/diffs",
        "https://bitbucket.org/fund/models/pull-requests/12/overview",
        "https://bitbucket.fund.example/projects/FUND/repos/models/pull-requests/12",
        "https://dev.azure.com/fund/INVEST/_git/models/pullrequest/12?_a=files",
        "https://codeberg.org/fund/models/pulls/12",
        "https://review.fund.example/c/models/+/12",
    ],
)
def test_each_forges_page_is_taken(url: str) -> None:
    """GitHub, GitLab, Bitbucket, Azure Repos, Gitea and Forgejo, Gerrit, on hosts of their own or others'."""
    assert page_of(PULL_REQUESTS, url).target == url


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com",
        "https://github.com/fund/models",
        "https://github.com/fund/models/pulls",
        "https://github.com/fund/models/issues/12",
        "https://data.example/room?pull/12",
    ],
)
def test_another_page_is_none(url: str) -> None:
    """A page without the word and the number that all pull requests have in their path is refused, with a way out."""
    with pytest.raises(BadValue, match="is not the page of a pull request") as caught:
        page_of(PULL_REQUESTS, url)
    assert "as a document" in caught.value.hint


def test_other_pages_are_as_they_were() -> None:
    """Only pull requests have a shape of their own."""
    assert page_of(COMMITS, "https://github.com/fund/models/commit/4800cfa0be").title == "Commit 4800cfa0be"
    assert page_of(DOCUMENTS, {"url": "https://github.com"}).title == "https://github.com"
