"""The chart of the whole life, version by version, as public charts change over the years."""

from __future__ import annotations

from pathlib import Path

from repository import Repository

SECRETS = """apiVersion: v1
kind: Secret
metadata:
  name: {{{{ .Release.Name }}}}-db
{data}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{{{ .Release.Name }}}}-api
data:
  key: {{{{ .Values.key | default (randAlphaNum 32) | b64enc | quote }}}}
"""

WEB = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-about
data:
  version: {{ .Chart.Version | quote }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
      annotations:
        checksum/secrets: {{ include (print $.Template.BasePath "/secrets.yaml") . | sha256sum }}
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.0
"""

LATER = """apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-mail
data:
  token: {{ .Values.token | default (randAlphaNum 40) | b64enc | quote }}
"""

# What each version brings.
VERSIONS = [
    "the first one",
    "nothing but its number",
    "a second value in the Secret",
    "a helper is cut anew and asks for a longer password",
    "the password moves from data to stringData",
    "one more Secret",
]


def write(repository: Repository, version: int) -> None:
    """Writes this version into the folder `chart`."""
    password = "(randAlphaNum 16)" if version < 3 else '(include "shop.random" .)'
    helpers = '{{- define "shop.random" -}}{{ randAlphaNum 24 }}{{- end -}}\n'
    helpers += '{{- define "shop.password" -}}{{ .Values.password | default %s }}{{- end -}}\n' % password
    cache = "" if version < 2 else "  cache: {{ .Values.cache | default (randAlphaNum 20) | b64enc | quote }}\n"
    if version < 4:
        data = 'data:\n  password: {{ include "shop.password" . | b64enc | quote }}\n' + cache
    else:
        data = f'data:\n{cache}stringData:\n  password: {{{{ include "shop.password" . | quote }}}}\n'
    repository.write("chart/Chart.yaml", f"apiVersion: v2\nname: shop\nversion: 1.{version}.0\n")
    repository.write("chart/templates/_helpers.tpl", helpers)
    repository.write("chart/templates/secrets.yaml", SECRETS.format(data=data))
    repository.write("chart/templates/web.yaml", WEB)
    if version >= 5:
        repository.write("chart/templates/mail.yaml", LATER)
