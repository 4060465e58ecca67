"""Where an operator may keep a secret, and what is said when it is not there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from reconciler.errors import ConfigurationError
from reconciler.live import secrets
from reconciler.live.secrets import find_secret, secret_of

PYTHON = sys.executable


def _secret(**environment: str) -> str:
    kept = find_secret(("OWN_TOKEN", "TOKEN"), environment)
    assert kept is not None
    return secret_of(kept, environment)


def _refused(**environment: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        _secret(**environment)
    return caught.value


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """Gives the command line that runs a Python program."""

    def written(text: str) -> str:
        path = tmp_path / "a script.py"
        path.write_text(text, encoding="utf-8")
        return f"{PYTHON} '{path}'"

    return written


def test_a_secret_in_its_variable() -> None:
    """As it stands, spaces too: a password may hold them."""
    assert _secret(TOKEN="correct horse") == "correct horse"


def test_nobody_says_where() -> None:
    """An empty variable is none."""
    assert find_secret(("TOKEN",), {"TOKEN": "", "TOKEN_FILE": ""}) is None


@pytest.mark.parametrize("source", ["", "_FILE", "_COMMAND", "_KEYRING"])
def test_a_providers_own_place_wins(source: str) -> None:
    """Whichever way it is given: the plugin's variables are then not looked at."""
    kept = find_secret(("OWN_TOKEN", "TOKEN"), {f"OWN_TOKEN{source}": "a/b", "TOKEN": "x", "TOKEN_FILE": "y"})
    assert kept is not None
    assert (kept.variable, kept.told) == (f"OWN_TOKEN{source}", "a/b")


def test_two_places_at_once_are_refused() -> None:
    """Nobody guesses; the variables are named, what they say is not."""
    problem = _refused(TOKEN="sesame", TOKEN_COMMAND="get sesame")
    assert problem.summary == "TOKEN and TOKEN_COMMAND are both set"
    assert "sesame" not in f"{problem.detail} {problem.hint}"
    assert "are all set" in _refused(TOKEN="a", TOKEN_FILE="b", TOKEN_KEYRING="c").summary


def test_a_file(tmp_path: Path) -> None:
    """Its first line, without the line's end; `~` is the home directory."""
    path = tmp_path / "token"
    path.write_text("sesame\nsecond line\n")
    assert _secret(TOKEN_FILE=str(path)) == "sesame"


@pytest.mark.parametrize(("mode", "noted"), [(0o600, False), (0o400, False), (0o644, True), (0o640, True)])
def test_a_file_that_others_can_read_is_noted(tmp_path: Path, mode: int, noted: bool) -> None:
    """It works all the same: what containers mount can be read by all who are inside."""
    path = tmp_path / "token"
    path.write_text("sesame")
    path.chmod(mode)
    kept = find_secret(("TOKEN",), {"TOKEN_FILE": str(path)})
    assert kept is not None
    assert secret_of(kept, {}) == "sesame"
    assert bool(kept.note) is noted
    assert not noted or "chmod 600" in kept.note


def test_a_file_that_has_gone_is_not_spoken_of(tmp_path: Path) -> None:
    """What a shell's `<(...)` names can be read once."""
    kept = find_secret(("TOKEN",), {"TOKEN_FILE": str(tmp_path / "gone")})
    assert kept is not None
    assert kept.note == ""


def test_a_file_that_is_not_there_is_empty_or_is_no_text(tmp_path: Path) -> None:
    """Each with the variable and the file's name."""
    path = tmp_path / "token"
    missing = _refused(TOKEN_FILE=str(path))
    assert (missing.summary, missing.detail) == (
        "the file that TOKEN_FILE names can't be read", f"{path}: No such file or directory",
    )  # fmt: skip
    path.write_text("\n")
    assert _refused(TOKEN_FILE=str(path)).summary.endswith("is empty")
    path.write_bytes(b"\xff\xfe")
    assert _refused(TOKEN_FILE=str(path)).detail == f"{path}: it is not text"


def test_a_command(script: Callable[[str], str]) -> None:
    """The first line of its output; words are split as a shell does, and its environment is the operator's."""
    command = script("import os; print(os.environ['VAULT'] + ' ', 'more', sep='\\n')")
    assert _secret(TOKEN_COMMAND=command, VAULT="sesame") == "sesame"


def test_no_shell_reads_a_command() -> None:
    """What a shell would make of `$HOME`, `;` and `|` is an argument as it stands."""
    program = "import sys; print(sys.argv[1:])"
    found = _secret(TOKEN_COMMAND=f'{PYTHON} -c "{program}" $HOME ; echo | x')
    assert found == "['$HOME', ';', 'echo', '|', 'x']"


def test_a_command_that_fails_is_told_in_its_own_words(script: Callable[[str], str]) -> None:
    """Its standard error is shown, its output never: that is where secrets are."""
    problem = _refused(TOKEN_COMMAND=script("import sys; print('sesame'); sys.exit('the vault is locked')"))
    assert problem.summary == "the command of TOKEN_COMMAND gave no secret"
    assert problem.detail == "It ended with 1.\nthe vault is locked"
    assert "sesame" not in f"{problem.summary} {problem.detail} {problem.hint}"


def test_a_command_that_says_nothing(script: Callable[[str], str]) -> None:
    """An empty first line is no secret."""
    assert _refused(TOKEN_COMMAND=script("print()")).detail == "It printed nothing."


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program --now", "No such file or directory"),
        ("get 'token", "No closing quotation"),
        ("   ", "it is empty"),
    ],
)
def test_a_command_that_cannot_be_run(command: str, said: str) -> None:
    """Its mistake is told."""
    assert _refused(TOKEN_COMMAND=command).detail == f"It can't be run: {said}"


def test_a_command_that_does_not_end(script: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given a minute."""
    assert secrets._PATIENCE == 60
    monkeypatch.setattr(secrets, "_PATIENCE", 0.0)
    problem = _refused(TOKEN_COMMAND=script("input()"))
    assert problem.detail == "It did not end within 0 s."


class TestTheKeyring:
    """The package is an extra: it is imported only where a setting asks for it."""

    @pytest.fixture
    def entries(self, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
        """A keyring with these entries, under the names of the package."""
        entries: dict[tuple[str, str], str] = {}
        keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")

        class KeyringError(Exception):
            pass

        def get_password(service: str, user: str) -> str | None:
            if service == "locked":
                raise KeyringError("the collection is locked")
            return entries.get((service, user))

        keyring.get_password = get_password  # type: ignore[attr-defined]
        errors.KeyringError = KeyringError  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "keyring", keyring)
        monkeypatch.setitem(sys.modules, "keyring.errors", errors)
        return entries

    def test_an_entry(self, entries: dict[tuple[str, str], str]) -> None:
        """The service is all before the last stroke: it may be a URL."""
        entries["https://site.example", "ada@example.com"] = "sesame"
        assert _secret(TOKEN_KEYRING="https://site.example/ada@example.com") == "sesame"

    def test_no_entry(self, entries: dict[tuple[str, str], str]) -> None:
        """The command that makes one is told."""
        problem = _refused(TOKEN_KEYRING="my jira/ada")
        assert problem.summary == "the keyring has no entry 'my jira' for 'ada', which TOKEN_KEYRING names"
        assert problem.hint == "python -m keyring set 'my jira' ada"

    def test_a_keyring_that_does_not_open(self, entries: dict[tuple[str, str], str]) -> None:
        """In its own words."""
        assert _refused(TOKEN_KEYRING="locked/ada").detail == "KeyringError: the collection is locked"

    @pytest.mark.parametrize("told", ["jira", "/ada", "jira/"])
    def test_what_names_no_entry(self, told: str) -> None:
        """The shape is told."""
        assert _refused(TOKEN_KEYRING=told).hint == "it looks like SERVICE/USER"

    def test_without_the_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """How to install it is told."""
        monkeypatch.setitem(sys.modules, "keyring", None)
        problem = _refused(TOKEN_KEYRING="jira/ada")
        assert "not installed" in problem.summary
        assert problem.hint == "pip install 'workitem-reconciler[keyring]'"


@pytest.mark.parametrize("secret", ["two\nlines", "tab\there", "\x1b[31m"])
def test_control_characters_are_no_secret(secret: str) -> None:
    """A header can't hold them; the secret itself is not shown."""
    problem = _refused(TOKEN=secret)
    assert problem.summary.startswith("what TOKEN gives is no secret")
    assert secret not in f"{problem.summary} {problem.detail} {problem.hint}"


def test_a_secret_shows_in_no_representation() -> None:
    """Nor does what tells its place, which may be a command with a secret in it."""
    assert "sesame" not in repr(find_secret(("TOKEN",), {"TOKEN": "sesame"}))
