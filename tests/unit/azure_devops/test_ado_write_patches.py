"""JSON Patch documents: what is in them, and what is not."""

from __future__ import annotations

from datetime import date

import pytest
from reconciler_azure_devops.fields import FieldType
from reconciler_azure_devops.patches import (
    at_revision,
    comment,
    fields_patch,
    format_patch,
    removes_tags,
    tags_patch,
)

from reconciler.sdk import Change, Item, Link, Marker, Ref, Rich, marker_label

TAGS = "System.Tags"
MARKER = Marker(1, "w", "deals", "acme", "deal", "7", "op", False, False, {}, {}, True)
LABEL = marker_label("w", "acme")
KNOWN = {
    "System.Title": FieldType("text"),
    "System.Description": FieldType("rich"),
    "System.AssignedTo": FieldType("user"),
    "Microsoft.VSTS.Common.Priority": FieldType("option", number=True),
    "Microsoft.VSTS.Scheduling.DueDate": FieldType("date"),
}


def live(*tags, marker=None):
    return Item("7", "7", "u", Ref("Task"), {TAGS: tuple(Ref(each.casefold(), each) for each in tags)}, "3", marker)


def refs(*tags):
    return tuple(Ref(each.casefold(), each) for each in tags)


def raw(*tags):
    return {"fields": {TAGS: "; ".join(tags)}}


def value(patch):
    [operation] = patch
    return operation["op"], operation["value"]


def test_fields_are_written_whole_and_cleared_by_an_empty_text():
    """Values as the site takes them; tags and relations are written otherwise (FACTS B2)."""
    patch = fields_patch(
        {
            "System.Title": "New",
            "System.Description": Rich("**a**", "x"),
            "System.AssignedTo": None,
            "Microsoft.VSTS.Common.Priority": Ref("2"),
            "Microsoft.VSTS.Scheduling.DueDate": date(2027, 1, 2),
            TAGS: refs("a"),
            "System.Parent": Ref("1"),
            "documents": (Link("Hyperlink", "https://a.example"),),
        },
        KNOWN,
    )
    assert {each["path"]: each["value"] for each in patch} == {
        "/fields/System.Title": "New",
        "/fields/System.Description": "<p><strong>a</strong></p>",
        "/fields/System.AssignedTo": "",
        "/fields/Microsoft.VSTS.Common.Priority": 2,
        "/fields/Microsoft.VSTS.Scheduling.DueDate": "2027-01-02T00:00:00Z",
    }
    assert {each["op"] for each in patch} == {"add"}


def test_a_text_that_is_markdown_stays_markdown():
    """Its format is not switched: it is sent as it is written."""
    patch = fields_patch({"System.Description": Rich("**a**", "x")}, KNOWN, ["System.Description"])
    assert value(patch) == ("add", "**a**")


def test_new_texts_are_kept_as_markdown():
    """Where the provider's block wants it: one operation for each text."""
    patch = format_patch({"System.Title": "T", "System.Description": Rich("a", "x")})
    assert patch == [{"op": "add", "path": "/multilineFieldsFormat/System.Description", "value": "Markdown"}]


def test_the_revision_is_tested_where_it_is_known():
    """An item that was never read has none."""
    assert at_revision("3") == [{"op": "test", "path": "/rev", "value": 3}]
    assert at_revision("") == []


def test_a_comment_names_its_operation():
    """In a link at its end; its Markdown is HTML, and an element of it is text."""
    [operation] = comment("Said **so** <b>", "op1")
    assert operation["path"] == "/fields/System.History"
    assert operation["value"] == (
        '<p>Said <strong>so</strong> &lt;b&gt;</p><p><a href="https://reconciler.invalid/?op=op1">&middot;</a></p>'
    )


def test_tags_that_only_come_are_merged():
    """The site adds them to those that are there, whatever people do meanwhile (FACTS B2)."""
    change = Change("op", live(), add={TAGS: refs("a", "B")})
    assert not removes_tags(change)
    assert value(tags_patch(change, [LABEL], None)) == ("add", f"a; B; {LABEL}")
    assert tags_patch(Change("op", live()), [], None) == []


def test_a_tag_goes_by_writing_the_others():
    """Theirs, a marker's, and those that were added since, as they are written."""
    change = Change("op", live("Old"), add={TAGS: refs("new")}, remove={TAGS: refs("old")})
    assert removes_tags(change)
    assert value(tags_patch(change, [], raw("Theirs", "OLD", LABEL))) == ("replace", f"Theirs; {LABEL}; new")


def test_a_tag_that_is_gone_already_writes_nothing():
    """No revision is made for nothing (FACTS B2)."""
    change = Change("op", live("old"), add={TAGS: refs("Theirs")}, remove={TAGS: refs("old")})
    assert tags_patch(change, [], raw("theirs")) == []


@pytest.mark.parametrize(("before", "after"), [((LABEL, "a"), "a"), ((LABEL,), "")])
def test_a_dropped_marker_takes_its_tag_along(before, after):
    """And no other."""
    change = Change("op", live("a", marker=MARKER), marker="drop")
    assert value(tags_patch(change, [], raw(*before))) == ("replace", after)


def test_tags_that_are_set_whole_keep_the_markers():
    """And those that a person added since they were read."""
    change = Change("op", live("a", "b"), {TAGS: refs("b", "c")})
    assert value(tags_patch(change, [], raw("a", "b", "theirs", LABEL))) == ("replace", f"b; theirs; {LABEL}; c")
    assert value(tags_patch(Change("op", live(), {TAGS: refs("c")}), [], raw())) == ("add", "c")
