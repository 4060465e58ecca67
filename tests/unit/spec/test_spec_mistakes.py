"""What a user is told about a mistake: what, where to the character, and what to do.

In each case `§` stands before the character that the diagnostic must point at.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.diagnostics import Diagnostic, diagnostics_of
from reconciler.errors import SpecError

HEAD = "workspace: {name: deals, id: w-1}\nproviders: {jira: {project: INVEST, fields: {amount: Amount}}}\n"
ONE = "items:\n  a: {type: task, title: x}\n"
TWO = "  b: {type: task, title: x}\n"
GROUP = "items:\n  checks: {type: task, title: x, for_each: [legal, market]}\n"

CASES: dict[str, tuple[str, str, str]] = {
    # YAML
    "duplicate key": ("items:\n  a: {type: task, title: x, §title: y}\n", "duplicate_key", "remove one of them"),
    "duplicate address": (
        "items:\n  a: {type: task, title: x}\n  §a: {type: task, title: y}\n",
        "duplicate_key",
        "rename",
    ),
    "merge key": ("items:\n  a: &a {type: task}\n  b: {§<<: *a, title: x}\n", "merge_key", "`defaults`"),
    "tag": ("items:\n  a: {type: task, title: §!!str x}\n", "tag", "in quotes"),
    "several documents": ("items: {}\n§---\nitems: {}\n", "several_documents", "remove the `---`"),
    "unquoted expression in braces": ("items:\n  a: {title: §${var.x}}\n", "syntax", 'write "${...}"'),
    "unquoted expression in brackets": ("items:\n  a: {labels: [b, §${var.x}]}\n", "syntax", 'write "${...}"'),
    "colon in a text": ("items:\n  a:\n    title: Investment§: Acme\n", "syntax", "in quotes"),
    "tab": ("items:\n§\ta: 1\n", "syntax", "spaces"),
    "open quote": ("items:\n  a: {title: §'x}\n", "syntax", "close it"),
    "open bracket": ("items:\n  a:\n    labels: §[a, b\n    title: x\n", "syntax", "close it"),
    "indentation": ("items:\n  a:\n    title: x\n   §type: task\n", "syntax", "align"),
    "text that begins with @": ("items:\n  a:\n    title: §@x\n", "syntax", "quotes"),
    "bad escape": ('items:\n  a:\n    title: "x§\\q"\n', "syntax", "double it"),
    "text that begins with *": ("items:\n  a:\n    title: §*x\n", "unknown_alias", "in quotes"),
    "alias of itself": ("items:\n  a: &a\n    title: [§*a]\n", "alias_cycle", "write it out"),
    "list as a key": ("items:\n  ? §[a]\n  : b\n", "bad_key", "write a text"),
    "no key": ("items: {§'': b}\n", "bad_key", "write the key"),
    "huge number": (f"locals: {{a: §{'9' * 500}}}\n", "too_large", "quote it"),
    # the top level
    "unknown top-level key": ("§itemz: {}\n", "unknown_key", "did you mean `items`?"),
    "top-level synonym": ("§vars: {}\n", "unknown_key", "write `variables`"),
    "later top-level key": ("§modules: {}\n", "not_in_this_version", "remove it"),
    "a list of items": ("items: §[a]\n", "wrong_type", "`name: ...`"),
    "bad name": ("items:\n  §Due-Diligence: {type: task, title: x}\n", "bad_name", "`due_diligence`"),
    # items
    "item is a text": ("items:\n  a: §x\n", "wrong_type", "`title:`"),
    "unknown item key": (
        "items:\n  a: {type: task, title: x, §priorty: high}\n",
        "unknown_key",
        "did you mean `priority`?",
    ),
    "synonym": ("items:\n  a: {type: task, title: x, §tags: [a]}\n", "unknown_key", "write `labels`"),
    "synonym of a sprint": ("items:\n  a: {type: task, title: x, §iteration: 1}\n", "unknown_key", "`sprint`"),
    "alias outside of fields": (
        "items:\n  a: {type: task, title: x, §amount: 1}\n",
        "unknown_key",
        "`fields: {amount: ...}`",
    ),
    "item key in defaults": ("defaults: {§for_each: [a]}\n", "unknown_key", "at the items"),
    "no title": ("items:\n  §a: {type: task}\n", "missing", "`title: ...`"),
    "no type": ("items:\n  §a: {title: x}\n", "missing", "`type: task`"),
    "empty title": ("items:\n  a: {type: task, title: §''}\n", "wrong_value", "what the item is about"),
    "title of two lines": (
        "items:\n  a:\n    type: task\n    title: §|\n      one\n      two\n",
        "wrong_value",
        "on one line",
    ),
    "list for a text": ("items:\n  a: {type: task, title: §[x]}\n", "wrong_type", ""),
    "label with a space": (
        "items:\n  a: {type: task, title: x, labels: [ok, §due diligence]}\n",
        "wrong_value",
        "`due_diligence`",
    ),
    "labels are no list": ("items:\n  a: {type: task, title: x, labels: §urgent}\n", "wrong_type", "write [ ]"),
    "unknown name in a label": (
        'items:\n  a: {type: task, title: x, labels: [ok, "${§nope}"]}\n',
        "unknown_name",
        "var.nope",
    ),
    "labels are null": ("items:\n  a: {type: task, title: x, labels: §null}\n", "null", "write []"),
    "bad date": ("items:\n  a: {type: task, title: x, due: §31.12.2026}\n", "bad_date", "2026-12-24"),
    "no such day": ("items:\n  a: {type: task, title: x, due: §2026-02-30}\n", "bad_date", "month and day"),
    "number in quotes": ("items:\n  a: {type: task, title: x, story_points: §'5'}\n", "wrong_type", "quotes"),
    "nothing after a key": ("items:\n  a:\n    type: task\n    title: x\n    due:§\n", "null", "remove the line"),
    "document without url": ("items:\n  a: {type: task, title: x, documents: [§{title: y}]}\n", "missing", "https://"),
    "document without scheme": (
        "items:\n  a: {type: task, title: x, documents: [§{title: y, url: x.example}]}\n",
        "wrong_value",
        "https://",
    ),
    "unknown owner": ("items:\n  a: {type: task, title: x, ownership: {title: §peple}}\n", "wrong_value", "`people`"),
    "ownership of no field": (
        "items:\n  a: {type: task, title: x, ownership: {titel: §people}}\n",
        "unknown_key",
        "did you mean `title`?",
    ),
    "protect is a text": ("items:\n  a: {type: task, title: x, protect: '§yes'}\n", "unknown_name", "var.yes"),
    # references
    "unknown parent": (
        "items:\n  deal:\n  " + "  type: epic\n    title: y\n  a: {type: task, title: x, parent: §dael}\n",
        "unknown_item",
        "did you mean `deal`?",
    ),
    "key as an address": ("items:\n  a: {type: task, title: x, parent: §OLD-900}\n", "bad_reference", "{key: OLD-900}"),
    "group as parent": (
        "items:\n  g: {type: task, title: x, for_each: [b]}\n  a: {type: task, title: x, parent: §g}\n",
        "bad_reference",
        'g["b"]',
    ),
    "unknown instance": (
        "items:\n  g: {type: task, title: x, for_each: [legal]}\n  a: {type: task, title: x, parent: §g.legl}\n",
        "unknown_item",
        "`legal`",
    ),
    "link to itself": ("items:\n  a: {type: task, title: x, links: {blocks: [§a]}}\n", "bad_reference", "another item"),
    "unwanted target": (
        "items:\n  b: {type: task, title: x, when: false}\n  a: {type: task, title: x, links: {blocks: §b}}\n",
        "unknown_item",
        "same condition",
    ),
    "outside reference with two keys": (
        "items:\n  a: {type: task, title: x, parent: §{key: A-1, id: 4}}\n",
        "bad_reference",
        "exactly one",
    ),
    "circle of parents": (
        "items:\n  a: {type: task, title: x, parent: §b}\n  b: {type: task, title: x, parent: a}\n",
        "cycle",
        "out of the circle",
    ),
    "circle of values": (
        (
            'items:\n  a: {type: task, title: x, due: "${items.b.due}"}\n'
            '  b: {type: task, title: x, due: "${items.a.§due}"}\n'
        ),
        "cycle",
        "write one of these values out",
    ),
    "circle of locals": ('locals:\n  a: "${local.§a}"\nitems:\n  x: {type: task, title: "${local.a}"}\n', "cycle", ""),
    # instances
    "bad instance key": ("items:\n  a: {type: task, title: x, for_each: [§'a b']}\n", "bad_key", "slug"),
    "instance key twice": ("items:\n  a: {type: task, title: x, for_each: [b, §b]}\n", "duplicate_key", "remove one"),
    "for_each over a text": ("items:\n  a: {type: task, title: x, for_each: §b}\n", "wrong_type", "[a, b]"),
    "for_each and matrix": (
        "items:\n  a: {type: task, title: x, for_each: [b], matrix: §{c: [d]}}\n",
        "wrong_value",
        "axis",
    ),
    "axis called key": ("items:\n  a: {type: task, title: x, matrix: {§key: [d]}}\n", "bad_name", "meaning"),
    "when is a number": ("items:\n  a: {type: task, title: x, when: §5}\n", "wrong_type", "compare it"),
    # expressions
    "unknown name": ('items:\n  a: {type: task, title: "x ${§company}"}\n', "unknown_name", "`var.company`"),
    "unknown variable": ('items:\n  a: {type: task, title: "x ${var.§company}"}\n', "unknown_name", "holds nothing"),
    "unknown function": ('items:\n  a: {type: task, title: "x ${§uper(1)}"}\n', "unknown_function", "`upper`"),
    "wrong argument": ('items:\n  a: {type: task, title: "x ${upper(§5)}"}\n', "wrong_type", "upper(text)"),
    "too few arguments": ('items:\n  a: {type: task, title: "x ${§join([1])}"}\n', "expression", "join(list, ', ')"),
    "method call": ('items:\n  a: {type: task, title: "x ${§workspace.name.upper()}"}\n', "expression", "upper(x)"),
    "open expression": ('items:\n  a: {type: task, title: "x §${var.a"}\n', "syntax", "missing `}`"),
    "no operator": ('items:\n  a: {type: task, title: "x ${§1 2}"}\n', "syntax", "operator"),
    "null from an expression": ('items:\n  a: {type: task, title: x, assignee: §"${null}"}\n', "null", "`omit`"),
    "each outside": ('items:\n  a: {type: task, title: "x ${§each.key}"}\n', "unknown_name", "for_each"),
    "known after apply in a title": (
        'items:\n  b: {type: task, title: y}\n  a: {type: task, title: §"x ${items.b.key}"}\n',
        "known_after_apply",
        "description",
    ),
    "expression in the second line of a block": (
        "items:\n  a:\n    type: task\n    title: x\n    description: |\n      one\n      two ${§nope}\n",
        "unknown_name",
        "var.nope",
    ),
    "expression over several lines": (
        "items:\n  a:\n    type: task\n    title: x\n    description: |\n      ${ [1,\n         §nope] }\n",
        "unknown_name",
        "var.nope",
    ),
    "unknown calendar": (
        (
            "calendars: {london: {}}\n"
            "items:\n  a: {type: task, title: x, due: \"${workdays('2026-01-01', 1, §'lodon')}\"}\n"
        ),
        "unknown_name",
        "`london`",
    ),
    # variables and calendars
    "missing variable": ("variables:\n  §a: {type: string}\n", "missing_variable", "RECONCILER_VAR_A"),
    "no variable type": ("variables:\n  §a: {default: 1}\n", "missing", "`type: string`"),
    "bad variable type": ("variables:\n  a: {type: §strng, default: x}\n", "wrong_value", "`string`"),
    "variable key": ("variables:\n  a: {type: string, §defualt: x}\n", "unknown_key", "`default`"),
    "variable shorthand": ("variables:\n  a: §string\n", "wrong_type", "{type: string}"),
    "default of another type": (
        "variables:\n  a: {type: number, default: §'$40,000,000'}\n",
        "wrong_type",
        "write 40000000",
    ),
    "default not in one_of": (
        "variables:\n  a: {type: string, one_of: [low, high], default: §hihg}\n",
        "not_one_of",
        "`high`",
    ),
    "failed check": ("variables:\n  a: {type: number, check: value > 0, default: §-1}\n", "check_failed", "value > 0"),
    "yes for a flag": ("variables:\n  a: {type: bool, default: §yes}\n", "wrong_type", "true or false"),
    "expression as a default": ('variables:\n  a: {type: string, default: §"${1}"}\n', "wrong_value", "`locals`"),
    "message without check": ("variables:\n  a: {type: string, message: §x, default: x}\n", "missing", "check"),
    "bad weekday": ("calendars: {a: {weekend: [§Saturday]}}\n", "wrong_value", "`sat`"),
    "bad holiday": ("calendars: {a: {holidays: [§25.12.2026]}}\n", "bad_date", "2026-12-24"),
    "calendar is a list": ("calendars: {a: §[sat]}\n", "wrong_type", "weekend:"),
    "weekend is a text": ("calendars: {a: {weekend: §sat}}\n", "wrong_type", "write [ ]"),
    "weekend is the week": (
        "calendars: {a: {weekend: §[mon, tue, wed, thu, fri, sat, sun]}}\n",
        "wrong_value",
        "leave out",
    ),
    "one_of is a text": ("variables:\n  a: {type: string, one_of: §x, default: x}\n", "wrong_type", "[a, b]"),
    "message is a list": ("variables:\n  a: {type: string, check: 'true', message: §[x]}\n", "wrong_type", ""),
    "expression in a list as a default": (
        'variables:\n  a: {type: any, default: [b, {c: §"${1}"}]}\n',
        "wrong_value",
        "",
    ),
    "list for a single value": ("variables:\n  a: {type: string, default: §[x]}\n", "wrong_type", ""),
    "null for a text": ("variables:\n  a: {type: list(string), default: [§null]}\n", "wrong_type", '""'),
    "local that is left out": (
        'locals: {a: §"${omit}"}\nitems: {x: {type: task, title: "${local.a}"}}\n',
        "wrong_value",
        "a value",
    ),
    "folded text": (
        "items:\n  a:\n    type: task\n    title: x\n    description: >\n      one\n      two\n      ${§nope} three\n",
        "unknown_name",
        "var.nope",
    ),
    "the second of two": ('items:\n  a: {type: task, title: "${1} ${§b} ${b}"}\n', "unknown_name", "var.b"),
    "escaped text": ('items:\n  a: {type: task, title: "\\x41\\x42 ${§nope}"}\n', "unknown_name", "var.nope"),
    "expression broken by an escape": (
        "items:\n  a: {type: task, title: \"${join(['a'], §'\\n')}\"}\n",
        "syntax",
        "write \\\\n",
    ),
    "calendar key": ("calendars: {a: {§holiday: []}}\n", "unknown_key", "`holidays`"),
    # an item's life
    "unknown way to remove": (
        "items:\n  a: {type: task, title: x, on_remove: §delet}\n",
        "wrong_value",
        "did you mean `delete`?",
    ),
    "on_remove is null": ("items:\n  a: {type: task, title: x, on_remove: §null}\n", "wrong_value", "close, delete"),
    "close_comment is a list": ("items:\n  a: {type: task, title: x, close_comment: §[x]}\n", "wrong_type", ""),
    "nothing after close_comment": (
        "items:\n  a:\n    type: task\n    title: x\n    close_comment:§\n",
        "null",
        "remove the line",
    ),
    "empty close_comment": (
        "items:\n  a: {type: task, title: x, close_comment: §''}\n",
        "wrong_value",
        "remove the line",
    ),
    "close_comment known after apply": (
        'items:\n  a: {type: task, title: x}\n  b: {type: task, title: x, close_comment: §"see ${items.a.key}"}\n',
        "known_after_apply",
        "description",
    ),
    "workflow is a text": ("items:\n  a: {type: task, title: x, workflow: §any}\n", "wrong_type", "{through: any}"),
    "workflow key": (
        "items:\n  a: {type: task, title: x, workflow: {§throug: any}}\n",
        "unknown_key",
        "did you mean `through`?",
    ),
    "through is one status": (
        "items:\n  a: {type: task, title: x, workflow: {through: §In review}}\n",
        "wrong_type",
        "write [In review], or any",
    ),
    "lifecycle": ("items:\n  a: {type: task, title: x, §lifecycle: {}}\n", "unknown_key", "write `on_remove`"),
    "close_comment at the top level": ("§close_comment: x\nitems: {}\n", "unknown_key", ""),
    # the policy
    "policy is a word": ("policy: §quiet\n", "wrong_type", "keys and values"),
    "policy key": ("policy: {§conflict: stop}\n", "unknown_key", "did you mean `conflicts`?"),
    "rules that are no list": ("policy: {rules: §{deny: true}}\n", "wrong_type", "write {deny: "),
    "rule that is no map": ("policy: {rules: [§no]}\n", "wrong_type", "write {deny: "),
    "rule without a condition": ("policy: {rules: [§{message: No}]}\n", "missing", "write {deny: "),
    "rule without a message": ("policy: {rules: [§{deny: true}]}\n", "missing", "say why"),
    "rule with two conditions": (
        "policy: {rules: [{deny: true, warn: §true, message: No}]}\n",
        "wrong_value",
        "two rules",
    ),
    "rule's key": ("policy: {rules: [{deny: true, §mesage: a, message: No}]}\n", "unknown_key", "`message`?"),
    "rule that is a number": ("policy: {rules: [{deny: §5, message: No}]}\n", "wrong_type", "action.action == "),
    "rule in ${ }": ("policy: {rules: [{deny: §'${action.protect}', message: No}]}\n", "wrong_value", "take the ${"),
    "rule's syntax": ("policy: {rules: [{deny: action.protect §=, message: No}]}\n", "syntax", "operator"),
    "rule's unknown name": ("policy: {rules: [{deny: §acton.protect, message: No}]}\n", "unknown_name", "`action`?"),
    "rule over a variable": (
        "policy: {rules: [{deny: action.protect or §var.x, message: No}]}\n",
        "unknown_name",
        "`action` and `plan`",
    ),
    "rule over a file": (
        "policy: {rules: [{deny: action.key in §csv('a.csv'), message: No}]}\n",
        "unknown_function",
        "write the values",
    ),
    "rule's unknown part": (
        "policy: {rules: [{deny: action.§adress == 'a', message: No}]}\n",
        "unknown_name",
        "`address`?",
    ),
    "rule's part in brackets": (
        "policy: {rules: [{deny: \"§plan['sumary'] == 'a'\", message: No}]}\n",
        "unknown_name",
        "`summary`?",
    ),
    "rule's field beside the item": (
        "policy: {rules: [{deny: \"'x' in action.§labels\", message: No}]}\n",
        "unknown_name",
        "`action.item.labels`",
    ),
    "rule's unknown field": (
        "policy: {rules: [{deny: \"'x' in action.item.§label\", message: No}]}\n",
        "unknown_name",
        "`labels`?",
    ),
    "rule's synonym": (
        "policy: {rules: [{deny: \"'x' in action.item.§tags\", message: No}]}\n",
        "unknown_name",
        "write `labels`",
    ),
    "rule's custom field": (
        "policy: {rules: [{deny: action.item.§quux > 1, message: No}]}\n",
        "unknown_name",
        "action.item.fields.quux",
    ),
    "message that is a map": (
        "policy: {rules: [{deny: true, message: §{a: b}}]}\n",
        "wrong_type",
        "in plain words",
    ),
    "message that is empty": ("policy: {rules: [{deny: true, message: §''}]}\n", "wrong_type", "in plain words"),
    "expression in a message": (
        "policy: {rules: [{deny: true, message: §'No ${action.key}'}]}\n",
        "wrong_type",
        "write plain words",
    ),
    "unknown policy": ("policy: {conflicts: §peple}\n", "wrong_value", "did you mean `people`?"),
    "policy by field": ("policy: {conflicts: §{status: spec}}\n", "wrong_type", "spec, people, stop"),
    "policy of null": ("policy: {on_missing: §null}\n", "wrong_value", "stop, recreate, forget"),
    "expression in a policy": ("policy: {notify: §\"${'quiet'}\"}\n", "wrong_type", "normal, quiet"),
    "two policies": ("policy: {}\n§policy: {}\n", "duplicate_key", "remove one"),
    # moved
    "moves are a map": ("moved: §{from: a, to: b}\n", "wrong_type", "after a `- `"),
    "nothing after moved": ("moved:§\n", "wrong_type", "after a `- `"),
    "a move is an address": ("moved: [§a]\n", "wrong_type", "{from: tasks.legal"),
    "move without from": (ONE + "moved: [§{to: a}]\n", "missing", "{from: tasks.legal"),
    "move without to": (ONE + "moved: [§{from: b}]\n", "missing", "{from: tasks.legal"),
    "key of a move": (ONE + "moved: [{from: b, §too: a}]\n", "unknown_key", "did you mean `to`?"),
    "move from no address": (ONE + "moved: [{from: §INVEST-1, to: a}]\n", "bad_reference", "`tasks.legal`"),
    "move from an expression": (ONE + 'moved: [{from: §"${var.x}", to: a}]\n', "bad_reference", "no expression"),
    "move from a number": (ONE + "moved: [{from: §5, to: a}]\n", "wrong_type", "`deal`"),
    "move to an unknown item": (
        ONE.replace("a:", "deal:") + "moved: [{from: b, to: §dael}]\n",
        "unknown_item",
        "`deal`",
    ),
    "move to an unknown instance": (
        GROUP + "moved: [{from: b, to: §checks.legl}]\n",
        "unknown_item",
        "did you mean `legal`?",
    ),
    "move to an instance of a single item": (ONE + "moved: [{from: b, to: §a.legal}]\n", "unknown_item", "write `a`"),
    "move of one item to a group": (
        GROUP + "moved: [{from: tasks.legal, to: §checks}]\n",
        "bad_reference",
        'checks["legal"]',
    ),
    "move to a group without instances": (
        GROUP.replace("[legal, market]", "[]") + "moved: [{from: tasks.legal, to: §checks}]\n",
        "bad_reference",
        "no instances",
    ),
    "move from an item": (ONE + TWO + "moved: [{from: §b, to: a}]\n", "still_there", "remove the item"),
    "move from an instance that stays": (
        GROUP + TWO + "moved: [{from: §checks.legal, to: b}]\n",
        "still_there",
        "or this entry",
    ),
    "a group moves and stays": (
        GROUP + "  tasks: {type: task, title: x, for_each: [market]}\nmoved: [{from: §tasks, to: checks}]\n",
        "still_there",
        "or this entry",
    ),
    "moved from twice": (
        ONE + TWO + "moved:\n  - {from: c, to: a}\n  - {from: §c, to: b}\n",
        "duplicate_address",
        "remove one",
    ),
    "moved to twice": (
        ONE + "moved:\n  - {from: b, to: a}\n  - {from: c, to: §a}\n",
        "duplicate_address",
        "remove one",
    ),
    "moved with its group too": (
        GROUP + "moved:\n  - {from: tasks, to: checks}\n  - {from: §'tasks[\"legal\"]', to: checks.legal}\n",
        "duplicate_address",
        "remove one",
    ),
    "moves that follow each other": (
        ONE + "moved:\n  - {from: b, to: a}\n  - {from: c, to: §b}\n",
        "chain",
        "{from: c, to: a}",
    ),
    "moves in a circle": (
        ONE + TWO + "moved:\n  - {from: a, to: §b}\n  - {from: b, to: a}\n",
        "cycle",
        "free address",
    ),
    "move to itself": (ONE + "moved: [{from: a, to: §a}]\n", "cycle", "take one move out"),
    # removed
    "removed is a text": ("removed: §a\n", "wrong_type", "after a `- `"),
    "removed is no address": ("removed: [§INVEST-1]\n", "bad_reference", "`tasks.legal`"),
    "removed is a map": ("removed: [§{from: a}]\n", "wrong_type", "`deal`"),
    "removed and still there": (ONE + "removed: [§a]\n", "still_there", "remove the item"),
    "removed instance that is still there": (GROUP + "removed: [§checks.legal]\n", "still_there", "or this entry"),
    "removed group that is still there": (GROUP + "removed: [§checks]\n", "still_there", "or this entry"),
    "removed twice": ("removed: [b.c, §'b[\"c\"]']\n", "duplicate_address", "remove one"),
    "moved and removed": (ONE + "moved: [{from: b, to: a}]\nremoved: [§b]\n", "duplicate_address", "remove one"),
    # imports
    "import is an address": (ONE + "imports: [§a]\n", "wrong_type", "{to: deal, key: OLD-900}"),
    "import without to": (ONE + "imports: [§{key: OLD-1}]\n", "missing", "{to: deal"),
    "import of nothing": (ONE + "imports: [§{to: a}]\n", "missing", "`query`"),
    "import by two names": (ONE + "imports: [§{to: a, key: OLD-1, id: 5}]\n", "missing", "`query`"),
    "key of an import": (ONE + "imports: [{to: a, key: OLD-1, §provider: x}]\n", "unknown_key", "to, key, id, query"),
    "import to an unknown item": (ONE + "imports: [{to: §b, key: OLD-1}]\n", "unknown_item", "remove the entry"),
    "import to a group": (GROUP + "imports: [{to: §checks, key: OLD-1}]\n", "bad_reference", 'checks["legal"]'),
    "import to one address twice": (
        ONE + "imports: [{to: a, key: OLD-1}, {to: §a, key: OLD-2}]\n",
        "duplicate_address",
        "remove one",
    ),
    "one item imported twice": (
        ONE + TWO + "imports: [{to: a, key: OLD-1}, §{to: b, key: OLD-1}]\n",
        "duplicate_address",
        "remove one",
    ),
    "moved and imported": (
        ONE + "moved: [{from: b, to: a}]\nimports: [{to: §a, key: OLD-1}]\n",
        "duplicate_address",
        "remove one",
    ),
    "import of a list": (ONE + "imports: [{to: a, key: §[OLD-1]}]\n", "wrong_type", ""),
    "import of an empty key": (ONE + "imports: [{to: a, key: §''}]\n", "wrong_value", "write a value"),
    "mistake in an import": (ONE + 'imports: [{to: a, key: "${§nope}"}]\n', "unknown_name", "var.nope"),
}


@pytest.mark.parametrize(("text", "code", "hint"), CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_its_place(
    text: str, code: str, hint: str, mistakes: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    """The diagnostic has a stable code, points at the character, shows the line and says what to do."""
    before = (HEAD + text).partition("§")[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = mistakes(text.replace("§", ""))
    told = [each for each in found if each.code == code]
    assert told, found
    place = told[0].place
    assert place is not None
    assert (place.file, place.line, place.column) == ("main.yaml", line, column)
    assert hint in told[0].hint
    assert told[0].snippet == (HEAD + text).replace("§", "").split("\n")[line - 1][:300]
    assert not told[0].summary.endswith(".")


PROVIDERS: dict[str, tuple[str, str, str]] = {
    "credentials": ("jira: {project: A, §api_token: x}", "secret_in_spec", "RECONCILER_JIRA_URL"),
    "a url": ("jira: {§url: 'https://x.example'}", "secret_in_spec", "environment"),
    "unknown status": ("jira: {statuses: {§in_reveiw: x}}", "unknown_key", "`in_review`"),
    "two names for a type": ("jira: {types: {epic: §[a, b]}}", "wrong_type", "without [ ]"),
    "bad alias": ("jira: {fields: {§Amount: x}}", "bad_name", "small letters"),
    "fields are a list": ("jira: {fields: §[x]}", "wrong_type", "{word: Its name there}"),
    "a list for a name": ("jira: {project: §[x]}", "wrong_type", ""),
    "a text for a block": ("jira: §INVEST", "wrong_type", "{project: KEY}"),
    "a local in a block": ('jira: {project: "${§local.x}"}', "unknown_name", "var"),
}


@pytest.mark.parametrize(("text", "code", "hint"), PROVIDERS.values(), ids=PROVIDERS)
def test_a_provider_block_has_only_what_a_spec_may_say(
    text: str, code: str, hint: str, mistakes: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    """A block that names a site or a secret, or a word that maps nothing, is refused where it stands."""
    whole = "workspace: {name: a, id: b}\nproviders:\n  " + text + "\n"
    (told, *_) = mistakes(whole.replace("§", ""), head="")
    assert told.code == code
    assert told.place is not None
    assert (told.place.line, told.place.column) == (3, whole.split("\n")[2].index("§") + 1)
    assert hint in told.hint


WORKSPACES: dict[str, tuple[str, str, str]] = {
    "none": ("items: {}\n", "missing", "reconciler init"),
    "no id": ("workspace: {name: a}\n", "missing", "reconciler init"),
    "no name": ("workspace: {id: a}\n", "missing", "name: deals"),
    "two words": ("workspace: {name: my deals, id: a}\n", "wrong_value", "letters"),
    "previous name of two words": ("workspace: {name: a, id: b, previous_name: c d}\n", "wrong_value", "letters"),
    "previous name is the name": ("workspace: {name: a, id: b, previous_name: a}\n", "wrong_value", "it had before"),
    "unknown key": ("workspace: {name: a, id: b, instnce: c}\n", "unknown_key", "`instance`"),
    "bad instance": ("workspace: {name: a, id: b, instance: 'a b'}\n", "wrong_value", "slug"),
    "a text": ("workspace: a\nitems: {}\n", "wrong_type", "keys and values"),
    "twice": ("workspace: {name: a, id: b}\nworkspace: {name: a, id: b}\n", "duplicate_key", "remove"),
}


@pytest.mark.parametrize(("text", "code", "hint"), WORKSPACES.values(), ids=WORKSPACES)
def test_a_workspace_says_who_it_is(
    text: str, code: str, hint: str, mistakes: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    """Name and id are needed and plain; an instance can stand in a file's name and a marker."""
    (told, *_) = mistakes(text, head="")
    assert told.code == code
    assert hint in told.hint


def test_all_mistakes_are_told_at_once_in_order(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """One mistake hides no other, in one item or in several, and they come in the order of the file."""
    found = mistakes(
        "items:\n"
        "  a: {type: task, titel: x, labels: [a b, c d], due: soon}\n"
        "  b: {type: task, title: '${nope}', story_points: many, parent: c}\n"
        "  c: {type: task, title: x, ownership: {due: me, start: you}}\n"
    )
    assert [each.place.line for each in found if each.place] == [4] * 5 + [5] * 2 + [6] * 2
    assert [each.code for each in found][:2] == ["missing", "unknown_key"]


def test_values_of_names_are_shown(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """Somebody who reads that a number is needed sees which value was there instead."""
    (told,) = mistakes(
        "variables: {amount: {type: string, default: many}}\n"
        "items:\n  a: {type: task, title: x, story_points: '${var.amount + 1}'}\n"
    )
    assert told.values == {"var.amount": '"many"'}


def test_instances_repeat_no_mistake(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """A mistake that a hundred instances share is told once, and says how often it was met."""
    (told,) = mistakes("items:\n  a: {type: task, title: x, for_each: '${range(100)}', due: soon}\n")
    assert "99 more times" in told.detail


def test_a_broken_value_breaks_no_other_silently(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """Whatever reads a value with a mistake says nothing more: the cause is told once, at its place."""
    (told,) = mistakes(
        "locals: {a: '${nope}'}\n"
        "items:\n"
        "  x: {type: task, title: '${local.a}', due: '${local.a}'}\n"
        "  y: {type: task, title: '${items.x.title}'}\n"
    )
    assert told.code == "unknown_name"
    assert told.place is not None
    assert told.place.line == 3


def test_a_thousand_mistakes_are_enough(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """A file of nonsense ends in a list that somebody can still scroll, and says that it is not all."""
    found = mistakes("items:\n" + "".join(f"  i{n}: {{type: task, title: x, bogus: 1}}\n" for n in range(1500)))
    assert len(found) == 1001
    assert [each.code for each in found if each.severity == "note"] == ["too_many"]


def test_two_files_give_both_places(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """An address that two files claim is shown with both places."""
    (told,) = mistakes(
        "items: {deal: {type: task, title: x}}\n", files={"more.yaml": "items: {deal: {type: task, title: y}}\n"}
    )
    assert told.code == "duplicate_address"
    assert str(told.place) == "more.yaml:1:9"
    assert "main.yaml:3:9" in told.detail


def test_a_workspace_is_declared_once(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """Two files that each declare it are shown with both places."""
    (told,) = mistakes("", files={"more.yaml": "workspace: {name: deals, id: w-2}\n"})
    assert (told.code, str(told.place)) == ("duplicate_key", "more.yaml:1:1")
    assert "main.yaml:1:1" in told.detail


def test_the_exception_says_what_it_carries() -> None:
    """Text and diagnostics of the exception are the same findings."""
    finding = Diagnostic("error", "x", "something is wrong")
    problem = SpecError([finding])
    assert str(problem) == "error: something is wrong"
    assert diagnostics_of(problem) == (finding,)
