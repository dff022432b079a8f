{{- define "cache.password" -}}
{{ randAlphaNum 20 }}
{{- end -}}
