"""Keys of instances, and logs in their block."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.alerts import fenced, instance_key
from reconciler.alerts.texts import closed


def test_a_key_that_fits_stays() -> None:
    """Letters, digits, `.`, `_` and `-`, up to 64 of them, are the key themselves."""
    assert instance_key("disk-db.1_A") == "disk-db.1_A"
    assert instance_key("x" * 64) == "x" * 64


def test_any_other_key_is_readable_and_its_own() -> None:
    """The rest becomes `-`, and a digest keeps keys apart that would look the same."""
    assert instance_key("disk/db 1") == "disk-db-1-04ce70025592"
    assert instance_key("disk/db 1") != instance_key("disk/db/1")
    assert len(instance_key("x" * 65)) == 48 + 1 + 12
    assert re.fullmatch("[0-9a-f]{12}", instance_key("日本"))


@given(st.text(min_size=1))
def test_every_key_is_an_instances(text: str) -> None:
    """Whatever the tool sends, the address can be written."""
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", instance_key(text))


@given(st.text(alphabet="`a\n"), st.integers(1, 40))
def test_logs_stay_in_their_block(logs: str, room: int) -> None:
    """No run of backticks in the logs is as long as the fence, so nothing in them ends the block."""
    block = fenced(logs, room)
    if not block:
        return
    fence = block.partition("\n")[0]
    assert set(fence) == {"`"}
    inside = block[len(fence) + 1 :].rpartition(f"\n{fence}")[0]
    assert fence not in inside


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("plain", "plain"),
        ("```\ncode\n```\nmore", "```\ncode\n```\nmore"),
        ("```sh\ncode", "```sh\ncode\n```"),
        ("~~~\n```\ncode", "~~~\n```\ncode\n~~~"),
        ("````\n```\ncode\n```", "````\n```\ncode\n```\n````"),
        ("```\n``` no end", "```\n``` no end\n```"),
    ],
)
def test_a_block_that_a_text_leaves_open_is_ended(text: str, ended: str) -> None:
    """Else the logs below would be a part of it, and what is in them would be read as Markdown."""
    assert closed(text) == ended


def test_long_logs_keep_their_end() -> None:
    """What is cut is said, with numbers."""
    left_out = "Cut: the first 10 of 15 characters are left out."
    assert fenced("a" * 10 + "b" * 5, 5) == f"```\nbbbbb\n```\n\n{left_out}"
    assert fenced("\x1b[31mred\x1b[0m\r\nline", 100) == "```\nred\nline\n```"
    assert fenced("", 5) == fenced("x", 0) == ""


def shown(logs: str, room: int) -> str:
    """What is inside of the block."""
    return fenced(logs, room).partition("\n")[2].partition("\n```")[0]


@pytest.mark.parametrize(
    ("logs", "room", "kept"),
    [
        ("first line\nsecond line\nthird line", 26, "second line\nthird line"),
        ("first line\nsecond line", 11, "second line"),
        ("short\na line that is longer than the room", 12, "han the room"),
        ("none\nof these\nends soon enough\nso", 15, " soon enough\nso"),
    ],
)
def test_a_cut_falls_between_lines(logs: str, room: int, kept: str) -> None:
    """Where a line ends in the first half of what there is room for; one long line is cut in its middle."""
    assert shown(logs, room) == kept


@pytest.mark.parametrize(
    ("character", "room"),
    [
        ("e\u0301", 3),
        ("👩\u200d👩\u200d👧", 3),
        ("👩\u200d👩\u200d👧", 4),
        ("👍🏽", 3),
        ("\U0001f1e9\U0001f1ea", 3),
        ("☁\ufe0f", 3),
    ],
)
def test_a_cut_falls_between_what_a_person_sees_as_characters(character: str, room: int) -> None:
    """An accent stays on its letter, a family together, a flag whole."""
    assert shown(f"xx{character}yy", room) == "yy"
    whole = shown(f"xx{character}yy", len(character) + 2)
    assert whole == f"{character}yy"


@given(st.text(alphabet="a\n\u0301\u200d🏽\U0001f1e9"), st.integers(1, 12))
def test_what_is_kept_is_an_end_that_fits(logs: str, room: int) -> None:
    """And the note says what is missing from it, to the character."""
    clean = logs.strip("\n")
    kept = shown(logs, room)
    assert clean.endswith(kept)
    assert len(kept) <= room
    missing = len(clean) - len(kept)
    assert (f"Cut: the first {missing} of {len(clean)} characters" in fenced(logs, room)) is (missing > 0)
    assert bool(kept) is bool(clean)
