"""The Jira Cloud plugin."""

from reconciler_jira.plugin import JiraPlugin

__all__ = ["JiraPlugin"]
