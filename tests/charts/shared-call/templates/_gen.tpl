{{- define "shared-call.password" -}}
{{- randAlphaNum 24 -}}
{{- end -}}
{{- define "shared-call.dsn" -}}
{{- $pw := include "shared-call.password" . -}}
{{ dict "password" $pw "url" (printf "mysql://app:%s@db/app" $pw) | toYaml }}
{{- end -}}
