"""The Azure DevOps plugin."""

from reconciler_azure_devops.plugin import AzureDevOpsPlugin

__all__ = ["AzureDevOpsPlugin"]
