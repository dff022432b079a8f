{{- define "dict-secrets.account" -}}
name: {{ .name }}
password: {{ .password | default (randAlphaNum 18) }}
{{- end -}}
