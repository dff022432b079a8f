"""A whole life: which values stay at each step, and which change.

Installed by plain helm, adopted, switched to Argo CD and the plugin, upgraded five times, one value rotated, the seed changed, the
Application renamed, moved to another project and namespace, and given back to plain helm with the values that it has.
"""

from __future__ import annotations

import re
import secrets
import shutil
from typing import Iterator

from applications import SELF_HEAL, Application, plugin, snapshot, value
from argo import project
from checks import different, nothing_changed, only_changed, require, rolled_once, same
from cluster import run
from repository import Repository
from world import World

from . import shop

# Each value's Secret and key, and the chart's value that takes it.
VALUES = {
    "password": ("shop-db", "password"),
    "key": ("shop-api", "key"),
    "cache": ("shop-db", "cache"),
    "token": ("shop-mail", "token"),
}
WEB = "Deployment/shop-web"
ROTATED = {"Secret/shop-api/key": "1"}
RELEASE = "shop"


class Life:
    """One application through all its steps. Each step is a method that returns what it says."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.repository: Repository = world.repository("life")
        self.namespace = "life"
        self.application: "Application | None" = None
        self.next_seed = secrets.token_bytes(32)
        self.next_id = world.binary("seed", "id", world.seed_file(self.next_seed)).strip()

    def values(self, *names: str) -> "dict[str, str]":
        """What is live of these."""
        return {name: value(self.world.cluster, self.namespace, *VALUES[name]) for name in names}

    def helm(self, *arguments: str, text: "str | None" = None) -> None:
        home = {"HOME": str(self.world.directory), "PATH": "/usr/bin:/bin"}
        helm = [self.world.tools["helm"], "--kubeconfig", self.world.cluster.kubeconfig, "--namespace", self.namespace]
        run([*helm, *arguments], home, text)

    def live(self) -> str:
        """What kubectl prints of its Secrets and ConfigMaps."""
        return self.world.cluster.kubectl("get", "secret,configmap", "--namespace", self.namespace, "--output", "yaml")

    def pins(self, seed: bytes, *only: str) -> str:
        """What `adopt` prints for what is live; of `only` these pins, if there are some."""
        options = ["--app", RELEASE, "--namespace", self.namespace, "--seed-file", self.world.seed_file(seed)]
        printed = self.world.binary("adopt", self.repository.path / "chart", *options, text=self.live())
        entries = re.findall(r"^\S.*:.*\n(?: .*\n)+", printed, re.MULTILINE)
        return "".join(entry for entry in entries if not only or any(name in entry.partition("\n")[0] for name in only))

    def install(self) -> str:
        shop.write(self.repository, 0)
        self.repository.commit("version 0")
        self.helm("install", RELEASE, str(self.repository.path / "chart"), "--create-namespace")
        return "installed by plain helm"

    def switch(self) -> str:
        live = self.values("password", "key")
        self.repository.write("chart/.argocd-pins.yaml", self.pins(self.world.seed))
        revision = self.repository.commit("what is live")
        source = {"repoURL": self.repository.url, "path": "chart", "targetRevision": "main", **plugin()}
        self.application = self.world.application(RELEASE, self.namespace).create(source)
        self.application.settle("OutOfSync", revision)
        before = self.application.snapshot()
        self.application.sync().settle(revision=revision)
        same(self.values("password", "key"), live, "an adopted value")
        # Its checksum was of other random values than the Secrets hold.
        rolled_once(before, self.application.snapshot(), {WEB}, "the switch")
        self.application.change({"syncPolicy": {"automated": SELF_HEAL}}).settle()
        return "adopted and switched: all values stay"

    def upgrade(self, version: int) -> str:
        names = ["password", "key", *(["cache"] if version > 2 else [])]
        kept, before = self.values(*names), self.application.snapshot()
        old = self.world.directory / f"shop-{version - 1}"
        shutil.copytree(self.repository.path / "chart", old)
        shop.write(self.repository, version)
        options = ["--app", RELEASE, "--namespace", self.namespace, "--seed-file", self.world.seed_file()]
        self.world.binary("diff", old, self.repository.path / "chart", *options)
        revision = self.repository.commit(f"version {version}")
        self.application.refresh().settle(revision=revision)
        written = {"ConfigMap/shop-about"}
        if version == 2:
            written |= {"Secret/shop-db", WEB}
        if version == 4:
            # The checksum is of this text, and Argo CD notes in the Secret what it has applied.
            written |= {"Secret/shop-db", WEB}
        if version == 5:
            written |= {"Secret/shop-mail"}
        only_changed(before, self.application.snapshot(), written, f"version {version}")
        same(self.values(*names), kept, f"a value in version {version}")
        return f"version {version}, {shop.VERSIONS[version]}: values stay, written {', '.join(sorted(written))}"

    def rotate(self) -> str:
        old, before = self.values(*VALUES), self.application.snapshot()
        self.application.set_source(plugin(rotate=ROTATED)).settle()
        only_changed(before, self.application.snapshot(), {"Secret/shop-api", WEB}, "one value is rotated")
        self._expect(old, {"key"})
        return "one value rotated: it alone changes"

    def change_seed(self) -> str:
        old, before = self.values(*VALUES), self.application.snapshot()
        self.world.sidecar.mount_seeds({self.world.seed_id: self.world.seed, self.next_id: self.next_seed})
        self.restart_sidecar()
        self.application.refresh("hard").settle()
        nothing_changed(before, self.application.snapshot(), "two seeds are mounted")
        # The database keeps its password, sealed anew for the next seed; the others are derived.
        self.repository.write("chart/.argocd-pins.yaml", self.pins(self.next_seed, "shop-db/password"))
        self.repository.commit("sealed for the next seed")
        self.application.set_source(plugin(rotate=ROTATED, seed=self.next_id)).settle()
        self._expect(old, {"key", "cache", "token"})
        return "another seed: the database's password stays, sealed anew; all others change"

    def rename(self) -> str:
        old, before = self.values(*VALUES), self.application.snapshot()
        self.world.sidecar.write_scopes("default/store: default/shop\n")
        self.restart_sidecar(PIN_SCOPES_FILE="/etc/argocd-pin-plugin-scopes/scopes.yaml")
        spec = self.application.get()["spec"]
        self.application.delete()
        parameters = plugin(release_name=RELEASE, rotate=ROTATED, seed=self.next_id)
        self.application = self.world.application("store", self.namespace)
        self.application.create({**spec["source"], **parameters}, SELF_HEAL).settle()
        same(self.values(*VALUES), old, "a value of the renamed Application")
        rolled_once(before, self.application.snapshot(), set(), "the new name")
        return "renamed: all values stay, no Pod is replaced"

    def move(self) -> str:
        old = self.values(*VALUES)
        self.world.cluster.apply(project("team-b"))
        self.world.sidecar.write_scopes("team-b/store: default/shop\n")
        self.application.change({"project": "team-b", "destination": {"namespace": "life-b"}})
        self.application.refresh("hard").settle()
        former, self.namespace, self.application.namespace = self.namespace, "life-b", "life-b"
        same(self.values(*VALUES), old, "a value of the moved Application")
        gone = self.world.cluster.get("v1", "Secret", former, "shop-db")
        require(not gone, "the former namespace still holds the Secret")
        return "moved to another project and namespace: all values stay"

    def leave(self) -> str:
        old, before, resources = self.values(*VALUES), self.application.snapshot(), self.application.resources()
        self.application.delete()
        live = self.world.directory / "live.yaml"
        live.write_text(self.live())
        chart = self.repository.path / "chart"
        options = ["--app", "store", "--project", "team-b", "--release-name", RELEASE, "--namespace", self.namespace]
        kept = self.world.binary("adopt", chart, *options, "--live", live, "--as-values")
        ours = ["--install", "--take-ownership", "--force-conflicts", "--server-side=true", "--values", "-"]
        self.helm("upgrade", RELEASE, str(chart), *ours, text=kept)
        same(self.values(*VALUES), old, "a value under plain helm")
        rolled_once(before, snapshot(self.world.cluster, resources), set(), "back to plain helm")
        return "back to plain helm with the values that `adopt --as-values` prints: all stay, no Pod is replaced"

    def restart_sidecar(self, **settings: str) -> None:
        self.world.sidecar.restart(PIN_SEED_DIR="/etc/argocd-pin-plugin", PIN_SEED_ID=self.world.seed_id, **settings)

    def _expect(self, old: "dict[str, str]", changed: "set[str]") -> None:
        for name, now in self.values(*VALUES).items():
            (different if name in changed else same)(now, old[name], f"the value {name}")


def play(world: World) -> Iterator[str]:
    life = Life(world)
    yield life.install()
    yield life.switch()
    for version in range(1, len(shop.VERSIONS)):
        yield life.upgrade(version)
    yield life.rotate()
    yield life.change_seed()
    yield life.rename()
    yield life.move()
    yield life.leave()
    world.restart_usual_sidecar()
