"""What a story is given: the cluster, Argo CD, the sidecar, and means to make repositories and Applications."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import cluster as kubernetes
from applications import SELF_HEAL, Application, plugin
from argo import Argo
from cluster import Cluster
from processes import Processes
from repository import Repository
from sidecar import Sidecar


@dataclass
class World:
    """One run of the tests."""

    directory: Path
    tools: "dict[str, str]"
    # The chart of the seed story: a folder, and values for it in YAML.
    chart: Path
    values: str
    # Charts of this repository: examples/charts and tests/e2e/charts.
    examples: Path
    charts: Path
    processes: Processes
    cluster: Cluster
    argo: Argo
    sidecar: Sidecar
    # The seed that the sidecar has unless a story says otherwise, and its id.
    seed: bytes
    seed_id: str
    # What the seed story saw, for the picture: each event, with the objects written and the generations of each Application.
    events: "list[dict]" = field(default_factory=list)

    def repository(self, name: str) -> Repository:
        """A new one."""
        return Repository(self.directory / "repositories" / name)

    def application(self, name: str, namespace: str = "") -> Application:
        """One of this name, which there may be already."""
        return Application(self.cluster, name, namespace)

    def deploy(self, name: str, chart: Path, **parameters: object) -> "tuple[Repository, Application]":
        """A chart in a repository of its own, and an Application of it by the plugin, synced automatically, with selfHeal."""
        repository = self.repository(name)
        repository.copy(chart)
        revision = repository.commit("the chart")
        source = {"repoURL": repository.url, "path": "chart", "targetRevision": "main", **plugin(**parameters)}
        application = self.application(name).create(source, SELF_HEAL)
        application.settle(revision=revision)
        return repository, application

    def seed_file(self, seed: "bytes | None" = None) -> Path:
        """A seed in a file, as who holds it has it at hand."""
        seed = seed or self.seed
        file = self.directory / f"seed-{seed[:4].hex()}"
        file.write_bytes(seed)
        file.chmod(0o600)
        return file

    def binary(self, *arguments: "str | Path", text: "str | None" = None) -> str:
        """What our program prints on a developer's machine."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "PIN_HELM": self.tools["helm"]}
        return kubernetes.run([self.tools["binary"], *arguments], environment, text)

    def start_usual_sidecar(self) -> None:
        """Starts the sidecar with the usual seed, as the Secret of deploy/kustomize has it, and its id."""
        self.sidecar.mount_seeds({"seed": self.seed})
        self.sidecar.start(PIN_SEED_ID=self.seed_id)

    def restart_usual_sidecar(self) -> None:
        """Ends it if it runs, and starts it as it usually is."""
        self.sidecar.stop()
        self.start_usual_sidecar()

    def recover(self) -> None:
        """Brings everything back to what a story begins with, after one that has failed on its way."""
        self.restart_usual_sidecar()
        self.argo.restart_repo_server()
        if "redis" not in self.processes.running:
            self.argo.start_redis()
