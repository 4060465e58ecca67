"""What a plugin says of itself and of its site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import AuthenticationError, NotFoundError
from reconciler.sdk.config import SDK_VERSION
from reconciler.sdk.conformance.bench import Bench
from reconciler.sdk.conformance.line import Line

__all__ = ["Describing"]

_STRANGE = "no-such-thing"


class Describing:
    """`metadata`, `validate_config`, `authenticate` and `describe_site`."""

    def test_the_plugin_is_written_for_this_sdk(self, bench: Bench) -> None:
        """It names the SDK's version, itself, and settings with a role and a help of one sentence each."""
        metadata = bench.plugin.metadata()
        assert bench.plugin.sdk_version == SDK_VERSION
        assert metadata.name == bench.plugin.name
        roles = [each.role for each in metadata.settings]
        assert {"url", "secret"} <= set(roles)
        assert len(roles) == len(set(roles))
        assert all(each.help.endswith(".") for each in metadata.settings)

    def test_a_good_configuration_has_no_faults(self, bench: Bench) -> None:
        """Nothing is found in the bench's own."""
        assert bench.plugin.validate_config(bench.config) == ()

    def test_an_unknown_option_is_a_fault(self, bench: Bench) -> None:
        """A typo in a spec is no silence."""
        config = replace(bench.config, options={**bench.config.options, "no_such_option": 1})
        assert [each for each in bench.plugin.validate_config(config) if "no_such_option" in each.summary]

    def test_making_a_plugin_sends_nothing(self, line: Line) -> None:
        """A provider that no item uses costs nothing and needs no network."""
        assert line.session.sent.total() == 0

    def test_it_signs_in(self, line: Line) -> None:
        """The account that we are has an id and a name, and is the one that the site's description names."""
        account = line.plugin.authenticate()
        assert account.id
        assert line.site().account == account

    def test_a_wrong_secret_is_refused(self, bench: Bench) -> None:
        """Whatever the platform answers, a sign-in page too, it says `AuthenticationError`."""
        line = Line(bench, secret=_STRANGE)
        try:
            with pytest.raises(AuthenticationError):
                line.plugin.authenticate()
            with pytest.raises(AuthenticationError):
                line.site()
        finally:
            line.close()

    def test_a_project_that_is_not_there(self, bench: Bench) -> None:
        """It is said as `NotFoundError`."""
        line = Line(bench, project="NOSUCHPROJECT")
        try:
            with pytest.raises(NotFoundError):
                line.site()
        finally:
            line.close()

    def test_the_type_is_described(self, line: Line) -> None:
        """With a title, a status of its own category for each status, and a writable field for each sample."""
        kind = line.kind(line.site())
        assert kind.statuses
        assert {each.category for each in kind.statuses} <= {"new", "active", "done"}
        for word in line.bench.samples:
            field = kind.by_word(word)
            assert field is not None, f"no field for {word!r}"
            assert field.writable & {"create", "update"}

    def test_all_types_are_named_and_a_strange_one_is_no_error(self, line: Line) -> None:
        """The engine sees that a type is missing, and offers the nearest of the others."""
        site = line.provider.describe_site((_STRANGE,))
        assert line.bench.type in {name for each in site.types.values() for name in (each.word, each.ref.name)}
        assert _STRANGE not in {each.ref.name for each in site.types.values()}

    def test_nobodys_name_is_no_error(self, line: Line) -> None:
        """A user that nobody is stays out of `users`."""
        assert not {each.name for each in line.described(_STRANGE).users} & {_STRANGE}

    def test_two_descriptions_of_a_site_are_equal(self, line: Line) -> None:
        """The site's id is stable, and nothing in the description depends on when it was read, but for `read_at`."""
        first, second = line.described(), line.described()
        assert replace(second, read_at=first.read_at) == first
