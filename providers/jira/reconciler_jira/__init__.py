"""The Jira plugin: Jira Cloud and Jira Data Center."""

from reconciler_jira.plugin import JiraPlugin

__all__ = ["JiraPlugin"]
