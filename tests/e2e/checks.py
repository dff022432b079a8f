"""What the stories assert. Each says what it saw instead, object by object, and never a value."""

from __future__ import annotations

from applications import Snapshot
from processes import Failure


def changes(before: Snapshot, after: Snapshot) -> "dict[str, str]":
    """What was written between two times, and how it shows."""
    told = {}
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None:
            told[key] = "new"
        elif new is None:
            told[key] = "gone"
        elif old != new:
            parts = [f"resourceVersion {old.version} -> {new.version}"]
            parts += [f"generation {old.generation} -> {new.generation}"] if old.generation != new.generation else []
            parts += ["content"] if old.content != new.content else []
            told[key] = ", ".join(parts)
    return told


def require(condition: object, what: str) -> None:
    """Fails with what was expected."""
    if not condition:
        raise Failure(what)


def nothing_changed(before: Snapshot, after: Snapshot, when: str) -> None:
    """No object was written at all."""
    require(before, f"{when}: there are no objects to look at")
    told = changes(before, after)
    require(not told, f"{when}: written: {told}")


def only_changed(before: Snapshot, after: Snapshot, expected: "set[str]", when: str) -> None:
    """These objects have another content (or are new, or gone), all others were not written."""
    told = changes(before, after)
    require(set(told) == expected, f"{when}: expected to change {sorted(expected)}, written: {told}")
    for key in expected & before.keys() & after.keys():
        require(before[key].content != after[key].content, f"{when}: {key} was written with the same content")


def rolled_once(before: Snapshot, after: Snapshot, workloads: "set[str]", when: str) -> None:
    """The Pods of these are replaced, by one write, and those of no others."""
    rolled = {key for key in before.keys() & after.keys() if before[key].pods != after[key].pods}
    require(rolled == workloads, f"{when}: Pods are replaced of {sorted(rolled)}, not of {sorted(workloads)}")
    for key in workloads:
        steps = after[key].generation - before[key].generation
        require(steps == 1, f"{when}: the generation of {key} has gone up by {steps}")


def same(one: object, other: object, what: str) -> None:
    """Two values are the same; neither is printed."""
    require(one == other, f"{what} has changed")


def different(one: object, other: object, what: str) -> None:
    """Two values differ; neither is printed."""
    require(one != other, f"{what} has not changed")
