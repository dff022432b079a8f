"""Argo CD's own components against the API server, all on loopback: redis, repo-server, the controllers, the API server."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from cluster import Cluster, run
from processes import Processes, free_ports, wait
from sidecar import Sidecar

NAMESPACE = "argocd"


def label(name: str) -> dict:
    """The metadata by which Argo CD finds its own settings."""
    return {"name": name, "namespace": NAMESPACE, "labels": {"app.kubernetes.io/part-of": "argocd"}}


def project(name: str) -> dict:
    """A project that allows everything."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "sourceRepos": ["*"],
            "destinations": [{"namespace": "*", "server": "*"}],
            "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
        },
    }


class Argo:
    """Its components and its command line."""

    def __init__(
        self, processes: Processes, directory: Path, tools: dict[str, str], cluster: Cluster, sidecar: Sidecar
    ) -> None:
        self.processes = processes
        self.directory = directory
        self.tools = tools
        self.cluster = cluster
        self.sidecar = sidecar
        names = ["redis", "repo", "repo-metrics", "controller", "server", "server-metrics", "sets", "sets-probe", "webhook"]
        self.ports = dict(zip(names, free_ports(len(names))))
        self.bin = directory / "bin"
        self.home = directory / "home"
        for folder in ("bin", "home", "tls", "ssh", "tmp"):
            (directory / folder).mkdir()
        # One program for all: it goes by its name.
        for name in ("repo-server", "application-controller", "server", "applicationset-controller"):
            (self.bin / f"argocd-{name}").symlink_to(tools["argocd"])
        (self.bin / "git-verify-wrapper.sh").symlink_to(Path(tools["argocd"]).parent / "git-verify-wrapper.sh")
        (self.bin / "kustomize").symlink_to(tools["kustomize"])
        (self.bin / "helm").symlink_to(tools["helm"])

    def environment(self, **more: str) -> dict[str, str]:
        """What Argo CD's programs get, with what only one of them does."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ARGOCD_", "PIN_"))},
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.directory / "tmp"),
            "KUBECONFIG": str(self.cluster.kubeconfig),
            # https://kubernetes.default.svc is the server of the kubeconfig.
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_PLUGINSOCKFILEPATH": str(self.sidecar.plugins),
            "ARGOCD_GPG_ENABLED": "false",
            "ARGOCD_TLS_DATA_PATH": str(self.directory / "tls"),
            "ARGOCD_SSH_DATA_PATH": str(self.directory / "ssh"),
            **more,
        }

    def start(self) -> None:
        """Starts everything; returns when each is ready."""
        self._install()
        self.start_redis()
        self.start_repo_server()
        self._start_controller()
        self._start_server()
        self._start_sets()
        for name, port in (("repo-server", "repo-metrics"), ("application-controller", "controller"), ("server", "server")):
            self._wait_for_answer(name, port, b" 200 ")
        # It has no checks that a probe could ask for: it listens when it runs.
        self._wait_for_answer("applicationset-controller", "sets-probe", b"HTTP/")

    def _install(self) -> None:
        apply = self.cluster.apply
        apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        for file in sorted((Path(self.tools["argocd"]).parent / "crds").iterdir()):
            self.cluster.apply_definition(file)
        settings = {"kustomize.buildOptions": "--enable-helm"}
        for name, data in (("argocd-cm", settings), ("argocd-rbac-cm", {}), ("argocd-cmd-params-cm", {})):
            apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": label(name), "data": data})
        secret = {"server.secretkey": "e2e-" * 8}
        apply({"apiVersion": "v1", "kind": "Secret", "metadata": label("argocd-secret"), "stringData": secret})
        apply(project("default"))

    def start_redis(self) -> None:
        """Starts it, with nothing in it."""
        command = [self.tools["redis-server"], "--bind", "127.0.0.1", "--port", str(self.ports["redis"])]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.directory)]
        self.processes.start("redis", command, dict(os.environ))
        self.processes.wait("redis", lambda: self.redis("PING") == "+PONG")

    def redis(self, command: str) -> str:
        """What redis answers to an inline command; empty if it does not."""
        try:
            with socket.create_connection(("127.0.0.1", self.ports["redis"]), timeout=5) as connection:
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(1024).decode().strip()
        except OSError:
            return ""

    def start_repo_server(self, stand_in: "dict[str, str] | None" = None) -> None:
        """Starts repo-server; with settings, our binary is the `helm` that comes first on its PATH."""
        more = {}
        if stand_in is not None:
            more = {**stand_in, "PATH": f"{self.stand_in_folder()}:{self.environment()['PATH']}"}
        command = [self.bin / "argocd-repo-server", "--address", "127.0.0.1", "--port", str(self.ports["repo"])]
        command += ["--metrics-address", "127.0.0.1", "--metrics-port", str(self.ports["repo-metrics"])]
        command += ["--redis", f"127.0.0.1:{self.ports['redis']}", "--disable-tls", "--client-ca-path", ""]
        self.processes.start("repo-server", command, self.environment(**more))

    def restart_repo_server(self, stand_in: "dict[str, str] | None" = None) -> None:
        """Ends it, and starts it anew; returns when it is ready."""
        self.processes.stop("repo-server")
        self.start_repo_server(stand_in)
        self._wait_for_answer("repo-server", "repo-metrics", b" 200 ")

    def stand_in_folder(self) -> Path:
        """A folder with our binary as `helm`, put there as the init container of deploy/stand-in does."""
        folder = self.directory / "stand-in"
        if not folder.exists():
            folder.mkdir()
            run([self.tools["binary"], "install-helm", folder], dict(os.environ))
        return folder

    def _common(self) -> list[str]:
        return ["--kubeconfig", str(self.cluster.kubeconfig), "--namespace", NAMESPACE]

    def _repo(self) -> list[str]:
        return ["--repo-server", f"127.0.0.1:{self.ports['repo']}", "--repo-server-plaintext"]

    def _start_controller(self) -> None:
        command = [self.bin / "argocd-application-controller", *self._common(), *self._repo()]
        command += ["--redis", f"127.0.0.1:{self.ports['redis']}", "--metrics-port", str(self.ports["controller"])]
        # What heals itself is healed at once, instead of after longer and longer pauses; no story waits for a resync.
        command += ["--self-heal-backoff-timeout-seconds", "0", "--app-resync", "3600", "--app-resync-jitter", "0"]
        self.processes.start("application-controller", command, self.environment())

    def _start_server(self) -> None:
        command = [self.bin / "argocd-server", *self._common(), *self._repo(), "--insecure", "--disable-auth"]
        command += ["--redis", f"127.0.0.1:{self.ports['redis']}"]
        command += ["--address", "127.0.0.1", "--port", str(self.ports["server"])]
        command += ["--metrics-address", "127.0.0.1", "--metrics-port", str(self.ports["server-metrics"])]
        self.processes.start("server", command, self.environment())

    def _start_sets(self) -> None:
        command = [self.bin / "argocd-applicationset-controller", *self._common()]
        command += ["--argocd-repo-server", f"127.0.0.1:{self.ports['repo']}", "--repo-server-plaintext"]
        for flag, port in (("metrics-addr", "sets"), ("probe-addr", "sets-probe"), ("webhook-addr", "webhook")):
            command += [f"--{flag}", f"127.0.0.1:{self.ports[port]}"]
        self.processes.start("applicationset-controller", command, self.environment())

    def _wait_for_answer(self, name: str, port: str, expected: bytes) -> None:
        def healthy() -> bool:
            try:
                with socket.create_connection(("127.0.0.1", self.ports[port]), timeout=2) as connection:
                    connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                    return expected in connection.recv(64)
            except OSError:
                return False

        self.processes.wait(name, healthy)

    def cli(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """The command `argocd`, as a developer would call it."""
        server = ["--server", f"127.0.0.1:{self.ports['server']}", "--plaintext"]
        return subprocess.run(
            [self.tools["argocd"], *arguments, *server],
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
