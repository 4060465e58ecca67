"""What a provider that `MeasuresVelocity` promises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reconciler.errors import BadValue
from reconciler.sdk.conformance.line import Line
from reconciler.sdk.velocity import MeasuresVelocity, Velocity

__all__ = ["Measuring"]

_DAYS = 400


class Measuring:
    """`MeasuresVelocity`, where a provider has it."""

    def _measured(self, line: Line) -> Velocity:
        """Whatever the site's past holds for its first team."""
        if not isinstance(line.provider, MeasuresVelocity):
            pytest.skip("the provider does not measure velocity")
        try:
            return line.provider.velocity("", _DAYS)
        except BadValue as problem:
            pytest.skip(f"the site has not the one team that needs no name: {problem.summary}")

    def test_past_sprints_come_in_order(self, line: Line) -> None:
        """Those that ended in the last so many days and no other, the first that ended first."""
        sprints = self._measured(line).sprints
        now = line.bench.clock.now()
        ends = [each.end for each in sprints]
        assert ends == sorted(ends)
        assert all(now - timedelta(days=_DAYS) <= each <= now for each in ends)
        assert all(each.start < each.end for each in sprints)

    def test_items_of_a_sprint_balance(self, line: Line) -> None:
        """What was committed and what came, less what left, is what was completed and carried over."""
        for each in self._measured(line).sprints:
            if each.committed is None or each.added is None or each.removed is None:
                continue
            begun = each.committed.items + each.added.items - each.removed.items
            assert begun == each.completed.items + each.carried.items
            assert len(each.finished) == each.completed.items

    def test_a_team_goes_by_name_and_by_id(self, line: Line) -> None:
        """They name the same; a team that is not there is a bad value."""
        team = self._measured(line).team
        provider = line.provider
        assert isinstance(provider, MeasuresVelocity)
        assert [provider.velocity(each, 1).team for each in (team.name, team.id)] == [team, team]
        with pytest.raises(BadValue):
            provider.velocity(f"no {team.name}", 1)
