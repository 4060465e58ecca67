"""Custom fields of every kind on each platform: the cases that the acceptance test goes through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from acceptance.field_cases import Case

__all__ = ["KINDS"]


def _custom(kind: str, field: str, id: str, *values: tuple[str, object], type: str = "epic", **more: Any) -> Case:
    """A custom field: what a spec writes, and what the platform shows then."""
    written, seen = zip(*values, strict=True)
    return Case(kind, written, seen, type, field=field, id=id, **more)


def _without(kind: str, field: str, written: str, refused: str, hint: str) -> Case:
    """A kind of field that the platform has not: `field` is the nearest that it has."""
    return Case(kind, (written,), type="epic", field=field, refused=refused, hint=hint)


def _twice(*values: str) -> tuple[tuple[str, str], ...]:
    """Values that the platform shows as they are written."""
    return tuple((each, each) for each in values)


_NUMBER: Final = {"wrong": "lots", "refused": "takes a number, not 'lots'"}
_DAY: Final = {"wrong": "soon", "refused": "takes a date, not 'soon'"}
_MOMENT: Final = {"wrong": "2026-03-31T17:00", "refused": "takes a time with its zone"}
_RISK: Final = {"wrong": "Hihg", "refused": "did you mean 'High'?", "drift": ("Critical", "Critical")}
_PEOPLE: Final = {"wrong": "l.grey@fund.example", "refused": "did you mean 'l.gray@fund.example'?"}

_JIRA_KINDS: Final = (
    _custom("text", "Sector", "customfield_10051", ("Energy", "Energy"), ("Ports", "Ports"), drift=("Rail", "Rail")),
    _custom("rich_text", "Thesis", "customfield_10060", ('"A **good** buy"', "A good buy"), ("Dear", "Dear")),
    _custom("number", "Investment amount", "customfield_10050", ("5", 5), ("7.5", 7.5), drift=(9, 9), **_NUMBER),
    _custom("date", "Closing date", "customfield_10074", *_twice("2026-12-24", "2027-01-31"), **_DAY),
    _custom(
        "datetime",
        "Signing",
        "customfield_10061",
        ("2026-03-31T17:00:00+01:00", "2026-03-31T16:00:00.000+0000"),
        ("2026-04-01T09:30:00Z", "2026-04-01T09:30:00.000+0000"),
        drift=("2026-04-02T09:30:00+00:00", "2026-04-02T09:30:00.000+0000"),
        **_MOMENT,
    ),
    _custom("select", "Risk level", "customfield_10052", ("High", "High"), ("low", "Low"), **_RISK),
    _custom(
        "multi_select",
        "Jurisdictions",
        "customfield_10063",
        ("[Germany, Jersey]", ["Germany", "Jersey"]),
        ("[jersey]", ["Jersey"]),
        cleared="[]",
        theirs="Luxembourg",
        wrong="[Lxembourg]",
        refused="did you mean 'Luxembourg'?",
        hint="checkboxes too",
    ),
    _custom(
        "cascading",
        "Region",
        "customfield_10066",
        ("EMEA/Germany", "EMEA/Germany"),
        ("Americas", "Americas"),
        wrong="EMEA/Germny",
        refused="did you mean 'EMEA/Germany'?",
        hint="with `/` between the two",
        drift=("EMEA/United Kingdom", "EMEA/United Kingdom"),
    ),
    _custom(
        "user", "Sponsor", "customfield_10067", ("l.gray@fund.example", "Lena Gray"), ("Omar Haddad", "Omar Haddad"),
        drift=("Mei Tanaka", "Mei Tanaka"), **_PEOPLE,
    ),
    _custom(
        "users",
        "Reviewers",
        "customfield_10068",
        ("[l.gray@fund.example, Omar Haddad]", ["Lena Gray", "Omar Haddad"]),
        ('["712020:00000000-0000-4000-8000-000000000003"]', ["Omar Haddad"]),
        cleared="[]",
        theirs="Mei Tanaka",
        wrong="[l.grey@fund.example]",
        refused="did you mean 'l.gray@fund.example'?",
    ),
    _custom(
        "group", "Owning group", "customfield_10069", ("Legal", "Legal"), ("valuation", "Valuation"),
        type="subtask", wrong="Leagl", refused="did you mean 'Legal'?", drift=_twice("Investment committee")[0],
    ),
    _custom(
        "groups",
        "Committees",
        "customfield_10070",
        ("[Legal, Valuation]", ["Legal", "Valuation"]),
        ("[Valuation]", ["Valuation"]),
        type="subtask",
        cleared="[]",
        theirs="Investment committee",
        wrong="[Leagl]",
        refused="did you mean 'Legal'?",
    ),
    _custom(
        "tags", "Keywords", "customfield_10071", ("[a, b]", ["a", "b"]), ("[b]", ["b"]), cleared="[]", theirs="theirs",
        wrong="[two words]", refused="has a space in it",
    ),
    _custom(
        "url", "Data room", "customfield_10062", *_twice("https://room.example/1", "https://room.example/2"),
        wrong="room.example", refused="is not the URL of a page", drift=2 * ("https://room.example/3",),
    ),
    _without("flag", "Approvals", "true", "takes text, not True", "Jira has checkboxes, which are a multi-select"),
    _custom(
        "version", "Target version", "customfield_10072", ('"1.1"', "1.1"), ('"2.0"', "2.0"),
        wrong='"1.10"', refused="did you mean '1.1'?", drift=("1.0", "1.0"),
    ),
    _custom(
        "versions", "Affected versions", "customfield_10073", ('["1.0", "1.1"]', ["1.0", "1.1"]), ('["1.1"]', ["1.1"]),
        cleared="[]", theirs="2.0", wrong='["1.10"]', refused="did you mean '1.1'?",
    ),
)  # fmt: skip

_ONE_VALUE: Final = "takes one value, not a list"
_AZURE_KINDS: Final = (
    _custom("text", "Vehicle", "Custom.Vehicle", ("Fund III", "Fund III"), ("Fund IV", "Fund IV"), drift=2 * ("SPV",)),
    _custom("rich_text", "Thesis", "Custom.Thesis", ('"A **good** buy"', "A good buy"), ("Dear", "Dear")),
    _custom(
        "number", "Headcount", "Custom.Headcount", ("5", 5), ("7", 7), drift=(9, 9),
        wrong="7.5", refused="takes a whole number, not 7.5", hint="whole ones alone where the field is an integer",
    ),
    _without(
        "date", "Signing", "2026-12-24", "takes a time with its zone",
        "fields of one's own have times: write `2026-12-24T00:00:00Z`",
    ),
    _custom(
        "datetime",
        "Signing",
        "Custom.Signing",
        ("2026-03-31T17:00:00+01:00", "2026-03-31T16:00:00Z"),
        ("2026-04-01T09:30:00Z", "2026-04-01T09:30:00Z"),
        drift=("2026-04-02T09:30:00+00:00", "2026-04-02T09:30:00Z"),
        **_MOMENT,
    ),
    _custom(
        "select", "Risk level", "Custom.RiskLevel", ("High", "High"), ("low", "Low"),
        hint="a picklist of texts or numbers; one that only suggests takes any value", **_RISK,
    ),
    _without("multi_select", "Risk level", "[Low, High]", _ONE_VALUE, "Azure DevOps has none of its own"),
    _without("cascading", "Risk level", "Low/High", "no Risk level is called", "an area is a tree"),
    _custom(
        "user", "Sponsor", "Custom.Sponsor", ("l.gray@fund.example", "Lena Gray"), ("Omar Haddad", "Omar Haddad"),
        drift=("Mei Tanaka", "Mei Tanaka"), wrong="nobody@fund.example", refused="no user is called",
    ),
    _without("users", "Sponsor", "[l.gray@fund.example]", _ONE_VALUE, "a field of people holds one"),
    _without("group", "Sponsor", "Legal", "no user is called", "groups in fields of people are not looked up"),
    _without("groups", "Sponsor", "[Legal]", _ONE_VALUE, "a field of people holds one"),
    _without("tags", "Vehicle", "[a, b]", _ONE_VALUE, "Azure DevOps has tags, which are the `labels`, and no others"),
    _custom(
        "url", "Vehicle", "Custom.Vehicle", *_twice("https://room.example/1", "https://room.example/2"),
        hint="as a text",
    ),
    _custom(
        "flag", "Confidential", "Custom.Confidential", ("true", True), ("false", False), drift=(False, False),
        wrong='"yes"', refused="takes true or false, not 'yes'",
    ),
    _without("version", "Target version", "'1.1'", "is no field of", "Azure DevOps has no versions"),
    _without("versions", "Affected versions", "['1.1']", "is no field of", "Azure DevOps has no versions"),
)  # fmt: skip

KINDS: Final[Mapping[str, Mapping[str, Case]]] = {
    "jira": {each.word: each for each in _JIRA_KINDS},
    "azure_devops": {each.word: each for each in _AZURE_KINDS},
}
"""By platform and kind, custom fields."""
