{{- define "collapse.token" -}}
{{ randAlphaNum 16 }}
{{- end -}}
