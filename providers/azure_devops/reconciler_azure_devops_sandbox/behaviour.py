"""What the sandbox promises to do as Azure DevOps does: one row a rule, with its source and how sure it is.

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
    Rule("any_user_with_the_token_signs_in", "B1", "documented", "Basic takes any user; Entra is a bearer."),
    Rule("strangers_get_a_page", "B1", "verified", "A wrong credential meets 203 or a redirect with HTML.", "sign_in"),
    Rule("strangers_may_not_patch", "B1", "verified", "A PATCH with a wrong credential is 401 with TF400813."),
    Rule("api_version_is_mandatory", "B1", "documented", "It stands in the query or in the Accept header."),
    Rule("previews_are_named", "B1", "documented", "A preview needs -preview; later versions do not exist."),
    Rule("paths_ignore_case", "F", "verified", "Paths come in any case, $ as %24 too, projects by name or id."),
    Rule("unknown_places_are_told_apart", "F", "verified", "An unknown project is JSON, a route under it plain text."),
    Rule("create_answers_200", "F", "verified", "A creation is 200 with fourteen fields, and empty ones are absent."),
    Rule("expand_all_shows_more", "F", "verified", "$expand=all shows twenty-six fields of a fresh task."),
    Rule("types_come_from_the_process", "B7", "documented", "A type is its project's, or refused with 404."),
    Rule("patches_are_json_patch", "B2", "documented", "All but JSON Patch of known paths is refused."),
    Rule("a_document_is_one_transaction", "B2", "documented", "One bad operation refuses all; all make one revision."),
    Rule("rev_guards_fields", "B2", "verified", "A /rev that is behind answers 412 with VS403351."),
    Rule("validate_only_keeps_nothing", "B2", "documented", "validateOnly runs the rules and changes nothing."),
    Rule("revisions_are_limited", "B2", "documented", "An item with 10,000 revisions takes no more: 500.",
         "revision_limit"),
    Rule("rules_name_their_fields", "B7", "verified", "A broken rule is 400 with each field's reference name."),
    Rule("unknown_fields_are_refused", "B7", "verified", "A field that nobody has is 400 with TF51535."),
    Rule("bypassing_needs_permission", "B2", "documented", "bypassRules sets what rules forbid, for those who may."),
    Rule("quiet_writes_need_permission", "B2", "assumed", "suppressNotifications without the right is refused.",
         "suppressing_without_permission"),
    Rule("values_are_typed", "B7", "documented", "Numbers, dates and texts of another type are refused."),
    Rule("lists_take_their_values", "B7", "documented", "A list takes its own values; a suggested one takes any."),
    Rule("empty_values_clear", "B2", "verified", "An empty text, null and remove all empty a field.", "remove_absent"),
    Rule("people_by_unique_name", "B8", "verified", "People go by unique name, name or reference; others are refused."),
    Rule("paths_of_trees", "B8", "verified", "Areas and iterations go by path; an unknown one is TF401347."),
    Rule("html_is_rewritten", "B8", "assumed", "The server makes HTML safe and writes it its own way.", "html"),
    Rule("markdown_on_request", "B8", "documented", "A long text is Markdown where the patch says so.", "markdown"),
    Rule("markdown_stays", "B8", "assumed", "A field that is Markdown can't be HTML again.", "markdown_is_final"),
    Rule("markdown_as_sent", "B8", "assumed", "Markdown comes back as it was sent.", "markdown_angles"),
    Rule("tags_merge_on_add", "B6", "verified", "add joins tags to the ones there, replace sets all of them."),
    Rule("tags_keep_their_first_spelling", "B6", "assumed", "Tags ignore case and keep a spelling.", "tag_casing"),
    Rule("tags_are_sorted", "B6", "assumed", "Tags come back in an order of their own.", "tag_order"),
    Rule("new_tags_need_permission", "B6", "documented", "A tag that the project lacks needs a permission."),
    Rule("tags_are_limited", "B6", "documented", "An item has at most a hundred tags of 400 characters."),
    Rule("states_follow_transitions", "B7", "documented", "A state has to follow the one before it."),
    Rule("new_items_may_start_later", "B7", "assumed", "An item can be made in a later state.", "initial_state"),
    Rule("states_set_reason_and_dates", "B7", "documented", "A change of state sets its reason and its dates."),
    Rule("fields_can_be_demanded", "B7", "documented", "A state, or the type, can demand fields."),
    Rule("a_type_can_change", "B2", "documented", "An item can become another type, or move to another project."),
    Rule("history_is_a_comment", "B6", "documented", "System.History adds a comment, in HTML or in Markdown."),
    Rule("links_leave_rev_alone", "F", "verified", "A link between items changes no rev and no ChangedDate.",
         "links_bump_rev"),
    Rule("resource_links_make_a_revision", "B6", "documented", "A hyperlink added or removed is a revision.",
         "resource_links_bump_rev"),
    Rule("links_show_at_both_ends", "F", "verified", "A link shows at both ends at once, under its inverse name."),
    Rule("relations_keep_no_order", "F", "verified", "Relations come in no order of insertion; they go by index."),
    Rule("relation_urls_follow_the_scope", "F", "verified", "A relation's URL has the project's id in project calls."),
    Rule("one_parent_alone", "B6", "verified", "A second parent, or the same link twice, is TF201036."),
    Rule("reparenting_in_one_patch", "B6", "documented", "One patch can take a parent away and give another."),
    Rule("no_circles", "B6", "verified", "A circle of children or successors is TF201035."),
    Rule("links_need_a_readable_target", "B6", "documented", "A link to an unseen item or of no type is refused."),
    Rule("link_comments_change", "B6", "documented", "A link's comment can be changed by its index."),
    Rule("artifact_links_have_names", "B6", "documented", "An artifact link needs a vstfs URL and a name."),
    Rule("hyperlinks_may_repeat", "B6", "assumed", "The same hyperlink can stand twice.", "duplicate_hyperlinks"),
    Rule("batch_reads_take_two_hundred", "B4", "verified", "A read of more than 200 items is VS403474."),
    Rule("fields_exclude_expand", "B4", "verified", "fields and $expand together are refused."),
    Rule("one_missing_item_fails_all", "B4", "documented", "errorPolicy decides what becomes of it.", "omitted"),
    Rule("hidden_is_missing", "B7", "documented", "An item that the account may not read is 404, like none."),
    Rule("as_of_shows_the_past", "B4", "documented", "asOf shows an item as it was; before its creation it is 404."),
    Rule("updates_tell_who_changed_what", "B4", "verified", "An update has its author, old and new values, and links."),
    Rule("the_last_update_ends_never", "B4", "verified", "revisedDate says until when: the last one's is 9999."),
    Rule("revisions_show_each_state", "B4", "documented", "A revision is the item as it was until the next."),
    Rule("deleted_items_go_to_the_bin", "B9", "documented", "DELETE puts an item in the bin, out of all reads."),
    Rule("the_bin_gives_back", "B9", "documented", "A restored item has its id, its values and its links again."),
    Rule("destroyed_is_gone", "B9", "documented", "A destroyed item is in no bin."),
    Rule("deleting_needs_permission", "B9", "documented", "Without the permission a deletion is 403."),
    Rule("copies_carry_the_marks", "B6", "assumed", "A copy carries its source's tags and hyperlinks.", "clone_links"),
    Rule("locations_are_told_to_anybody", "F", "verified", "OPTIONS _apis lists the routes, before any sign-in."),
    Rule("an_empty_list_of_areas_means_this_url", "F", "verified", "There are no resource areas elsewhere."),
    Rule("types_tell_states_transitions_and_fields", "B7", "documented", "A type tells all of its rules at once."),
    Rule("backlogs_name_the_field_of_points", "B7", "documented", "The backlog says which field is the effort."),
    Rule("relation_types_know_their_other_ends", "B6", "documented", "A relation type names its inverse."),
    Rule("a_rename_moves_the_items_paths", "B8", "documented", "Renaming a node changes the paths of its items."),
    Rule("nodes_need_a_permission", "B8", "documented", "Areas and iterations are made by those who may."),
    Rule("the_answer_has_ids_alone", "B5", "documented", "A query gives ids, whatever it selects."),
    Rule("top_cuts_and_too_many_are_refused", "B5", "documented", "More than 20,000 hits are VS402337, not fewer."),
    Rule("as_of_looks_back", "B5", "documented", "A query can be asked of a moment in the past."),
    Rule("hidden_and_deleted_items_are_not_found", "B4", "documented", "Queries find no hidden or deleted items."),
    Rule("the_index_lags_and_flickers", "B5", "assumed", "A write shows in queries late, and can vanish.", "lag"),
    Rule("tags_are_found_in_parts_if_so_turned", "B5", "assumed", "CONTAINS finds whole tags.", "contains_tags"),
    Rule("each_element_of_a_batch_stands_alone", "B3", "documented", "In a $batch one failure stops nothing else."),
    Rule("elements_link_by_negative_ids", "B3", "assumed", "Items of one $batch link by negative ids."),
    Rule("a_batch_is_bounded_and_has_a_shape", "B3", "assumed", "A $batch has at most 200 requests.", "batch_limit"),
    Rule("comments_are_added_changed_and_deleted", "B6", "documented", "Comments have versions and can go."),
    Rule("comments_are_in_preview", "B1", "documented", "Comments answer to a preview version alone."),
    Rule("limits_delay_before_they_refuse", "B10", "documented", "Retry-After comes with a 200 first, then 429."),
    Rule("what_is_refused_has_not_happened", "B10", "documented", "A request that is answered 429 has done nothing."),
)  # fmt: skip
