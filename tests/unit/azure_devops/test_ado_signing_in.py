"""Signing in, and telling a refused sign-in from data."""

from __future__ import annotations

import base64

import httpx
import pytest
from azure_canned import refused
from reconciler_azure_devops.client import Client

from reconciler.sdk import AuthenticationError, ConflictError, UnknownOutcome, UnreachableError, ValidationError

ITEM = "/_apis/wit/workitems/5"


def page(status, **headers):
    return httpx.Response(status, headers=headers, html="<html>Azure DevOps Services | Sign In</html>")


def test_a_token_goes_as_basic_with_no_user(azure, plugin):
    """Any user would do (FACTS B1)."""
    plugin.authenticate()
    scheme, _, pair = azure.requests[0].headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(pair)) == ("Basic", b":token")


def test_an_entra_token_goes_as_bearer(azure, connect):
    """Where the provider says so."""
    connect(options={"sign_in": "entra"}).authenticate()
    assert azure.requests[0].headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize(
    "answer", [page(203), page(200), page(302), page(303), page(307), httpx.Response(203, json={})]
)
def test_a_read_that_is_answered_by_a_page_is_a_refused_sign_in(azure, plugin, answer):
    """It is never taken for data."""
    azure.on("GET", ITEM, answer)
    with pytest.raises(AuthenticationError, match="did not accept the credential") as problem:
        Client(plugin.session).item("5")
    assert problem.value.hint.startswith(f"check {plugin.session.credential}:")


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_says_no_is_no_sign_in(azure, plugin, status):
    """A wrong URL has pages of its own."""
    azure.on("GET", ITEM, page(status))
    with pytest.raises(UnreachableError, match="and a page"):
        Client(plugin.session).item("5")


@pytest.mark.parametrize("answer", [page(302), page(307), page(401)])
def test_a_write_that_is_sent_away_was_not_done(azure, plugin, answer):
    """Nobody has to ask what became of it."""
    azure.on("PATCH", ITEM, answer)
    with pytest.raises(AuthenticationError):
        Client(plugin.session).patch("5", [], "op", purpose="once")


@pytest.mark.parametrize("answer", [page(203), page(200), page(303), httpx.Response(203, json={}), page(503)])
def test_a_write_that_is_answered_by_a_page_stays_open(azure, plugin, answer):
    """It may have been done, whoever made the page."""
    azure.on("PATCH", ITEM, answer)
    with pytest.raises(UnknownOutcome):
        Client(plugin.session).patch("5", [], "op", purpose="once")


def test_a_failed_test_of_a_patch_is_a_conflict(azure, plugin):
    """Nothing was written (FACTS B2)."""
    azure.on("PATCH", ITEM, (412, refused("VS403351: Test Operation for path /rev failed")))
    with pytest.raises(ConflictError) as problem:
        Client(plugin.session).patch("5", [], "op", purpose="repeatable")
    assert problem.value.reasons == (("", "VS403351: Test Operation for path /rev failed"),)


def test_a_rule_that_refuses_names_its_fields(azure, plugin):
    """By reference name, each with its own words."""
    rules = [{"fieldReferenceName": "System.State", "errorMessage": "no such state"},
             {"fieldReferenceName": "Custom.Risk", "errorMessage": "required"}]  # fmt: skip
    azure.on("PATCH", ITEM, (400, refused("TF401320", RuleValidationErrors=rules)))
    with pytest.raises(ValidationError) as problem:
        Client(plugin.session).patch("5", [], "op", purpose="once")
    assert problem.value.reasons == (("System.State", "no such state"), ("Custom.Risk", "required"))
    assert problem.value.status == 400
