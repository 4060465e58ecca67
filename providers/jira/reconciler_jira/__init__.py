"""Jira Cloud as a platform of the reconciler."""
