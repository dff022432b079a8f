"""New versions of a chart: only what they change is written, and values stay when the calls move."""

from __future__ import annotations

from typing import Iterator

from applications import Snapshot
from checks import nothing_changed, only_changed, require, rolled_once, same
from world import World

SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-added
data:
  key: {{ randAlphaNum 24 | b64enc }}
"""


def play(world: World) -> Iterator[str]:
    repository, application = world.deploy("upgrade", world.examples / "pinned-demo")
    before = application.snapshot()
    token = application.value("upgrade-cluster-agent", "token")

    def upgrade(message: str) -> Snapshot:
        revision = repository.commit(message)
        application.refresh().settle(revision=revision)
        return application.snapshot()

    repository.replace("chart/values.yaml", "cluster-agent:1.0", "cluster-agent:1.1")
    after = upgrade("another image")
    only_changed(before, after, {"Deployment/upgrade-cluster-agent"}, "another image")
    rolled_once(before, after, {"Deployment/upgrade-cluster-agent"}, "another image")
    yield "another image: one Deployment is written"

    before = after
    call = "{{ .Values.clusterAgent.token | default (randAlphaNum 32) | b64enc | quote }}"
    repository.replace("chart/templates/cluster-agent-token.yaml", call, '{{ include "upgrade.token" . | b64enc | quote }}')
    helper = '{{- define "upgrade.token" -}}\n{{ .Values.clusterAgent.token | default (randAlphaNum 32) }}\n{{- end -}}\n'
    repository.write("chart/templates/_token.tpl", helper)
    after = upgrade("the call moves to a helper")
    nothing_changed(before, after, "the call moves to a helper")
    yield "the call moves to a helper: nothing is written"

    repository.write("chart/templates/added.yaml", SECRET)
    before, after = after, upgrade("one more Secret")
    only_changed(before, after, {"Secret/upgrade-added"}, "one more Secret")
    yield "one more Secret: it alone is written"

    (repository.path / "chart/templates/added.yaml").unlink()
    (repository.path / "chart/templates/daemonset.yaml").unlink()
    before, after = after, upgrade("less")
    only_changed(before, after, {"Secret/upgrade-added", "DaemonSet/upgrade-agent"}, "two templates go")
    require(not {"Secret/upgrade-added", "DaemonSet/upgrade-agent"} & after.keys(), "what has gone from the chart is there")
    same(application.value("upgrade-cluster-agent", "token"), token, "the token")
    yield "two templates go: two objects are pruned, the token is the first one"
