//! Charts that generate as public ones do.

use crate::support::Chart;

/// Bitnami's PostgreSQL: a helper makes passwords by rules, or of letters and digits, encodes and quotes them.
pub(crate) fn postgresql() -> Chart {
    Chart::of(&[
        (
            "templates/_helpers.tpl",
            r#"{{- define "passwords.manage" -}}
{{- $password := "" -}}
{{- if .strong -}}
{{- $subStr := list (lower (randAlpha 1)) (randNumeric 1) (upper (randAlpha 1)) | join "_" -}}
{{- $password = randAscii .length -}}
{{- $password = regexReplaceAllLiteral "\\W" $password "@" | substr 5 .length -}}
{{- $password = printf "%s%s" $subStr $password | toString | shuffle -}}
{{- else -}}
{{- $password = randAlphaNum .length -}}
{{- end -}}
{{- printf "%s" $password | b64enc | quote -}}
{{- end -}}
"#,
        ),
        (
            "templates/secret.yaml",
            r#"{{- $user := include "passwords.manage" (dict "length" 10) }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-postgresql
  namespace: {{ .Release.Namespace }}
data:
  postgres-password: {{ include "passwords.manage" (dict "length" 24 "strong" true) }}
  password: {{ $user }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-client}
data:
  client.conf: |
    log = debug
    url = postgresql://user:{{ $user | trimAll "\"" | b64dec }}@db:5432/app
    mode = {{ .Values.mode | default "plain" }}
"#,
        ),
    ])
}

/// Harbor: a token CA with its key, a server's certificate whose CA shows no key, a password and its htpasswd line.
pub(crate) fn harbor() -> Chart {
    Chart::of(&[
        (
            "templates/core.yaml",
            r#"apiVersion: v1
kind: Secret
metadata: {name: core}
data:
  {{- $ca := genCA "token-ca" 365 }}
  tls.key: {{ $ca.Key | b64enc | quote }}
  tls.crt: {{ $ca.Cert | b64enc | quote }}
  secret: {{ randAlphaNum 16 | b64enc | quote }}
"#,
        ),
        (
            "templates/ingress.yaml",
            r#"{{- $ca := genCA "ingress-ca" 365 }}
{{- $cert := genSignedCert .Values.host nil (list .Values.host) 365 $ca }}
apiVersion: v1
kind: Secret
metadata: {name: ingress}
type: kubernetes.io/tls
data:
  tls.crt: {{ $cert.Cert | b64enc | quote }}
  tls.key: {{ $cert.Key | b64enc | quote }}
  ca.crt: {{ $ca.Cert | b64enc | quote }}
"#,
        ),
        (
            "templates/registry.yaml",
            r#"{{- $password := randAlphaNum 16 }}
apiVersion: v1
kind: Secret
metadata: {name: registry}
stringData:
  password: {{ $password }}
  htpasswd: {{ htpasswd "registry" $password | quote }}
---
apiVersion: v1
kind: Secret
metadata: {name: metrics}
stringData:
  htpasswd: {{ htpasswd "metrics" (randAlphaNum 20) | quote }}
"#,
        ),
        ("values.yaml", "host: core.example.com\n"),
    ])
}

/// Datadog: a token, and a checksum of the file with it in the agents' Pods.
pub(crate) fn datadog() -> Chart {
    Chart::of(&[
        (
            "templates/secret.yaml",
            r#"apiVersion: v1
kind: Secret
metadata:
  name: datadog-cluster-agent
data:
  token: {{ randAlphaNum 32 | b64enc | quote }}
"#,
        ),
        (
            "templates/daemonset.yaml",
            r#"apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: datadog
spec:
  template:
    metadata:
      annotations:
        checksum/token: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}
    spec:
      containers: [{name: agent, image: "agent:{{ .Chart.Version }}"}]
"#,
        ),
        (
            "templates/install.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: install}\ndata:\n  install_id: {{ uuidv4 | quote }}\n",
        ),
    ])
}

/// JupyterHub: a helper makes 32 hexadecimal digits in a loop, and a digest is made of them.
pub(crate) fn jupyterhub() -> Chart {
    Chart::of(&[
        (
            "templates/_helpers.tpl",
            r#"{{- define "hub.hex" -}}
{{- $result := "" -}}
{{- range until 32 -}}
{{- $result = print $result (mod (randNumeric 4 | atoi) 16 | printf "%x") -}}
{{- end -}}
{{- $result -}}
{{- end -}}
{{- define "hub.cookie" -}}{{ include "hub.hex" . }}{{- end -}}
"#,
        ),
        (
            "templates/secret.yaml",
            r#"{{- $cookie := include "hub.cookie" . }}
apiVersion: v1
kind: Secret
metadata: {name: hub}
data:
  cookie: {{ $cookie | b64enc | quote }}
  crypt: {{ include "hub.hex" . | b64enc | quote }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: proxy}
data:
  sum: {{ $cookie | sha256sum | quote }}
"#,
        ),
    ])
}

/// Values that stand for what is generated, in the forms in which charts read them.
pub(crate) fn with_values() -> Chart {
    Chart::of(&[
        (
            "templates/_helpers.tpl",
            r#"{{- define "passwords.manage" -}}
{{- $password := "" -}}
{{- range .provided -}}
{{- $found := $.context.Values -}}
{{- range splitList "." . -}}{{- if $found -}}{{- $found = index $found . -}}{{- end -}}{{- end -}}
{{- if and $found (not $password) -}}{{- $password = $found -}}{{- end -}}
{{- end -}}
{{- if not $password -}}{{- $password = randAlphaNum .length -}}{{- end -}}
{{- if lt (len $password) 8 -}}{{- fail "too short" -}}{{- end -}}
{{- $password | b64enc | quote -}}
{{- end -}}
{{- define "app.token" -}}
{{- if .Values.token -}}{{ .Values.token }}{{- else -}}
{{- range until 16 }}{{ mod (randNumeric 4 | atoi) 10 }}{{ end -}}
{{- end -}}
{{- end -}}
"#,
        ),
        (
            "templates/secret.yaml",
            r#"{{- $auth := .Values.auth -}}
{{- if not $auth.existingSecret }}
apiVersion: v1
kind: Secret
metadata: {name: app}
data:
  # As Bitnami's helper does, by the names of values, a global one first.
  password: {{ include "passwords.manage" (dict "provided" (list "global.auth.password" "auth.password") "length" 24 "context" $) }}
  # As Harbor does.
  key: {{ $auth.key | default (randAlphaNum 32) | b64enc | quote }}
  index: {{ index .Values "auth" "other-key" | default (randAlphaNum 20) | b64enc | quote }}
  # The value is to be encoded already.
  encoded: {{ with .Values.encoded }}{{ . }}{{ else }}{{ randAlphaNum 22 | b64enc }}{{ end }}
  # A loop's digits, as a whole.
  token: {{ include "app.token" . | b64enc | quote }}
  # Nothing stands for it.
  session: {{ randAlphaNum 32 | b64enc | quote }}
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data:
  copy: {{ $auth.label | default "none" | quote }}
"#,
        ),
        (
            "templates/tls.yaml",
            r#"{{- $cert := dict -}}
{{- if and .Values.tls.cert .Values.tls.key -}}
{{- $cert = dict "Cert" .Values.tls.cert "Key" .Values.tls.key -}}
{{- else -}}
{{- $cert = genSelfSignedCert "app" nil (list "app.example.com") 365 -}}
{{- end }}
apiVersion: v1
kind: Secret
metadata: {name: tls}
type: kubernetes.io/tls
data:
  tls.crt: {{ $cert.Cert | b64enc }}
  tls.key: {{ $cert.Key | b64enc }}
"#,
        ),
        (
            "values.yaml",
            "auth: {key: null, existingSecret: '', label: '', other-key: ''}\ntls: {cert: '', key: '', mode: ''}\nencoded: ''\n",
        ),
        (
            "charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        (
            "charts/db/templates/secret.yaml",
            r#"apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  url: "postgres://db:{{ .Values.password | default (randAlphaNum 18) }}@db:5432"
"#,
        ),
        ("charts/db/values.yaml", "password: ''\n"),
    ])
}
