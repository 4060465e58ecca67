"""What the sandbox promises to do as Jira does: one row a rule, with its source and how sure it is.

Each rule has a test of its name (`test_<name>`). A rule that is only assumed, and that could hurt a reconciler if it
were otherwise, names the knob that turns it round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        fact: the section of the fact sheet that it comes from.
        certainty: `verified` was seen on a live site, `documented` stands in the vendor's words, `assumed` neither.
        knob: what turns an assumed rule round.
    """

    name: str
    fact: str
    certainty: Literal["verified", "documented", "assumed"]
    text: str
    knob: str = ""


RULES = (
    Rule("myself_refuses_strangers", "A1", "documented", "GET /myself answers 401 to all but the right credential."),
    Rule("reads_hide_from_strangers", "A1", "documented", "Reads answer a stranger with nothing or 404, not 401."),
    Rule("failed_login_is_named", "A1", "verified", "A wrong credential is named in X-Seraph-LoginReason."),
    Rule("hidden_is_missing", "A1", "documented", "An issue that the account may not see answers 404, like none."),
    Rule("create_sets_properties", "A2", "documented", "A create carries fields, properties and a transition."),
    Rule("failed_transition_keeps_the_issue", "A2", "assumed", "A transition that fails does not fail the create."),
    Rule("bulk_create_takes_fifty", "A2", "documented", "A bulk create of more than 50 is refused whole."),
    Rule("bulk_create_is_partial", "A2", "documented", "Good elements are created, bad ones named by their number."),
    Rule("bulk_create_all_failed", "A2", "documented", "Where no element is created the answer is 400, same shape."),
    Rule("summary_has_255_characters", "A2", "assumed", "A summary is one line of 1 to 255 characters."),
    Rule("text_has_32767_characters", "A2", "assumed", "A rich text holds at most 32,767 characters."),
    Rule("subtask_needs_a_parent", "A2", "documented", "A sub-task without a parent is refused."),
    Rule("parent_is_one_level_up", "A7", "assumed", "A parent is exactly one level above its child."),
    Rule("bulk_fetch_takes_a_hundred", "A3", "documented", "A read of more than 100 issues is refused."),
    Rule("bulk_fetch_drops_the_missing", "A3", "documented", "Missing and hidden issues are absent without a word."),
    Rule("bulk_fetch_ascends", "A3", "documented", "Issues come by ascending id, each once."),
    Rule("bulk_fetch_is_consistent", "A3", "assumed", "A read by id sees every write at once.", "bulkfetch_lags"),
    Rule("keys_ignore_case", "A3", "documented", "An issue is found by id, and by key in any case."),
    Rule("search_gives_ids_alone", "A4", "verified", "A search without fields gives ids and nothing else."),
    Rule("search_pages_by_token", "A4", "documented", "Pages follow by token; the last says isLast and has none."),
    Rule("search_pages_are_capped", "A4", "assumed", "A page with fields holds at most 100 issues.", "page_cap"),
    Rule("search_lags_and_flickers", "A4", "verified", "A write shows in searches late, and can vanish again."),
    Rule("reconciled_issues_do_not_lag", "A4", "documented", "Issues named in reconcileIssues (50) are up to date."),
    Rule("jql_has_to_be_bounded", "A4", "documented", "A query without a restriction is refused."),
    Rule("malformed_jql_is_refused", "A4", "verified", "Malformed JQL answers 400; bare words search texts."),
    Rule("labels_match_without_case", "A9", "assumed", "`labels = X` finds x too.", "jql_label_case"),
    Rule("old_search_is_gone", "A4", "verified", "GET and POST /search answer 410."),
    Rule("edit_leaves_the_rest", "A5", "documented", "Only the named fields change; null clears."),
    Rule("edit_answers_with_the_issue", "A5", "documented", "returnIssue=true answers 200 with the issue, else 204."),
    Rule("labels_add_and_remove", "A5", "documented", "update adds and removes elements and leaves the others."),
    Rule("field_and_update_exclude", "A2", "documented", "A field in both fields and update is refused."),
    Rule("off_screen_is_refused", "A5", "verified", "An unknown field, or one not on the screen, refuses the write."),
    Rule("refused_edit_changes_nothing", "A5", "documented", "One bad field refuses the whole edit."),
    Rule("edit_ignores_transition", "A5", "documented", "A transition in an edit is ignored."),
    Rule("quiet_needs_administration", "A5", "assumed", "notifyUsers=false without the right is ignored.",
         "quiet_without_permission"),
    Rule("labels_have_no_spaces", "A9", "verified", "A label with white space is refused with Jira's words."),
    Rule("assignee_by_account_id", "A9", "documented", "People go by accountId alone; inactive ones take no work."),
    Rule("select_takes_id_or_value", "A9", "documented", "A select takes an option's id or value."),
    Rule("numbers_dates_texts_are_typed", "A9", "documented", "Numbers, dates and texts of another type are refused."),
    Rule("user_search_is_by_prefix", "A9", "documented", "Users are found by a prefix of name or e-mail, if shown."),
    Rule("lists_and_their_elements", "A9", "documented", "Types, statuses and the like come listed and one by one."),
    Rule("old_create_metadata_has_all_at_once", "A9", "documented", "The deprecated createmeta answers without pages."),
    Rule("metadata_pages", "A9", "documented", "Create metadata comes in pages of 50, at most 200."),
    Rule("adf_is_checked", "A10", "documented", "A rich text is a sound document; an empty text node is refused."),
    Rule("empty_document_clears", "A10", "assumed", "A document without content clears the field.", "empty_adf"),
    Rule("comments_show_properties_by_id", "A9", "documented", "Only a read of comments by id shows their properties."),
    Rule("comments_are_changed_and_deleted", "A9", "documented", "A comment's text is replaced; author and time stay."),
    Rule("texts_are_searched_by_words", "A12", "assumed", "cf[id] ~ finds a text's words in any order."),
    Rule("documents_come_back_as_sent", "A10", "verified", "A document reads back as sent.", "adf_local_ids"),
    Rule("version_two_has_texts_for_documents", "A10", "documented", "Version 2 takes and gives texts for documents."),
    Rule("version_two_comments_in_texts", "A10", "documented", "So it does for comments, those of transitions too."),
    Rule("version_two_refuses_documents", "A10", "assumed", "A document sent to version 2 is refused."),
    Rule("version_two_keeps_peoples_json", "A8", "assumed", "Properties are the same in both versions."),
    Rule("latest_is_version_two", "A10", "assumed", "/rest/api/latest is version 2, as client libraries take it."),
    Rule("transitions_depend_on_the_issue", "A6", "documented", "They are those of its type, status and conditions."),
    Rule("statuses_depend_on_the_type", "A6", "documented", "A type has the statuses of its workflow alone."),
    Rule("transition_ids_differ_by_type", "A6", "documented", "The same target has another transition id elsewhere."),
    Rule("transition_demands_its_screen", "A6", "documented", "A required field of the screen has to be there."),
    Rule("unmet_conditions_are_shown_on_request", "A6", "documented", "Asked for, they come with isAvailable false."),
    Rule("workflows_are_for_administrators", "A6", "documented", "Only administrators of the site see its workflows.",
         "workflow_reads"),
    Rule("no_permission_no_transitions", "A6", "documented", "Without the permission the list is empty, with 200."),
    Rule("done_sets_the_resolution", "A6", "assumed", "A status of the category done sets a resolution."),
    Rule("link_direction", "A7", "verified", "inwardIssue A, outwardIssue B reads A <outward> B."),
    Rule("links_are_idempotent", "A7", "documented", "The same link twice is one link, and 201."),
    Rule("remote_links_by_global_id", "A7", "verified", "A globalId is created once (201), then replaced (200)."),
    Rule("remote_links_are_replaced_by_id", "A7", "documented", "A PUT by id replaces a remote link whole."),
    Rule("properties_replace_wholesale", "A8", "verified", "A property is replaced whole: 201, then 200."),
    Rule("properties_in_bulk_redirect", "A8", "documented", "properties/multi answers 303 with its task."),
    Rule("history_names_its_author", "A9", "documented", "Each write is one entry with its author and both texts."),
    Rule("history_in_bulk_pages", "A9", "documented", "At most 1000 issues and 10 fields; pages by token.",),
    Rule("history_times_are_texts", "A9", "assumed", "Histories in bulk write their time as a text.",
         "bulk_changelog_created"),
    Rule("throttling_says_when", "A13", "documented", "429 carries Retry-After, a reason and X-RateLimit headers."),
    Rule("endpoints_are_limited_one_by_one", "A13", "documented", "Each endpoint and method has a bucket of its own."),
    Rule("writes_to_an_issue_are_limited", "A13", "documented", "20 in 2 seconds, 100 in 30, whatever the endpoint."),
    Rule("throttled_is_not_executed", "A13", "documented", "A request that is answered 429 has done nothing."),
    Rule("delete_needs_a_word_for_subtasks", "A15", "documented", "An issue with sub-tasks needs deleteSubtasks=true."),
    Rule("delete_spares_the_epics_children", "A15", "assumed", "An epic's children outlive it, without a parent."),
    Rule("versions_by_id_or_name", "A9", "documented", "A version goes by id or name; the project lists all of them."),
    Rule("sprint_is_a_number", "A9", "verified", "The sprint field takes a sprint's id alone, and shows the sprint."),
    Rule("closed_sprints_take_nothing", "A11", "documented", "Issues go into future and active sprints alone."),
    Rule("sprints_go_one_way", "A11", "verified", "Future, active with both dates, closed; then name and goal alone."),
    Rule("past_sprints_stay_on_issues", "A11", "assumed", "An issue keeps the closed sprints that it was in."),
    Rule("boards_say_how_they_estimate", "A9", "documented", "A scrum board's configuration names its estimate field."),
    Rule("fifty_move_at_once", "A11", "documented", "At most 50 issues go to a sprint or to the backlog at once."),
    Rule("boards_need_scopes_of_their_own", "A1", "documented", "A token without agile scopes reads no board.",
         "agile_reads"),
    Rule("watchers_are_a_set", "A9", "documented", "A watcher is added by a JSON text, and twice is once."),
    Rule("others_watch_by_permission", "A9", "documented", "Without the permission one adds oneself alone."),
    Rule("watchers_are_seen_by_permission", "A9", "documented", "Without the permission one sees oneself alone."),
    Rule("creators_watch", "A9", "assumed", "Who creates an issue watches it.", "autowatch"),
    Rule("webhooks_are_administrators_business", "A16", "documented", "Nobody else sees or registers webhooks."),
    Rule("webhooks_are_signed", "A16", "documented", "With a secret, X-Hub-Signature is the HMAC of the raw body."),
    Rule("comments_are_told_with_their_issue", "A16", "assumed", "A webhook about a comment carries its issue.",
         "comment_webhooks"),
    Rule("webhooks_are_sent_again", "A16", "documented", "Five times, by the same identifier, to who is away."),
    Rule("copies_carry_the_marks", "A12", "assumed", "A clone carries its source's labels and properties.",
         "clone_properties"),
    Rule("data_center_says_so", "A17", "documented", "serverInfo of Data Center says deploymentType Server."),
    Rule("data_center_has_version_two_alone", "A17", "documented", "Version 3, bulk reads and tasks are Cloud's."),
    Rule("data_center_takes_access_tokens", "A17", "documented", "A personal access token is a bearer."),
    Rule("data_center_people_go_by_name", "A17", "documented", "People go by user name, in fields and in questions."),
    Rule("data_center_keeps_texts_as_written", "A17", "documented", "Texts are wiki markup, and come back as sent."),
    Rule("data_center_epics_are_no_parents", "A17", "documented", "Tasks have an epic link, and epics a name."),
    Rule("data_center_pages_by_number", "A17", "documented", "Searches page by startAt, with a total."),
    Rule("data_center_create_screens_changed", "A17", "documented", "By type since 8.4, all at once until 9.0."),
    Rule("data_center_creations_keep_properties", "A17", "assumed", "A creation keeps an issue's properties.",
         "datacenter_creation"),
    Rule("data_center_creates_in_bulk", "A17", "assumed", "Several issues are created in one request.",
         "datacenter_bulk"),
    Rule("data_center_sprints_are_texts", "A17", "assumed", "An issue's sprints are written as Java shows objects."),
    Rule("data_center_limits_in_its_own_headers", "A17", "documented", "Limits come with an interval and a fill rate."),
    Rule("data_center_shows_a_comments_property", "A17", "assumed", "A comment's property is read by itself."),
    Rule("data_center_picks_groups", "A17", "assumed", "Groups come from a picker."),
)  # fmt: skip
