"""The command line's contract: options, streams, colours, exit codes, and asking before anything is written."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest
from acceptance.harness import Site, Workspace, kinds, writes

COMMANDS = ("init", "validate", "plan", "apply", "destroy", "drift", "show", "schema", "doctor", "sandbox", "demo")
YES_ONLY = "Only yes will do"


def at_a_terminal(workspace: Workspace, answer: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run a command at a terminal of its own, answer its question, and give its exit code and what was on screen."""
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        workspace.command(*arguments),
        cwd=workspace.path,
        env={**workspace.environment(), "TERM": "xterm", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        screen += more
        if answer and YES_ONLY.encode() in screen:
            os.write(terminal, answer.encode() + b"\n")
            answer = ""
    os.close(terminal)
    return process.wait(timeout=60), screen.decode()


def test_options_stand_before_and_after_the_command(example: Workspace, tmp_path: Path) -> None:
    """-C, --var, --var-file, --no-color and --log-level work on either side of the command; the later --var wins."""
    at = ("-C", str(example.path))
    other = ("--var-file", "globex.vars.yaml")
    names = {
        example.run(*arguments, cwd=tmp_path).out
        for arguments in [
            (*at, *other, "--no-color", "--log-level", "error", "validate"),
            (*at, "validate", *other, "--no-color", "--log-level", "error"),
            (*at, *other, "validate", "."),
            ("validate", "specs", "--var-file", str(example.path / "globex.vars.yaml")),
            ("-C", "specs", "validate", *other),
        ]
    }
    assert names == {"Valid: investment-asset-plan/globex-energy wants 7 items.\n"}
    overridden = example.run("--var", "company=One", "validate", "--var", "company=Two Ltd", *other)
    assert "investment-asset-plan/two-ltd" in overridden.out
    assert "acme-robotics" in example.run("validate", RECONCILER_VAR_COMPANY="From the environment").out


def test_a_directory_argument_is_relative_to_chdir(example: Workspace, tmp_path: Path) -> None:
    """DIR is `.` by default, counts from -C, and may be a single file of specs; its state lies beside the specs."""
    assert example.run("-C", str(tmp_path), "apply", "specs", "--auto-approve", cwd=Path("/")).code == 0
    assert (example.path / ".reconciler").is_dir()
    for arguments in [
        ("plan", str(example.path)),
        ("plan", "specs"),
        ("-C", "specs", "plan"),
        ("plan", "specs/main.yaml"),
    ]:
        result = example.run(*arguments, cwd=tmp_path)
        assert "7 unchanged" in result.out, arguments
    assert "INVEST-4" in example.run("-C", "specs", "state", "show", "tasks.legal", cwd=tmp_path).out
    missing = example.run("plan", "nowhere")
    assert missing.code == 1
    assert "nowhere" in missing.text


def test_results_and_diagnostics_have_a_stream_each(example: Workspace, site: Site) -> None:
    """Results go to standard output, diagnostics to standard error: text, or one JSON object a line."""
    example.replace('    priority: "${var.risk_level}"', '    priorty: "${var.risk_level}"')
    text = example.run("plan")
    assert (text.code, text.out) == (1, "")
    assert "did you mean `priority`" in text.text
    lines = example.run("plan", "--format", "json")
    assert (lines.code, lines.out) == (1, "")
    [found] = lines.diagnostics
    assert found.keys() >= {"severity", "code", "summary", "detail", "file", "line", "column", "hint"}
    assert (found["severity"], found["file"], found["line"], found["column"]) == ("error", "main.yaml", 53, 5)
    assert writes(site.requests()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("paln",), "'plan'"),
        (("plan", "--refresh"), "--refresh-only"),
        (("plan", "--format", "xml"), "'xml'"),
        (("plan", "one", "two"), "two"),
        (("apply", "--accept-removals", "some"), "'some'"),
        (("validate", "--var", "company"), "--var name=value"),
        (("state", "show"), "ADDRESS"),
        (("--log-level", "loud", "plan"), "'loud'"),
    ],
)
def test_a_usage_error_is_1(workspace: Workspace, arguments: tuple[str, ...], words: str) -> None:
    """What the command line can't mean ends with 1, not click's own 2, and says what was meant or expected."""
    result = workspace.run(*arguments)
    assert (result.code, result.out) == (1, "")
    assert words in result.text


def test_help_and_version_end_with_0(workspace: Workspace) -> None:
    """`--help` lists every command of this version; `--version` names it; each command has help of its own."""
    listed = workspace.run("--help")
    assert listed.code == 0
    commands = [
        "init",
        "validate",
        "plan",
        "apply",
        "destroy",
        "drift",
        "show",
        "state",
        "schema",
        "doctor",
        "sandbox",
        "demo",
    ]
    assert all(f"\n  {command} " in listed.out for command in commands)
    assert workspace.run("--version").out.startswith("reconciler, version ")
    own = workspace.run("plan", "--help")
    assert own.code == 0
    assert all(
        option in own.out for option in ("--out", "--format", "--detailed-exitcode", "--target", "--refresh-only")
    )


def test_without_a_terminal_nothing_is_asked_and_nothing_sent(example: Workspace, site: Site) -> None:
    """Apply and destroy without a terminal and without --auto-approve are refused (5) before anything is read."""
    for command in ("apply", "destroy"):
        result = example.run(command)
        assert (result.code, result.out) == (5, "")
        assert "--auto-approve" in result.text
    assert site.requests() == []
    assert example.run("apply", "no/such/directory").code == 1


def test_the_plan_is_shown_and_only_yes_carries_it_out(example: Workspace, site: Site) -> None:
    """At a terminal apply shows the plan and asks; "no", "y" or an empty line is 5 and sends nothing; "yes" applies."""
    for answer in ("no", "y", " "):
        code, screen = at_a_terminal(example, answer, "apply")
        assert code == 5, screen
        assert "7 to create" in screen
        assert "not approved" in screen
    assert site.cards() == {}
    code, screen = at_a_terminal(example, "yes", "apply")
    assert code == 0, screen
    assert "7 done" in screen
    assert len(site.cards()) == 7
    code, screen = at_a_terminal(example, "", "apply")
    assert (code, YES_ONLY in screen) == (0, False)


def test_destroy_asks_too(applied: Workspace, site: Site) -> None:
    """`destroy` says what it closes and asks; "no" leaves everything, "yes" closes it all."""
    code, screen = at_a_terminal(applied, "no", "destroy")
    assert code == 5
    assert "Close all of these?" in screen
    assert "7 to close" in screen
    assert {card["status"] for card in site.cards().values()} == {"To Do"}
    assert at_a_terminal(applied, "yes", "destroy")[0] == 0
    assert {card["status"] for card in site.cards().values()} == {"Cancelled"}


def test_what_is_asked_is_shown_in_json_too(example: Workspace, site: Site) -> None:
    """With --format json at a terminal the plan to approve is still on the screen, before the question."""
    code, screen = at_a_terminal(example, "no", "apply", "--format", "json")
    assert code == 5
    assert screen.index("7 to create") < screen.index(YES_ONLY)


def test_colour_is_for_terminals(example: Workspace) -> None:
    """Colour appears at a terminal alone; --no-color on either side, or NO_COLOR, takes it away."""
    assert "\x1b[" in at_a_terminal(example, "", "plan")[1]
    assert "\x1b" not in at_a_terminal(example, "", "--no-color", "plan")[1]
    assert "\x1b" not in at_a_terminal(example, "", "plan", "--no-color")[1]
    assert "\x1b" not in at_a_terminal(example, "", "plan", NO_COLOR="1")[1]
    assert "\x1b" not in example.run("plan").out


def test_detailed_exit_codes(example: Workspace, site: Site) -> None:
    """Plan is 0, or 2 with --detailed-exitcode and something to do; drift is 3 only for what apply would revert."""
    assert example.run("plan").code == 0
    assert example.run("plan", "--detailed-exitcode").code == 2
    assert example.run("drift").code == 0
    example.apply()
    site.edit("Lena Gray", "INVEST-2", status="Done")
    assert example.run("drift").code == 0
    assert example.run("plan", "--detailed-exitcode").code == 0
    site.edit("Lena Gray", "INVEST-2", set={"Summary": "Mine"})
    drift = example.run("drift", "--format", "json")
    assert drift.code == 3
    assert {each["field"]: each["kept"] for each in drift.json["drift"]} == {"status": True, "title": False}


def test_a_held_lease_is_6_and_names_the_holder(example: Workspace, site: Site) -> None:
    """While one apply runs, another is refused with 6 and names its process; plan still works."""
    site.fault({"hang": 3600}, path="/issue/bulk$", method="POST")
    first = example.start("apply", "--auto-approve")
    site.wait_for_fault()
    second = example.run("apply", "--auto-approve")
    assert second.code == 6
    assert f"process {first.pid}" in second.text
    assert "apply --auto-approve" in second.text
    destroy = example.run("destroy", "--auto-approve", "--format", "json")
    assert destroy.code == 6
    assert [each["code"] for each in destroy.diagnostics] == ["lease_held"]
    assert example.run("plan").code == 4
    assert kinds(site.requests())["createIssues"] == 0
    site.control("POST", "clock", {"advance": 3600})
    out, _ = first.communicate(timeout=60)
    assert first.returncode == 4
    assert b"unsettled" in out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_an_apply_in_order(example: Workspace, site: Site, number: signal.Signals, code: int) -> None:
    """Ctrl-C ends with 130 and SIGTERM with 143, without a traceback, once the request in flight has come to an end;
    where its answer was lost, its address is unsettled.
    """
    site.fault({"hang": 3600}, path="/issue/bulk$", method="POST")
    process = example.start("apply", "--auto-approve")
    site.wait_for_fault()
    process.send_signal(number)
    site.control("POST", "clock", {"advance": 3600})
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert b"Interrupted" in err
    again = example.run("plan")
    assert again.code == 4
    assert "deal is unsettled" in again.text


def test_a_closed_pipe_is_no_traceback(example: Workspace) -> None:
    """A reader that goes away early (`| head`) ends the command quietly."""
    process = example.start("plan", "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert b"Traceback" not in err
    assert b"defect" not in err
    assert process.returncode in {0, 1}


@pytest.mark.parametrize(
    ("redirection", "says"),
    [
        ("> /dev/full", "the result can't be written to standard output"),
        (">&-", ""),
        ("2>&-", ""),
        ("<&- >&- 2>&-", ""),
    ],
)
def test_standard_streams_that_take_nothing(applied: Workspace, redirection: str, says: str) -> None:
    """A full disk behind standard output is an error in words; a stream that the shell has closed is no defect."""
    shell = [*("/bin/sh", "-c", f'"$@" {redirection}', "sh"), *applied.command("state", "list")]
    done = subprocess.run(
        shell, cwd=applied.path, env=applied.environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, "defect" in done.stderr) == (1 if says else 0, False)
    assert says in " ".join(done.stderr.split())
    assert done.stderr == "" or says
