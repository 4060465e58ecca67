"""What an item's updates tell of what our last writes left of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from azure_canned import LENA, URL, listed, relation, work_item
from reconciler_azure_devops.fields import FieldType
from reconciler_azure_devops.marker import label_of, marker_url
from reconciler_azure_devops.recalling import left

from reconciler.sdk import Link, Marker, Ref, digest

WORKSPACE = "6f0c2f3e-0000-4000-8000-000000000001"
CREATED = Marker(1, WORKSPACE, "deals", "", "deal", None, "op1", False, False, {}, {}, True)
MARKER = replace(CREATED, item="7", operation="op2")
TITLE, POINTS, TAGS, PARENT, TEXT = "System.Title", "Custom.Amount", "System.Tags", "System.Parent", "Custom.Text"
KNOWN = {
    TITLE: FieldType("text"),
    POINTS: FieldType("number"),
    TAGS: FieldType("label", many=True),
    PARENT: FieldType("item"),
    TEXT: FieldType("rich"),
    "documents": FieldType("link", many=True),
}
ROBOT = {"displayName": "Robot", "uniqueName": "robot@fund.example", "id": "bbbb"}
RED, BLUE = Ref("red", "Red"), Ref("blue", "blue")
PAGE = relation("Hyperlink", "https://data.example/a", comment="Room")


def mark(marker):
    return relation("Hyperlink", marker_url(marker))


def update(id, by, *, added=(), removed=(), **fields):
    changes = {name: list(each) for name, each in (("added", added), ("removed", removed)) if each}
    said = {KEYS[key]: dict(zip(("oldValue", "newValue"), value, strict=True)) for key, value in fields.items()}
    return {"id": id, "rev": id, "revisedBy": by, "fields": said, **({"relations": changes} if changes else {})}


KEYS = {"title": TITLE, "points": POINTS, "tags": TAGS, "text": TEXT}
CREATION = update(1, ROBOT, added=[mark(CREATED), PAGE], title=(None, "Ours"), tags=(None, "blue; rc-0123456789ab"))


def told(*updates, **formats):
    return left(updates, {"multilineFieldsFormat": formats}, MARKER, KNOWN)


def elements(observed, id):
    return {each.rpartition("/")[2] for each in observed if each.startswith(f"{id}/")}


def test_a_creation_says_what_it_wrote():
    """Each value by its digest, an empty field too; of sets the elements, our own tag aside."""
    observed = told(CREATION)
    assert observed[TITLE] == digest("Ours")
    assert observed[POINTS] == observed[PARENT] == digest(None)
    assert elements(observed, TAGS) == {digest(BLUE)}
    assert elements(observed, "documents") == {digest(Link("Hyperlink", "https://data.example/a", True, "Room"))}


def test_our_later_writes_count_and_peoples_do_not():
    """Whatever order the updates come in: what a person changed since is left out, what we wrote over it is not."""
    ours = update(2, ROBOT, title=("Ours", "Ours too"), points=(None, 5))
    theirs = update(3, LENA, title=("Ours too", "Theirs"), points=(5, 8))
    observed = told(theirs, CREATION, ours)
    assert (observed[TITLE], observed[POINTS]) == (digest("Ours too"), digest(5))
    observed = told(CREATION, ours, theirs, update(4, ROBOT, title=("Theirs", "Ours again")))
    assert (observed[TITLE], observed[POINTS]) == (digest("Ours again"), digest(5))


def test_what_an_adopted_item_had_was_seen():
    """Where a person's item got its marker later, what it had by then was read; what people put there is not ours."""
    theirs = update(1, LENA, title=(None, "Theirs"), tags=(None, "Red"))
    marking = update(2, ROBOT, added=[mark(MARKER)], points=(None, 5), tags=("Red", "Red; blue"))
    observed = told(theirs, marking, update(3, LENA, title=("Theirs", "Anew")))
    assert (observed[TITLE], observed[POINTS]) == (digest("Theirs"), digest(5))
    assert elements(observed, TAGS) == {digest(BLUE)}


def test_elements_that_people_put_there_anew_are_theirs():
    """A tag of ours that a person took away is ours still; once a person brings it back, it is not."""
    gone = update(2, LENA, tags=("blue", None))
    assert elements(told(CREATION, gone), TAGS) == {digest(BLUE)}
    assert elements(told(CREATION, gone, update(3, LENA, tags=(None, "blue"))), TAGS) == set()
    assert elements(told(CREATION, update(2, ROBOT, tags=("blue", None), removed=[PAGE])), TAGS) == set()


def test_a_parent_is_a_relation():
    """It comes and goes with its link."""
    parent = relation("System.LinkTypes.Hierarchy-Reverse", 3)
    below = update(2, ROBOT, added=[parent])
    assert told(CREATION, below)[PARENT] == digest(Ref("3"))
    assert told(CREATION, below, update(3, LENA, removed=[parent]))[PARENT] == digest(Ref("3"))
    assert told(CREATION, below, update(3, ROBOT, removed=[parent]))[PARENT] == digest(None)


def test_a_text_is_read_in_its_format():
    """The item says which of its texts are Markdown."""
    written = update(2, ROBOT, text=(None, "**All**"))
    assert told(CREATION, written, **{TEXT: "markdown"})[TEXT] != told(CREATION, written)[TEXT]


def test_a_new_beginning():
    """An item that was let go and taken up again is as it was then, whatever we wrote to it before."""
    dropped = update(2, ROBOT, removed=[mark(CREATED)])
    since = update(3, LENA, title=("Ours", "Theirs"))
    observed = told(CREATION, dropped, since, update(4, ROBOT, added=[mark(MARKER)]))
    assert observed[TITLE] == digest("Theirs")
    assert elements(observed, TAGS) == set()
    replaced = update(2, ROBOT, added=[mark(MARKER)], removed=[mark(CREATED)])
    assert told(CREATION, since, replaced)[TITLE] == digest("Ours")


@pytest.mark.parametrize(
    "other",
    [replace(CREATED, workspace="another"), replace(MARKER, item="6")],
    ids=["another workspace", "another item"],
)
def test_another_marker_marks_nothing(other):
    """Who put it there is nobody of ours: nothing is told."""
    assert told(update(1, LENA, added=[mark(other)], title=(None, "A"))) == {}


def test_updates_that_say_nothing_are_passed_over():
    """Fields that were not asked for, and shapes that updates don't have."""
    fields = {"System.Rev": {"newValue": 2}, TITLE: "Odd"}
    odd = {"id": 2, "rev": 2, "revisedBy": ROBOT, "fields": fields, "relations": {}}
    assert told(CREATION, odd) == told(CREATION)


class TestReading:
    """`recall`, on a site of canned answers."""

    @pytest.fixture
    def marked(self, azure):
        """Item 7 with a marker, item 8 without one."""
        item = work_item(7, {"System.Tags": label_of(MARKER)}, mark(MARKER), rev=2)
        azure.on("POST", "/_apis/wit/workitemsbatch", listed(item, work_item(8)))
        updates = [update(1, ROBOT, added=[mark(MARKER)], title=(None, "Item 7"))]
        return azure.on("GET", "/_apis/wit/workItems/7/updates", listed(*updates))

    def test_one_request_an_item_that_is_marked(self, marked, provider):
        """Beside the one for all of them; others are read as ever."""
        found = {each.asked: each.item for each in provider.recall({"7": (TITLE,), "8": (TITLE, POINTS)})}
        assert found["7"].marker == replace(MARKER, observed={TITLE: digest("Item 7")})
        assert found["7"].fields == {TITLE: "Item 7"}
        assert found["8"].marker is None
        assert [each.url.path for each in marked.requests if "updates" in each.url.path] == [
            f"{URL.removeprefix('https://azure.example')}/_apis/wit/workItems/7/updates"
        ]

    def test_a_field_that_holds_markers_says_it_all(self, azure, connect):
        """With `marker_field` nothing is asked for beside the items."""
        azure.on("POST", "/_apis/wit/workitemsbatch", listed(work_item(7)))
        [found] = connect(options={"marker_field": "Marker"}).provider.recall({"7": (TITLE,)})
        assert found.item.marker is None
        assert not any("updates" in each.url.path for each in azure.requests)
