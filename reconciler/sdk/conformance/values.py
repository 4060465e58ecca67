"""The laws of normal forms."""

from __future__ import annotations

import json

import pytest

from reconciler.errors import BadValue
from reconciler.sdk.conformance.line import Line
from reconciler.sdk.values import decode, digest, encode

__all__ = ["Values"]


class Values:
    """`normalize` and `express`."""

    def test_express_is_the_inverse_of_normalize(self, line: Line) -> None:
        """Normalizing what a spec would say of a value gives an equal value, with an equal digest."""
        site = line.site()
        kind = line.kind(site)
        for word, samples in line.bench.samples.items():
            field = line.field(word)
            for sample in samples:
                value = line.provider.normalize(site, kind.ref.id, field.id, sample)
                said = line.provider.express(site, field.id, value)
                again = line.provider.normalize(site, kind.ref.id, field.id, said)
                assert again == value, word
                assert digest(again) == digest(value), word

    def test_the_samples_differ(self, line: Line) -> None:
        """Two values that a spec tells apart have two normal forms."""
        for word, (one, other) in line.bench.samples.items():
            assert line.normal(word, one) != line.normal(word, other), word

    def test_one_element_alone_is_that_element(self, line: Line) -> None:
        """A set is written by element, so its elements are normalized alone too; the set has each once."""
        for word, (sample, _) in line.bench.samples.items():
            if line.field(word).many:
                assert isinstance(sample, list)
                whole = line.normal(word, [*sample, sample[0]])
                assert isinstance(whole, tuple)
                assert sorted(map(str, whole)) == sorted(str(line.normal(word, each)) for each in sample)

    def test_a_value_survives_json(self, line: Line) -> None:
        """State and plans keep values as JSON."""
        for word, samples in line.bench.samples.items():
            for sample in samples:
                value = line.normal(word, sample)
                assert decode(json.loads(json.dumps(encode(value)))) == value, word

    def test_they_are_pure(self, line: Line) -> None:
        """They send nothing: `validate` works offline."""
        site = line.site()
        kind, sent = line.kind(site), line.session.sent.total()
        for word, (sample, _) in line.bench.samples.items():
            field = kind.by_word(word)
            assert field is not None
            line.provider.express(site, field.id, line.provider.normalize(site, kind.ref.id, field.id, sample))
        assert line.session.sent.total() == sent

    def test_what_the_site_does_not_have_is_refused_with_what_it_has(self, line: Line) -> None:
        """`BadValue`, and where the field has options they are in it, the nearest first."""
        if not line.bench.refused:
            pytest.skip("the bench names no value that is refused")
        for word, value in line.bench.refused.items():
            with pytest.raises(BadValue) as caught:
                line.normal(word, value)
            assert bool(caught.value.options) == bool(line.field(word).options), word
