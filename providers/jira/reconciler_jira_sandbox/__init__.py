"""Jira's part of the sandbox."""
