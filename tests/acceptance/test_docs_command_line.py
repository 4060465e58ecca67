"""`docs/command-line.md` against the commands: what there is is told, and what is told is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast, get_args

import click
import pytest
from doc_pages import page, pages, plain, table

from reconciler.cli.main import reconciler
from reconciler.plan.results import ResultKind
from reconciler.sdk import PluginRegistry

PAGE = page("command-line.md")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name: `state list`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


ROOT_COMMAND = cast("click.Group", reconciler)
COMMANDS = dict(commands(ROOT_COMMAND))
SHARED = {spelling for each in ROOT_COMMAND.params for spelling in each.opts}


def synopses() -> dict[str, str]:
    """How the page writes each command: in the table, and where that says `[...]` in the command's own section."""
    found = {}
    for cell, _ in table(PAGE, "Command", "Does"):
        written = plain(cell)
        name = next(each for each in sorted(COMMANDS, key=len, reverse=True) if f"{written} ".startswith(f"{each} "))
        if written.endswith("[...]"):
            (written,) = re.findall(rf"^    reconciler ({name} .*)$", PAGE, re.MULTILINE)
        found[name] = written.removeprefix(name).strip()
    return found


def test_the_page_lists_every_command() -> None:
    """No command is missing and none is made up."""
    assert set(synopses()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_written_with_all_that_it_takes(name: str) -> None:
    """The page's line of a command has its arguments and each of its own options, and no other."""
    own = [each for each in COMMANDS[name].params if not SHARED & set(each.opts)]
    options = {spelling for each in own if isinstance(each, click.Option) for spelling in each.opts}
    line = synopses()[name]
    assert set(re.findall(r"--[a-z-]+", line)) == options
    context = click.Context(COMMANDS[name])
    arguments = [each.make_metavar(context) for each in own if isinstance(each, click.Argument)]
    bare = re.sub(r"\[--[^\]]*\]|--[a-z-]+ [A-Z]+", "", line).split()
    assert bare == [each.strip() for each in arguments]


def test_the_options_of_all_commands_are_those_of_the_table() -> None:
    """What goes before or after a command is in the table, in each of its spellings."""
    rows = table(PAGE, "Option", "Means")
    told = {word for cell, _ in rows for word in re.findall(r"(?<![\w-])--?[A-Za-z][a-z-]*", cell)}
    assert told == (SHARED - {"--version"}) | {"-h", "--help"}
    assert "`reconciler --version`" in PAGE
    for name, command in COMMANDS.items():
        taken = {spelling for each in command.params for spelling in each.opts}
        assert SHARED - {"--version"} <= taken, name


@pytest.mark.parametrize("path", pages(), ids=lambda each: each.name)
def test_no_page_names_a_command_or_an_option_that_is_not_there(path: object) -> None:
    """Wherever a page writes `reconciler ...`, the command exists and takes the options that stand after it."""
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for call in re.findall(r"(?:^ *|`|bin/)reconciler ((?:-C \w+ )?[a-z][^`\n#|]*)", text, re.MULTILINE):
        words = re.sub(r"^-C \w+ ", "", call).split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
        if name == "state":
            continue
        assert name in COMMANDS, f"reconciler {call}"
        taken = {spelling for each in COMMANDS[name].params for spelling in each.opts} | {"--help", "-h"}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", call)) <= taken, f"reconciler {call}"


def test_the_results_of_an_apply_are_those_of_the_table() -> None:
    """Each result that `apply --format json` can give is explained."""
    assert {plain(name) for name, _ in table(PAGE, "Result", "Means")} == set(get_args(ResultKind))


def test_every_setting_of_a_plugin_is_under_environment() -> None:
    """The variables that name a site and who we are stand on the page, each as the plugin reads it."""
    rows = " ".join(cell for cell, _ in table(PAGE, "Variable", "Means"))
    for name in PluginRegistry().names:
        for setting in PluginRegistry().load(name).metadata().settings:
            assert f"`{setting.variable}`" in rows
