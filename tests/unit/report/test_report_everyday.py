"""Lines of what a search found."""

from __future__ import annotations

from reconciler.report.everyday import hit_data, render_hits
from reconciler.sdk import Hit


def hit(number: int, title: str, status: str = "To Do") -> Hit:
    return Hit(str(number), f"INVEST-{number}", f"https://s/{number}", "Task", title, status)


def test_columns_stand_below_each_other():
    """As wide as their widest cell; wide characters count twice; items that the state does not know have no address."""
    hits = [hit(1, "Short"), hit(12, "日本語の題", "In Progress")]
    assert render_hits(hits, {"1": 'tasks["legal"]'}, width=120).splitlines() == [
        'INVEST-1   To Do        Short       tasks["legal"]  https://s/1',
        "INVEST-12  In Progress  日本語の題                  https://s/12",
    ]


def test_without_any_address_there_is_no_column_for_it():
    """Outside of a workspace the lines are shorter."""
    assert render_hits([hit(1, "Short")], {}, width=120) == "INVEST-1  To Do  Short  https://s/1"


def test_long_titles_give_way_and_urls_stay_whole():
    """A title keeps 40 columns, however narrow the terminal: a URL that is cut is of no use."""
    for width in (60, 100):
        [line] = render_hits([hit(1, "x" * 200)], {}, width=width).splitlines()
        assert line.endswith("  https://s/1")
        title = line.split("  ")[2]
        assert len(title) == max(width - len("INVEST-1To Dohttps://s/1") - 8, 40)
        assert "…" in title


def test_what_is_shown_can_not_move_the_cursor():
    """Titles, statuses and URLs come from people and platforms."""
    line = render_hits([Hit("1", "K\x1b-1", "https://s/\x1b1", "Task", "a\x1b[2Jb\nc", "To\x07Do")], {}, width=120)
    assert "\x1b" not in line
    assert "\x07" not in line
    assert line.count("\n") == 0


def test_json_has_every_name():
    """And null for the address of what the state does not know."""
    assert hit_data(hit(1, "Short"), None) == {
        "key": "INVEST-1",
        "id": "1",
        "address": None,
        "type": "Task",
        "title": "Short",
        "status": "To Do",
        "url": "https://s/1",
    }
