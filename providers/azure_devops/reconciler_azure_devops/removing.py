"""Put items into the recycle bin, and take them out again (FACTS B9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.sdk import Item, NotFoundError, Outcome, ProviderError, as_completed
from reconciler.sdk.answers import result_of
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import TITLE
from reconciler_azure_devops.marker import NEWER, is_newer
from reconciler_azure_devops.marking import Marking, tags_of
from reconciler_azure_devops.problems import problems_of
from reconciler_azure_devops.reading import FieldTypes, item_of

__all__ = ["recycled", "remove", "restore"]


def remove(client: Client, items: Mapping[str, Item]) -> Iterator[Outcome]:
    """Put items into the recycle bin, by operation id, and yield what came of each. Children stay."""

    def removed(operation: str) -> Outcome:
        if is_newer(items[operation]):
            return Outcome(operation, "refused", problems=(NEWER,))
        try:
            client.remove(items[operation].id, operation)
        except ProviderError as problem:
            return Outcome(operation, result_of(problem), problems=problems_of(problem))
        return Outcome(operation, "done")

    yield from as_completed(removed, tuple(items))


def recycled(client: Client, types: FieldTypes, project: str, label: str, marking: Marking) -> Iterator[Item]:
    """The items in the recycle bin that carry a tag, with their titles. Their tags are read one by one.

    Raises:
        AuthorizationError: this account may not look into the recycle bin.
    """

    def read(id: str) -> Json:
        try:
            return client.recycled_item(project, id)
        except NotFoundError:
            return {}  # restored or destroyed since the ids were read

    for found in as_completed(read, client.recycled_ids(project)):
        if label.casefold() in {each.casefold() for each in tags_of(found)}:
            yield item_of(client, types, (TITLE,), found, marking.read([found]).get(str(found["id"])))


def restore(client: Client, project: str, ids: Mapping[str, str]) -> Iterator[Outcome]:
    """Take items out of the recycle bin, by operation id, and yield what came of each. One that is there is done."""

    def restored(operation: str) -> Outcome:
        try:
            client.restore(project, ids[operation], operation)
        except ProviderError as problem:
            result = result_of(problem)
            if result != "gone" or not _is_there(client, ids[operation]):
                return Outcome(operation, result, problems=problems_of(problem))
        return Outcome(operation, "done")

    yield from as_completed(restored, tuple(ids))


def _is_there(client: Client, id: str) -> bool:
    try:
        return bool(client.items((id,)))
    except ProviderError:
        return False
