"""Applications: made, refreshed, waited for; and what of them is in the cluster."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import NamedTuple

from argo import NAMESPACE
from cluster import MERGE, Cluster
from processes import Failure, wait

API = "argoproj.io/v1alpha1"
PLUGIN = "argocd-pin-plugin"


class Seen(NamedTuple):
    """What is known of an object in the cluster at one time."""

    # The server counts it up at each write.
    version: str
    # It counts up when the specification changes; of a Deployment also when annotations do. 0 where a kind has none.
    generation: int
    # Digests: of everything but the server's own marks, and of the template of its Pods, which are replaced when it changes.
    content: str
    pods: str


Snapshot = dict[str, Seen]


def plugin(**parameters: object) -> dict:
    """A source with our plugin. A text is a string parameter, a dict a map, a list an array; `_` is `-` in names."""
    kinds = {str: "string", dict: "map", list: "array"}
    entries = [{"name": name.replace("_", "-"), kinds[type(value)]: value} for name, value in parameters.items()]
    return {"plugin": {"name": PLUGIN, **({"parameters": entries} if entries else {})}}


AUTOMATED = {"prune": True}
SELF_HEAL = {"prune": True, "selfHeal": True}


class Application:
    """One Application; without a namespace for its objects they go to one that is called as it is."""

    def __init__(self, cluster: Cluster, name: str, namespace: str = "") -> None:
        self.cluster = cluster
        self.name = name
        self.namespace = namespace or name
        self.path = f"/apis/{API}/namespaces/{NAMESPACE}/applications/{name}"

    def create(self, source: "dict | list", automated: "dict | None" = None, project: str = "default") -> Application:
        """Makes it. A list of sources makes one of several."""
        # Nothing collects garbage in this cluster, so what is pruned has to go at once.
        policy = {"syncOptions": ["CreateNamespace=true", "PrunePropagationPolicy=background"]}
        if automated is not None:
            policy["automated"] = automated
        body = {
            "apiVersion": API,
            "kind": "Application",
            "metadata": {"name": self.name, "namespace": NAMESPACE},
            "spec": {
                "project": project,
                "sources" if isinstance(source, list) else "source": source,
                "destination": {"server": "https://kubernetes.default.svc", "namespace": self.namespace},
                "syncPolicy": policy,
            },
        }
        self.cluster.request("POST", self.path.rpartition("/")[0], body)
        return self

    def patch(self, body: dict) -> None:
        """Merges this into it."""
        self.cluster.request("PATCH", self.path, body, MERGE)

    def set_source(self, how: dict) -> Application:
        """Renders the source of its repository in this way from now on, and asks for a comparison."""
        old = self.get()["spec"]["source"]
        ways = {key: None for key in ("helm", "plugin") if key in old}
        return self.change({"source": {**ways, **how}})

    def change(self, spec: dict) -> Application:
        """Changes its specification, and asks for a comparison that sees the change."""
        annotations = {"argocd.argoproj.io/refresh": "normal"}
        self.patch({"metadata": {"annotations": annotations}, "spec": spec})
        return self

    def get(self) -> dict:
        """All of it, as it is now."""
        found = self.cluster.request("GET", self.path)
        if not found:
            raise Failure(f"there is no Application {self.name}")
        return found

    def refresh(self, how: str = "normal") -> Application:
        """Asks for a comparison: `normal` looks for a new revision, `hard` also renders anew."""
        self.patch({"metadata": {"annotations": {"argocd.argoproj.io/refresh": how}}})
        return self

    def sync(self) -> Application:
        """Asks for a sync of what was compared last, as the button does."""
        revision = self.get()["status"]["sync"]["revision"]
        operation = {"initiatedBy": {"username": "e2e"}, "sync": {"revision": revision, "prune": True}}
        operation["sync"]["syncOptions"] = self.get()["spec"]["syncPolicy"]["syncOptions"]
        self.patch({"operation": operation})
        return self

    def settle(self, status: str = "Synced", revision: str = "") -> dict:
        """Waits until it was compared, no operation runs, and it has this sync status (at this revision); returns its status.

        Argo CD takes the mark of a refresh away after it has decided upon a sync, so nothing comes later by itself.
        """
        last: dict = {}

        def settled() -> "dict | None":
            nonlocal last
            last = self.get()
            state = last.get("status", {})
            sync = state.get("sync", {})
            busy = (
                "argocd.argoproj.io/refresh" in last["metadata"].get("annotations", {})
                or "operation" in last
                or state.get("operationState", {}).get("phase") == "Running"
            )
            there = sync.get("status") == status and revision in ("", sync.get("revision"), *sync.get("revisions", []))
            return state if there and not busy else None

        try:
            return wait(f"{self.name} to be {status}", settled)
        except Failure as failure:
            raise Failure(f"{failure}: {describe(last)}") from None

    def delete(self) -> None:
        """Takes it away without its objects."""
        self.cluster.request("DELETE", self.path)
        wait(f"{self.name} to be gone", lambda: not self.cluster.request("GET", self.path))

    def errors(self) -> str:
        """The messages of its conditions."""
        return "\n".join(one["message"] for one in self.get().get("status", {}).get("conditions", []))

    def resources(self) -> "list[dict]":
        """What its status says of its objects: group, version, kind, namespace, name."""
        return self.get().get("status", {}).get("resources", [])

    def snapshot(self) -> Snapshot:
        """Its objects, by kind and name."""
        return snapshot(self.cluster, self.resources())

    def value(self, secret: str, key: str) -> str:
        """What a Secret of it holds."""
        return value(self.cluster, self.namespace, secret, key)


def snapshot(cluster: Cluster, resources: "list[dict]") -> Snapshot:
    """Those of these objects that there are, by kind and name."""
    found = {}
    for one in resources:
        api = f"{one['group']}/{one['version']}" if "group" in one else one["version"]
        item = cluster.get(api, one["kind"], one.get("namespace", ""), one["name"])
        if item:
            found[f"{one['kind']}/{one['name']}"] = seen(item)
    return found


def seen(item: dict) -> Seen:
    """What is known of an object as the server gives it."""
    metadata = item["metadata"]
    own = {key: metadata.get(key) for key in ("labels", "annotations")}
    content = {key: value for key, value in item.items() if key not in ("metadata", "status")}
    template = item.get("spec", {}).get("template", "")
    return Seen(metadata["resourceVersion"], metadata.get("generation", 0), digest([own, content]), digest(template))


def digest(part: object) -> str:
    """Tells parts apart and shows nothing of them."""
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:12]


def value(cluster: Cluster, namespace: str, secret: str, key: str) -> str:
    """What a Secret holds. It is compared, and never printed."""
    data = cluster.get("v1", "Secret", namespace, secret).get("data", {})
    if key not in data:
        raise Failure(f"the Secret {secret} in {namespace} holds no {key}")
    return base64.b64decode(data[key]).decode()


def describe(application: dict) -> str:
    """Why an Application is as it is, for a failure's message."""
    state = application.get("status", {})
    said = [f"{one['type']}: {one['message'][:600]}" for one in state.get("conditions", [])]
    operation = state.get("operationState", {})
    out = [f"{one['kind']}/{one['name']}" for one in state.get("resources", []) if one.get("status") != "Synced"]
    sync = state.get("sync", {}).get("status")
    return f"is {sync}, operation {operation.get('phase')} {operation.get('message', '')[:300]}, differing {out}, {said}"
