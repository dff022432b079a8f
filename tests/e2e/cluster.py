"""A Kubernetes API server with its etcd, on loopback. No controllers and no nodes run: what is applied stays as it is."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from processes import Failure, Processes, free_ports

TOKEN = "e2e-administrator"
MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"


class Cluster:
    """The server, and a client of it that has all rights."""

    def __init__(self, processes: Processes, directory: Path, tools: dict[str, str]) -> None:
        self.processes = processes
        self.directory = directory
        self.tools = tools
        self.port, self.etcd_port, self.peer_port = free_ports(3)
        self.kubeconfig = directory / "kubeconfig"
        self.context = ssl.create_default_context()
        self.paths: dict[tuple[str, str], tuple[str, str, bool]] = {}

    def start(self) -> None:
        """Starts both; returns when the server is ready."""
        (self.directory / "certificates").mkdir()
        (self.directory / "tokens.csv").write_text(f"{TOKEN},admin,admin,system:masters\n")
        key = self.directory / "service-accounts.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        self._start_etcd()
        self._start_server(key)
        self.processes.wait("kube-apiserver", self._is_ready, 120)

    def _start_etcd(self) -> None:
        client, peer = f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{self.peer_port}"
        command = [self.tools["etcd"], "--data-dir", self.directory / "etcd", "--unsafe-no-fsync"]
        command += ["--listen-client-urls", client, "--advertise-client-urls", client]
        command += ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
        self.processes.start("etcd", command, dict(os.environ))

    def _start_server(self, key: Path) -> None:
        flags = {
            "etcd-servers": f"http://127.0.0.1:{self.etcd_port}",
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "secure-port": self.port,
            "cert-dir": self.directory / "certificates",
            "endpoint-reconciler-type": "none",
            "service-cluster-ip-range": "10.96.0.0/16",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-signing-key-file": key,
            "service-account-key-file": key,
            "token-auth-file": self.directory / "tokens.csv",
            "authorization-mode": "RBAC",
            # Nothing makes service accounts here.
            "disable-admission-plugins": "ServiceAccount",
            "allow-privileged": "true",
        }
        command = [self.tools["kube-apiserver"], *(f"--{name}={value}" for name, value in flags.items())]
        self.processes.start("kube-apiserver", command, dict(os.environ))

    def _is_ready(self) -> bool:
        # The server writes its certificate before it listens.
        certificate = self.directory / "certificates" / "apiserver.crt"
        if not certificate.exists():
            return False
        try:
            self.context.load_verify_locations(certificate)
            self.request("GET", "/readyz")
        except (Failure, OSError, ssl.SSLError, http.client.HTTPException):
            return False
        self.kubeconfig.write_text(json.dumps(self._config(certificate)))
        return True

    def _config(self, certificate: Path) -> dict:
        server = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority": str(certificate)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "e2e", "cluster": server}],
            "users": [{"name": "admin", "user": {"token": TOKEN}}],
            "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "admin", "namespace": "argocd"}}],
            "current-context": "e2e",
        }

    def request(self, method: str, path: str, body: "bytes | dict | None" = None, kind: str = "application/json") -> dict:
        """One request; an answer of 404 is an empty one."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", method=method, data=data)
        request.add_header("Authorization", f"Bearer {TOKEN}")
        request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text.startswith(b"{") else {}
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return {}
            raise Failure(f"{method} {path}: {error.code} {error.read().decode()[:300]}") from None

    def path(self, api: str, kind: str, namespace: str) -> str:
        """Where objects of a kind are: `api` is its group and version."""
        if (api, kind) not in self.paths:
            prefix = f"/api/{api}" if "/" not in api else f"/apis/{api}"
            for resource in self.request("GET", prefix).get("resources", []):
                if "/" not in resource["name"]:
                    self.paths[api, resource["kind"]] = prefix, resource["name"], resource["namespaced"]
        if (api, kind) not in self.paths:
            raise Failure(f"the server knows no {kind} of {api}")
        prefix, name, namespaced = self.paths[api, kind]
        return f"{prefix}/namespaces/{namespace}/{name}" if namespaced else f"{prefix}/{name}"

    def get(self, api: str, kind: str, namespace: str, name: str) -> dict:
        """An object; empty if there is none."""
        return self.request("GET", f"{self.path(api, kind, namespace)}/{name}")

    def apply(self, item: "dict[str, object]") -> dict:
        """Makes an object, or changes it to what is said here."""
        metadata = item["metadata"]
        path = self.path(item["apiVersion"], item["kind"], metadata.get("namespace", ""))
        return self.request("PATCH", f"{path}/{metadata['name']}?fieldManager=e2e&force=true", item, APPLY)

    def apply_definition(self, file: Path) -> None:
        """Makes a resource definition from a file of Argo CD's, and waits until the server knows the kind."""
        name = {"application": "applications", "appproject": "appprojects", "applicationset": "applicationsets"}[
            file.name.removesuffix("-crd.yaml")
        ]
        path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}.argoproj.io"
        self.request("PATCH", f"{path}?fieldManager=e2e", file.read_bytes(), APPLY)

        def established() -> bool:
            conditions = self.request("GET", path).get("status", {}).get("conditions") or []
            return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)

        self.processes.wait("kube-apiserver", established)

    def kubectl(self, *arguments: str) -> str:
        """What kubectl prints, as an admin would call it."""
        return run([self.tools["kubectl"], "--kubeconfig", self.kubeconfig, *arguments], dict(os.environ))


def run(command: list, environment: dict[str, str], text: "str | None" = None) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(command, env=environment, input=text, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command[1:4])
        raise Failure(f"{Path(command[0]).name} {shown} … exits with {done.returncode}: {done.stderr.strip()[-1500:]}")
    return done.stdout
