"""The story that the plugin exists for. One chart four times: by Argo CD's own Helm and by the plugin, each with automated sync,
without and with selfHeal. Hard refreshes, and commits that do not touch the chart: Helm's objects are written again and again
and Pods are replaced, the plugin's are not written at all."""

from __future__ import annotations

from typing import Iterator, NamedTuple

from applications import AUTOMATED, SELF_HEAL, Application, Snapshot, plugin
from checks import changes, nothing_changed, require
from repository import Repository
from world import World

ROUNDS = 5


class Counts(NamedTuple):
    """What an Application has cost so far."""

    # Of objects.
    writes: int
    # Of Deployments, DaemonSets, StatefulSets: how often the template of their Pods has changed.
    replaced: int

    def add(self, before: Snapshot, now: Snapshot) -> Counts:
        replaced = sum(before[key].pods != now[key].pods for key in before.keys() & now.keys())
        return Counts(self.writes + len(changes(before, now)), self.replaced + replaced)


def create_applications(world: World, repository: Repository) -> "dict[str, Application]":
    source = {"repoURL": repository.url, "path": "chart", "targetRevision": "main"}
    helm, ours = ({"helm": {"values": world.values}}, plugin(values=world.values)) if world.values else ({"helm": {}}, plugin())
    kinds = {
        "native": (helm, AUTOMATED),
        "native-heal": (helm, SELF_HEAL),
        "pinned": (ours, AUTOMATED),
        "pinned-heal": (ours, SELF_HEAL),
    }
    return {name: world.application(name).create({**source, **how}, policy) for name, (how, policy) in kinds.items()}


def after(applications: "dict[str, Application]", how: str, revision: str) -> "dict[str, Snapshot]":
    """Refreshes all, and returns what is there when they have settled."""
    for application in applications.values():
        application.refresh(how)
    for name, application in applications.items():
        # Argo CD syncs a revision once: after a hard refresh only selfHeal does something.
        application.settle("OutOfSync" if (name, how) == ("native", "hard") else "Synced", revision)
    return {name: application.snapshot() for name, application in applications.items()}


def play(world: World) -> Iterator[str]:
    repository = world.repository("seed")
    repository.copy(world.chart)
    revision = repository.commit("the chart")
    applications = create_applications(world, repository)
    first = after(applications, "normal", revision)
    require(all(len(one) == len(first["native"]) for one in first.values()), "not all have the same objects")
    last = first
    counts = {name: Counts(0, 0) for name in applications}
    for number in range(2 * ROUNDS):
        how = "hard" if number < ROUNDS else "normal"
        if how == "normal":
            repository.write("README", f"{number}\n")
            revision = repository.commit("nothing of the chart")
        now = after(applications, how, revision)
        for name in ("pinned", "pinned-heal"):
            nothing_changed(first[name], now[name], f"{name}, event {number + 1}")
        for name in applications:
            counts[name] = counts[name].add(last[name], now[name])
        event = "hard refresh" if how == "hard" else "commit"
        world.events.append({"event": event, **{name: one._asdict() for name, one in counts.items()}})
        last = now
    for name, (written, replaced) in counts.items():
        yield f"{name:12} {written:3} writes, {replaced:3} times Pods are replaced"
    for name in ("native", "native-heal"):
        require(counts[name].writes > 0, f"{name}: nothing was written, so the chart generates nothing")
