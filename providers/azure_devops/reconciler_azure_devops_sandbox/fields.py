"""The fields and the relation types that every organisation has, and the sandbox's own."""

from __future__ import annotations

from reconciler_azure_devops_sandbox.definitions import Field, RelationType

__all__ = ["CORE", "FIELDS", "RELATION_TYPES", "field_named", "relation_type"]

_READ_ONLY = (
    Field("System.Id", "ID", "integer", True),
    Field("System.Rev", "Rev", "integer", True),
    Field("System.AreaLevel1", "Area Level 1", "string", True),
    Field("System.AreaLevel2", "Area Level 2", "string", True),
    Field("System.AreaLevel3", "Area Level 3", "string", True),
    Field("System.AttachedFileCount", "Attached File Count", "integer", True),
    Field("System.AuthorizedAs", "Authorized As", "string", True, identity=True),
    Field("System.AuthorizedDate", "Authorized Date", "dateTime", True),
    Field("System.BoardColumn", "Board Column", "string", True),
    Field("System.BoardColumnDone", "Board Column Done", "boolean", True),
    Field("System.BoardLane", "Board Lane", "string", True),
    Field("System.ChangedBy", "Changed By", "string", True, identity=True),
    Field("System.ChangedDate", "Changed Date", "dateTime", True),
    Field("System.CommentCount", "Comment Count", "integer", True),
    Field("System.CreatedBy", "Created By", "string", True, identity=True),
    Field("System.CreatedDate", "Created Date", "dateTime", True),
    Field("System.ExternalLinkCount", "External Link Count", "integer", True),
    Field("System.HyperLinkCount", "Hyperlink Count", "integer", True),
    Field("System.IsDeleted", "Is Deleted", "boolean", True),
    Field("System.IterationLevel1", "Iteration Level 1", "string", True),
    Field("System.IterationLevel2", "Iteration Level 2", "string", True),
    Field("System.IterationLevel3", "Iteration Level 3", "string", True),
    Field("System.NodeName", "Node Name", "string", True),
    Field("System.Parent", "Parent", "integer", True),
    Field("System.PersonId", "Person ID", "integer", True),
    Field("System.RelatedLinkCount", "Related Link Count", "integer", True),
    Field("System.RemoteLinkCount", "Remote Link Count", "integer", True),
    Field("System.RevisedDate", "Revised Date", "dateTime", True),
    Field("System.Watermark", "Watermark", "integer", True),
    Field("Microsoft.VSTS.Common.StateChangeDate", "State Change Date", "dateTime", True),
)
_WRITABLE = (
    Field("System.Title", "Title", "string"),
    Field("System.State", "State", "string"),
    Field("System.Reason", "Reason", "string"),
    Field("System.AssignedTo", "Assigned To", "string", identity=True),
    Field("System.WorkItemType", "Work Item Type", "string"),
    Field("System.TeamProject", "Team Project", "string"),
    Field("System.AreaPath", "Area Path", "treePath"),
    Field("System.AreaId", "Area ID", "integer"),
    Field("System.IterationPath", "Iteration Path", "treePath"),
    Field("System.IterationId", "Iteration ID", "integer"),
    Field("System.Description", "Description", "html"),
    Field("System.History", "History", "history"),
    Field("System.Tags", "Tags", "plainText"),
)
CORE = frozenset(each.reference for each in (*_READ_ONLY, *_WRITABLE))
"""What every type has, whether or not its form shows it."""

_OF_TYPES = (
    Field("Microsoft.VSTS.Common.Priority", "Priority", "integer"),
    Field("Microsoft.VSTS.Common.Severity", "Severity", "string"),
    Field("Microsoft.VSTS.Common.Risk", "Risk", "string"),
    Field("Microsoft.VSTS.Common.ValueArea", "Value Area", "string"),
    Field("Microsoft.VSTS.Common.BusinessValue", "Business Value", "integer"),
    Field("Microsoft.VSTS.Common.TimeCriticality", "Time Criticality", "double"),
    Field("Microsoft.VSTS.Common.AcceptanceCriteria", "Acceptance Criteria", "html"),
    Field("Microsoft.VSTS.Common.Activity", "Activity", "string"),
    Field("Microsoft.VSTS.Common.Discipline", "Discipline", "string"),
    Field("Microsoft.VSTS.Common.Resolution", "Resolution", "html"),
    Field("Microsoft.VSTS.Common.StackRank", "Stack Rank", "double"),
    Field("Microsoft.VSTS.Common.BacklogPriority", "Backlog Priority", "double"),
    Field("Microsoft.VSTS.Common.ActivatedDate", "Activated Date", "dateTime"),
    Field("Microsoft.VSTS.Common.ActivatedBy", "Activated By", "string", identity=True),
    Field("Microsoft.VSTS.Common.ResolvedDate", "Resolved Date", "dateTime"),
    Field("Microsoft.VSTS.Common.ResolvedBy", "Resolved By", "string", identity=True),
    Field("Microsoft.VSTS.Common.ResolvedReason", "Resolved Reason", "string"),
    Field("Microsoft.VSTS.Common.ClosedDate", "Closed Date", "dateTime"),
    Field("Microsoft.VSTS.Common.ClosedBy", "Closed By", "string", identity=True),
    Field("Microsoft.VSTS.Common.Triage", "Triage", "string"),
    Field("Microsoft.VSTS.Scheduling.StoryPoints", "Story Points", "double"),
    Field("Microsoft.VSTS.Scheduling.Effort", "Effort", "double"),
    Field("Microsoft.VSTS.Scheduling.Size", "Size", "double"),
    Field("Microsoft.VSTS.Scheduling.OriginalEstimate", "Original Estimate", "double"),
    Field("Microsoft.VSTS.Scheduling.RemainingWork", "Remaining Work", "double"),
    Field("Microsoft.VSTS.Scheduling.CompletedWork", "Completed Work", "double"),
    Field("Microsoft.VSTS.Scheduling.StartDate", "Start Date", "dateTime"),
    Field("Microsoft.VSTS.Scheduling.FinishDate", "Finish Date", "dateTime"),
    Field("Microsoft.VSTS.Scheduling.TargetDate", "Target Date", "dateTime"),
    Field("Microsoft.VSTS.Scheduling.DueDate", "Due Date", "dateTime"),
    Field("Microsoft.VSTS.TCM.ReproSteps", "Repro Steps", "html"),
    Field("Microsoft.VSTS.TCM.SystemInfo", "System Info", "html"),
    Field("Microsoft.VSTS.Build.FoundIn", "Found In", "string"),
    Field("Microsoft.VSTS.Build.IntegrationBuild", "Integration Build", "string"),
    Field("Microsoft.VSTS.CMMI.Blocked", "Blocked", "string"),
    Field("Microsoft.VSTS.CMMI.Committed", "Committed", "string"),
    Field("Microsoft.VSTS.CMMI.RequirementType", "Requirement Type", "string"),
    Field("Microsoft.VSTS.CMMI.TaskType", "Task Type", "string"),
    Field("Microsoft.VSTS.CMMI.Justification", "Justification", "html"),
    Field("Microsoft.VSTS.CMMI.Probability", "Probability", "integer"),
    Field("Microsoft.VSTS.CMMI.MitigationPlan", "Mitigation Plan", "html"),
    Field("Microsoft.VSTS.CMMI.Purpose", "Purpose", "string"),
)
_CUSTOM = (
    Field("Custom.InvestmentAmount", "Investment amount", "double"),
    Field(
        "Custom.Sector",
        "Sector",
        "string",
        picklist=("Consumer", "Financial Services", "Healthcare", "Industrial Automation", "Renewable Energy"),
        suggested=True,
    ),
    Field("Custom.RiskLevel", "Risk level", "string", picklist=("Low", "Medium", "High", "Critical")),
    Field("Custom.Sponsor", "Sponsor", "string", identity=True),
    Field("Custom.Reconciler", "Reconciler", "plainText"),
    Field("Custom.Vehicle", "Vehicle", "string"),
    Field("Custom.Thesis", "Thesis", "html"),
    Field("Custom.Notes", "Notes", "plainText"),
    Field("Custom.Headcount", "Headcount", "integer"),
    Field("Custom.Signing", "Signing", "dateTime"),
    Field("Custom.Confidential", "Confidential", "boolean"),
    Field("Custom.Tranche", "Tranche", "integer", picklist=("10", "25", "50")),
)

FIELDS = {each.reference: each for each in (*_READ_ONLY, *_WRITABLE, *_OF_TYPES, *_CUSTOM)}
_BY_NAME = {name.casefold(): each for each in FIELDS.values() for name in (each.name, each.reference)}


def field_named(name: str) -> Field | None:
    """The field of a reference name or a display name, without regard to case."""
    return _BY_NAME.get(name.casefold())


def _link(base: str, forward: str, reverse: str, topology: str, *, remote: bool = False) -> tuple[RelationType, ...]:
    there, back = f"{base}-Forward", f"{base}-Reverse"
    return (
        RelationType(there, forward, back, topology, remote=remote),
        RelationType(back, reverse, there, topology, forward=False, remote=remote),
    )


RELATION_TYPES = {
    each.reference: each
    for each in (
        *_link("Microsoft.VSTS.Common.Affects", "Affects", "Affected By", "dependency"),
        *_link("Microsoft.VSTS.Common.TestedBy", "Tested By", "Tests", "dependency"),
        *_link("System.LinkTypes.Dependency", "Successor", "Predecessor", "dependency"),
        *_link("System.LinkTypes.Duplicate", "Duplicate", "Duplicate Of", "tree"),
        *_link("System.LinkTypes.Hierarchy", "Child", "Parent", "tree"),
        RelationType("System.LinkTypes.Related", "Related", "System.LinkTypes.Related", "network"),
        RelationType("AttachedFile", "Attached File", usage="resourceLink"),
        RelationType("Hyperlink", "Hyperlink", usage="resourceLink"),
        RelationType("ArtifactLink", "Artifact Link", usage="resourceLink"),
    )
}
_RELATIONS = {each.casefold(): found for each, found in RELATION_TYPES.items()}


def relation_type(reference: str) -> RelationType | None:
    """The relation type of a reference name, without regard to case (FACTS B6)."""
    return _RELATIONS.get(reference.casefold())
