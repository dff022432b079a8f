"""An ApplicationSet: each of its Applications has values of its own, and keeps them when others come and the template changes."""

from __future__ import annotations

from typing import Iterator

from applications import API, SELF_HEAL, Application, plugin
from argo import NAMESPACE
from checks import different, nothing_changed, only_changed, require, rolled_once
from processes import wait
from repository import Repository
from world import World


def apply(world: World, repository: Repository, names: "list[str]", **parameters: object) -> None:
    source = {"repoURL": repository.url, "path": "chart", "targetRevision": "main", **plugin(**parameters)}
    name = "{{ .name }}"
    world.cluster.apply(
        {
            "apiVersion": API,
            "kind": "ApplicationSet",
            "metadata": {"name": "set", "namespace": NAMESPACE},
            "spec": {
                "goTemplate": True,
                "generators": [{"list": {"elements": [{"name": one} for one in names]}}],
                "template": {
                    "metadata": {"name": f"set-{name}"},
                    "spec": {
                        "project": "default",
                        "source": source,
                        "destination": {"server": "https://kubernetes.default.svc", "namespace": f"set-{name}"},
                        "syncPolicy": {"automated": SELF_HEAL, "syncOptions": ["CreateNamespace=true"]},
                    },
                },
            },
        }
    )


def application(world: World, name: str) -> Application:
    """One that the set has made."""
    found = world.application(f"set-{name}")
    wait(f"the Application {found.name}", lambda: world.cluster.request("GET", found.path))
    found.settle()
    return found


def play(world: World) -> Iterator[str]:
    repository = world.repository("set")
    repository.copy(world.examples / "pinned-demo")
    repository.commit("the chart")
    apply(world, repository, ["one", "two"])
    one, two = application(world, "one"), application(world, "two")
    tokens = [each.value(f"{each.name}-cluster-agent", "token") for each in (one, two)]
    different(*tokens, "the token from one Application to the other")
    first = [one.snapshot(), two.snapshot()]

    apply(world, repository, ["one", "two", "three"])
    application(world, "three")
    for each, before in zip((one, two), first):
        each.refresh("hard").settle()
        nothing_changed(before, each.snapshot(), "a third Application")
    yield "a third Application: nothing of the others is written"

    apply(world, repository, ["one", "two", "three"], helm_parameters={"clusterAgent.image": "registry.example.org/other:1"})
    for each, before in zip((one, two), first):
        deployment = f"Deployment/{each.name}-cluster-agent"
        wait(f"{each.name} to have the parameter", lambda: "parameters" in each.get()["spec"]["source"]["plugin"])
        each.refresh().settle()
        after = each.snapshot()
        only_changed(before, after, {deployment}, "another template")
        rolled_once(before, after, {deployment}, "another template")
        require(each.value(f"{each.name}-cluster-agent", "token") in tokens, f"the token of {each.name} has changed")
    yield "the template sets an image: one Deployment of each is written"
