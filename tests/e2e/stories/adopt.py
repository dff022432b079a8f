"""An application that runs by Argo CD's own Helm is switched over, and keeps its passwords."""

from __future__ import annotations

from typing import Iterator

from applications import Application, plugin
from checks import changes, nothing_changed, require, rolled_once, same
from world import World

WORKLOADS = {"Deployment/adopt-cluster-agent", "DaemonSet/adopt-agent", "StatefulSet/adopt-store"}


def values(application: Application) -> "list[str]":
    store = [application.value("adopt-store", key) for key in ("admin-password", "password", "url")]
    return [application.value("adopt-cluster-agent", "token"), *store]


def play(world: World) -> Iterator[str]:
    repository = world.repository("adopt")
    repository.copy(world.examples / "pinned-demo")
    repository.commit("the chart")
    source = {"repoURL": repository.url, "path": "chart", "targetRevision": "main"}
    application = world.application("adopt").create({**source, "helm": {}})
    application.settle("OutOfSync")
    application.sync().settle()
    before, live = application.snapshot(), values(application)

    printed = world.cluster.kubectl("get", "secret,configmap", "--namespace", "adopt", "--output", "yaml")
    options = ["--app", "adopt", "--namespace", "adopt", "--seed-file", world.seed_file()]
    world.binary("adopt", repository.path / "chart", *options, "--check", text=printed)
    pins = world.binary("adopt", repository.path / "chart", *options, text=printed)
    require(not any(value in pins for value in live), "a value stands in what adopt prints")
    repository.write("chart/.argocd-pins.yaml", pins)
    revision = repository.commit("what is live")

    application.set_source(plugin()).settle("OutOfSync", revision)
    shown = world.argo.cli("app", "diff", "adopt").stdout
    differing = {line.split()[1] for line in shown.splitlines() if line.startswith("=====")}
    require(differing and "/Secret" not in differing, f"app diff shows {sorted(differing)}")
    nothing_changed(before, application.snapshot(), "before the sync")
    application.sync().settle(revision=revision)
    after = application.snapshot()
    same(values(application), live, "an adopted value")
    # Helm hashed and printed other random values than the Secrets hold, and the time.
    written = set(changes(before, after))
    require(written == WORKLOADS | {"ConfigMap/adopt-install-info"}, f"the switch has written {sorted(written)}")
    rolled_once(before, after, WORKLOADS, "the switch")
    yield "the switch: no Secret is written, Pods are replaced once"

    application.refresh("hard").settle(revision=revision)
    nothing_changed(after, application.snapshot(), "a hard refresh after the switch")
    yield "a hard refresh after the switch: nothing is written"
