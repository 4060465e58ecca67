"""Refusals as errors and as problems of an item."""

from __future__ import annotations

import json

import pytest
from azure_canned import refused
from reconciler_azure_devops.problems import problems_of, reasons_in, refusal

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    NotFoundError,
    RateLimitError,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
)
from reconciler.sdk.answers import result_of


@pytest.mark.parametrize(
    ("problem", "result", "code"),
    [
        (UnknownOutcome(), "unknown", "rule"),
        (RateLimitError(), "not_sent", "limit"),
        (UnreachableError(), "not_sent", "rule"),
        (ConflictError(), "changed", "changed"),
        (NotFoundError(), "gone", "gone"),
        (AuthenticationError(), "refused", "forbidden"),
        (AuthorizationError(), "refused", "forbidden"),
        (ValidationError(status=413), "refused", "limit"),
        (ValidationError(status=400), "refused", "rule"),
    ],
)
def test_a_failed_write_means_something_for_its_item(problem, result, code):
    """What it is, and why."""
    assert result_of(problem) == result
    (said,) = problems_of(problem)
    assert (said.code, said.field, bool(said.message)) == (code, None, True)


def test_what_happened_is_said_before_its_details():
    """Where no answer gave a reason, the details alone would not say that nothing was sent."""
    (said,) = problems_of(UnreachableError("there is no connection", detail="[Errno 111] Connection refused"))
    assert said.message == "there is no connection: [Errno 111] Connection refused"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, ValidationError), (401, AuthenticationError), (403, AuthorizationError), (404, NotFoundError),
     (409, ValidationError), (412, ConflictError)],
)  # fmt: skip
def test_a_status_makes_its_error(status, kind):
    """Those of a batch's elements too, which come as texts."""
    problem = refusal(status, json.dumps(refused("TF1: no")), "PATCH /x")
    assert type(problem) is kind
    assert (problem.status, problem.detail) == (status, "TF1: no")


def test_a_problem_of_a_field_is_of_its_value():
    """The field is named by what the site says, never by its words."""
    problem = refusal(400, json.dumps(refused("unknown identity", ReferenceName="System.AssignedTo")), "PATCH /x")
    (said,) = problems_of(problem)
    assert (said.code, said.field, said.message) == ("bad_value", "System.AssignedTo", "unknown identity")


@pytest.mark.parametrize(
    "body", [None, [], {}, {"customProperties": None}, {"customProperties": {"RuleValidationErrors": 5}}]
)
def test_a_refusal_without_words_has_no_reasons(body):
    """Any JSON may come."""
    assert reasons_in(body) == ()


def test_a_refusal_that_is_no_json_still_is_one():
    """A batch's element may hold anything."""
    assert refusal(400, "<html>", "PATCH /x").reasons == ()


def test_long_words_are_cut():
    """They are shown to people."""
    assert len(reasons_in({"message": "x" * 5000})[0][1]) == 1000
