"""The binary in the place of helm in repo-server: `$values` of another source and Kustomize's charts are pinned, with nothing of
the plugin in the Application; a release that is not listed is helm's as ever."""

from __future__ import annotations

from typing import Iterator

from applications import SELF_HEAL, Application
from checks import changes, nothing_changed, require
from world import World

KUSTOMIZATION = """helmCharts:
  - name: pinned-demo
    releaseName: kustomize
    namespace: stand-in-kustomize
    # The CLI passes fewer of them on than the repo-server does.
    apiVersions: [argoproj.io/v1alpha1]
patches:
  - target: {kind: Secret, name: kustomize-store}
    patch: |
      - {op: add, path: /metadata/labels, value: {patched: "yes"}}
"""


def create(world: World) -> "tuple[dict[str, Application], Application]":
    """The two that are pinned, and one that is not listed."""
    chart, values, kustomize = (world.repository(f"stand-in-{name}") for name in ("chart", "values", "kustomize"))
    chart.copy(world.examples / "pinned-demo")
    chart.commit("the chart")
    values.write("production.yaml", "clusterAgent:\n  image: registry.example.org/of-values:1\n")
    values.commit("values")
    kustomize.copy(world.examples / "pinned-demo", "app/charts/pinned-demo")
    kustomize.write("app/kustomization.yaml", KUSTOMIZATION)
    kustomize.commit("a kustomization")
    source = {"repoURL": chart.url, "path": "chart", "targetRevision": "main"}
    sources = [
        {**source, "helm": {"valueFiles": ["$values/production.yaml"]}},
        {"repoURL": values.url, "targetRevision": "main", "ref": "values"},
    ]
    pinned = {
        "$values": world.application("stand-in-values").create(sources, SELF_HEAL),
        "Kustomize": world.application("stand-in-kustomize").create(
            {"repoURL": kustomize.url, "path": "app", "targetRevision": "main"}, SELF_HEAL
        ),
    }
    return pinned, world.application("not-listed").create({**source, "helm": {}}, SELF_HEAL)


def local_diff(world: World, settings: "dict[str, str]") -> str:
    """`argocd app diff --local` renders on the developer's machine, by the helm on his PATH."""
    folder = world.directory / "repositories/stand-in-kustomize/app"
    path = f"{world.argo.stand_in_folder()}:{world.argo.environment()['PATH']}"
    done = world.argo.cli("app", "diff", "stand-in-kustomize", "--local", str(folder), **{**settings, "PATH": path})
    require(done.returncode == 0, f"app diff --local: {done.returncode} {done.stdout} {done.stderr[-800:]}")
    return "app diff --local with the stand-in and the seed on a developer's machine: no difference"


def play(world: World) -> Iterator[str]:
    settings = {
        "PIN_STAND_IN_FOR": "stand-in-*/*",
        "PIN_SEED_FILE": str(world.seed_file()),
        "PIN_SEED_ID": world.seed_id,
        "PIN_HELM": world.tools["helm"],
        "PIN_ALLOW_HYDRATOR": "false",
        "PIN_PARALLELISM": "4",
    }
    world.argo.restart_repo_server(settings)
    pinned, other = create(world)
    for application in (*pinned.values(), other):
        application.settle()
    before = {name: application.snapshot() for name, application in pinned.items()}
    others = other.snapshot()
    for number in (1, 2):
        for application in (*pinned.values(), other):
            application.refresh("hard")
        for name, application in pinned.items():
            application.settle()
            nothing_changed(before[name], application.snapshot(), f"{name}, hard refresh {number}")
    other.settle()
    require(changes(others, other.snapshot()), "a release that is not listed is pinned")
    namespace = "stand-in-values"
    deployment = world.cluster.get("apps/v1", "Deployment", namespace, f"{namespace}-cluster-agent")
    image = deployment["spec"]["template"]["spec"]["containers"][0]["image"]
    require(image == "registry.example.org/of-values:1", f"the image is {image}, not the one of $values")
    secret = world.cluster.get("v1", "Secret", "stand-in-kustomize", "kustomize-store")
    require(secret["metadata"]["labels"].get("patched") == "yes", "Kustomize's patch is missing")
    yield "$values, Kustomize: nothing is written; what is not listed is written as ever"
    yield local_diff(world, settings)
    world.argo.restart_repo_server()
