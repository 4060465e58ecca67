"""Values in Azure DevOps' JSON, read and written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from azure_canned import LENA, relation, work_item
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops.fields import FieldType, from_json, ref_of, tags_in, to_json, type_of, values_of
from reconciler_azure_devops.links import (
    COMMIT,
    COMMITS,
    DOCUMENTS,
    LINKS,
    PARENT,
    PULL_REQUEST,
    PULL_REQUESTS,
    children_in,
    link_from,
    pseudo_field,
)

from reconciler.sdk import Link, Opaque, Ref, Rich
from reconciler.sdk.shapes import in_order

DUE = "Microsoft.VSTS.Scheduling.DueDate"
PROJECT, REPOSITORY = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"


def test_the_last_day_that_there_is_has_no_next():
    """In a zone where it is over it is shown, and never written."""
    data = "9999-12-31T23:59:59Z"
    assert isinstance(from_json(FieldType("date", zone=ZoneInfo("Pacific/Kiritimati")), data), Opaque)
    assert from_json(FieldType("date"), data) == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("field", "schema", "kind"),
    [
        ("Custom.A", {"type": "string"}, "text"),
        ("Custom.A", {"type": "plainText"}, "text"),
        ("Custom.A", {"type": "html"}, "rich"),
        ("Custom.A", {"type": "double"}, "number"),
        ("Custom.A", {"type": "boolean"}, "flag"),
        ("Custom.A", {"type": "identity"}, "user"),
        ("Custom.A", {"type": "string", "isIdentity": True}, "user"),
        ("Custom.A", {"type": "string", "isPicklist": True}, "option"),
        ("Custom.A", {"type": "picklistString"}, "option"),
        ("Custom.A", {"type": "picklistString", "isPicklistSuggested": True}, "text"),
        ("Custom.A", {"type": "picklistDouble", "isPicklistSuggested": True}, "number"),
        ("Custom.A", {"type": "dateTime"}, "datetime"),
        (DUE, {"type": "dateTime"}, "date"),
        ("System.State", {"type": "string"}, "status"),
        ("System.Tags", {"type": "plainText"}, "label"),
        ("System.AreaPath", {"type": "treePath"}, "path"),
        ("System.IterationPath", {"type": "treePath"}, "sprint"),
        ("Custom.A", {"type": "guid"}, "unsupported"),
        ("Custom.A", None, "unsupported"),
    ],
)
def test_a_field_has_the_kind_that_its_type_says(field, schema, kind):
    """The platform's own types, with those that stand for something of their own."""
    assert type_of(field, schema).kind == kind


def test_a_field_whose_values_are_listed_is_a_choice():
    """Priority is an integer that a type of work item gives four values."""
    type = type_of("Microsoft.VSTS.Common.Priority", {"type": "integer"}, listed=True)
    assert type == FieldType("option", number=True)
    assert from_json(type, 2) == Ref("2")
    assert to_json(type, Ref("2")) == 2


def test_an_unsupported_field_says_why():
    """The message names the platform's type."""
    assert "guid" in type_of("Custom.A", {"type": "guid"}).why


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("text", "x", "x"),
        ("number", 5.0, 5),
        ("number", 2.5, 2.5),
        ("flag", True, True),
        ("date", "2027-03-31T00:00:00Z", date(2027, 3, 31)),
        ("datetime", "2027-03-31T10:00:00.123+02:00", datetime(2027, 3, 31, 8, tzinfo=UTC)),
        ("option", "High", Ref("High")),
        ("status", "New", Ref("New")),
        ("user", LENA, Ref("l.gray@fund.example")),
        ("user", "Lena Gray <l.gray@fund.example>", Ref("l.gray@fund.example")),
        ("path", "Fund\\Legal", Ref("Fund\\Legal")),
        ("sprint", "Fund\\Sprint 1", Ref("Fund\\Sprint 1")),
    ],
)
def test_values_are_read(kind, data, value):
    """Each kind in the form in which live sites answer."""
    assert from_json(FieldType(kind), data) == value


@pytest.mark.parametrize("kind", ["text", "rich", "number", "date", "user", "option", "path"])
@pytest.mark.parametrize("data", [None, ""])
def test_an_empty_field_is_none(kind, data):
    """Unset fields are absent, and some are empty texts."""
    assert from_json(FieldType(kind), data) is None


@pytest.mark.parametrize(
    ("kind", "data"),
    [("number", "five"), ("number", True), ("date", "soon"), ("datetime", "2027-03-31T10:00:00"), ("user", "Lena"),
     ("text", {"a": 1}), ("flag", "yes"), ("option", {"a": 1}), ("path", 5), ("label", 5), ("rich", 5), ("date", 5),
     ("unsupported", "x"), ("user", {"displayName": "x"})],
)  # fmt: skip
def test_a_shape_that_a_type_does_not_have_is_never_guessed_at(kind, data):
    """It is kept as it is, to be seen and not written."""
    assert isinstance(from_json(FieldType(kind, many=kind == "label"), data), Opaque)


def test_a_long_strange_value_is_shown_short():
    """The digest tells it from others that begin alike."""
    one, other = (from_json(FieldType("unsupported"), {"x": "a" * 300 + end}) for end in "bc")
    assert isinstance(one, Opaque)
    assert len(one.shown) == 200
    assert one != other


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        ("text", "x", "x"),
        ("text", None, ""),
        ("number", 5, 5),
        ("flag", False, False),
        ("date", date(2027, 3, 31), "2027-03-31T00:00:00Z"),
        ("datetime", datetime(2027, 3, 31, 8, tzinfo=UTC), "2027-03-31T08:00:00Z"),
        ("user", Ref("l.gray@fund.example", "Lena Gray"), "l.gray@fund.example"),
        ("option", Ref("High", "High"), "High"),
        ("path", Ref("Fund\\Legal", "Fund/Legal"), "Fund\\Legal"),
        ("rich", Rich("**a**", "x"), "<p><strong>a</strong></p>"),
        ("label", (Ref("a", "A"), Ref("b", "b")), "A; b"),
    ],
)
def test_values_are_written(kind, value, data):
    """A patch takes texts, numbers and paths; nothing is an empty text."""
    assert to_json(FieldType(kind), value) == data


def test_a_fraction_stays_one():
    """A choice among numbers may be one of halves."""
    assert to_json(FieldType("option", number=True), Ref("0.5")) == 0.5


@pytest.mark.parametrize("value", [Link("Hyperlink", "https://x.example"), Opaque("x", "y")])
def test_what_is_no_field_is_not_written_as_one(value):
    """Links are relations, and strange values are never written."""
    with pytest.raises(TypeError):
        to_json(FieldType("link"), value)


def test_a_date_is_midnight_in_the_zone_of_the_provider():
    """People in London who pick 31 March in summer time make it 30 March, 23:00 UTC."""
    summer = type_of(DUE, {"type": "dateTime"}, zone=ZoneInfo("Europe/London"))
    assert from_json(summer, "2027-03-30T23:00:00Z") == date(2027, 3, 31)
    assert to_json(summer, date(2027, 3, 31)) == "2027-03-30T23:00:00Z"


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(["UTC", "Europe/London", "Pacific/Auckland"]))
def test_a_date_comes_back_as_it_was_written(day, zone):
    """Whatever the zone."""
    type = FieldType("date", zone=ZoneInfo(zone))
    assert from_json(type, to_json(type, day)) == day


def test_tags_are_a_set_without_case_and_without_markers():
    """The site keeps the case of whoever wrote a tag first; ours may differ."""
    assert tags_in("b; A ;; rc-0123456789ab; a") == (Ref("a"), Ref("b"))
    assert tags_in("Big Deal") == tags_in("big deal")
    assert tags_in(None) == ()


def test_people_are_known_by_unique_name_else_by_id():
    """Groups and some service accounts have no unique name."""
    assert ref_of({"displayName": "Team", "id": "ABC"}) == Ref("abc")
    assert ref_of(None) is None


def test_links_have_a_type_and_a_direction():
    """The reference name without its end is the type; forward is outward."""
    forward = link_from(relation("System.LinkTypes.Dependency-Forward", 7))
    back = link_from(relation("System.LinkTypes.Dependency-reverse", 7))
    assert forward == Link("System.LinkTypes.Dependency", "7", True)
    assert back == Link("System.LinkTypes.Dependency", "7", False)
    assert link_from(relation("System.LinkTypes.Related", 7)) == Link("System.LinkTypes.Related", "7", True)


def test_the_url_of_a_target_may_have_its_project_in_it():
    """Project-scoped answers have the project's id there (FACTS F)."""
    url = f"https://azure.example/fund/{PROJECT}/_apis/wit/workItems/12"
    assert link_from({"rel": "System.LinkTypes.Related", "url": url}) == Link("System.LinkTypes.Related", "12")


@pytest.mark.parametrize(
    "entry",
    [
        relation("System.LinkTypes.Hierarchy-Forward", 3),
        relation("System.LinkTypes.Hierarchy-Reverse", 3),
        relation("AttachedFile", "https://azure.example/fund/_apis/wit/attachments/1"),
        relation("Hyperlink", "https://reconciler.invalid/w/i/a?op=1"),
        relation("ArtifactLink", "vstfs:///Build/Build/5"),
        relation("ArtifactLink", "vstfs:///Git/Commit/only-one-part"),
        relation("System.LinkTypes.Remote.Dependency-Forward", "https://azure.example/other/_apis/wit/workItems/5"),
    ],
)
def test_other_relations_are_no_links(entry):
    """Parents are a field; attachments, markers, builds and other organisations' items are nobody's here."""
    assert link_from(entry) is None


def test_a_hyperlink_is_a_document_with_its_comment_as_title():
    """One without a comment is called by its URL."""
    assert link_from(relation("Hyperlink", "https://x.example/a", comment="Data room")) == Link(
        "Hyperlink", "https://x.example/a", True, "Data room"
    )
    assert link_from(relation("Hyperlink", "https://x.example/a")) == Link(
        "Hyperlink", "https://x.example/a", True, "https://x.example/a"
    )


@pytest.mark.parametrize("separator", ["%2F", "%2f", "/"])
def test_a_commit_is_the_same_however_it_is_written(separator):
    """Pages and tools write separators and case differently."""
    sha = "A" * 40
    url = separator.join((f"vstfs:///Git/Commit/{PROJECT}", REPOSITORY, sha))
    assert link_from(relation("ArtifactLink", url, name="Fixed in Commit")) == Link(
        COMMIT, f"vstfs:///Git/Commit/{PROJECT}%2F{REPOSITORY}%2F{'a' * 40}"
    )


def test_each_link_belongs_to_a_field():
    """The fields that are relations, by what they go to."""
    types = {"System.LinkTypes.Related": LINKS, "Hyperlink": DOCUMENTS, COMMIT: COMMITS, PULL_REQUEST: PULL_REQUESTS}
    assert {type: pseudo_field(Link(type, "x")) for type in types} == types


def test_an_item_is_read_with_its_relations():
    """Only the fields that were asked for, empty ones too."""
    item = work_item(
        5,
        {"Custom.A": "x"},
        relation("System.LinkTypes.Hierarchy-Reverse", 1),
        relation("System.LinkTypes.Hierarchy-Forward", 8),
        relation("System.LinkTypes.Related", 9),
        relation("Hyperlink", "https://x.example"),
    )
    fields = {name: type_of(name, {"type": "string"}) for name in ("Custom.A", "Custom.B", PARENT, LINKS, COMMITS)}
    assert values_of(fields, item) == {
        "Custom.A": "x",
        "Custom.B": None,
        PARENT: Ref("1"),
        LINKS: (Link("System.LinkTypes.Related", "9"),),
        COMMITS: (),
    }
    assert children_in(item) == ("8",)


def test_a_text_is_read_in_the_format_that_the_item_names():
    """Formats are the field's own, whatever a provider prefers for new ones (FACTS B8)."""
    item = work_item(5, {"System.Description": "**a** &gt; b"}) | {
        "multilineFieldsFormat": {"System.Description": "markdown"}
    }
    field = {"System.Description": FieldType("rich")}
    marked = values_of(field, item)["System.Description"]
    assert isinstance(marked, Rich)
    assert marked.markdown == "**a** > b"
    assert marked == from_json(FieldType("rich"), "<p><strong>a</strong> &gt; b</p>")


@given(st.permutations([Ref("b"), Ref("a"), Link("t", "1"), Link("t", "1", False), 3, "x", Rich("m", "d")]))
def test_a_set_has_one_order(elements):
    """However it was written or answered."""
    assert in_order([*elements, *elements]) == in_order(elements)
    assert len(in_order(elements)) == len(elements)
