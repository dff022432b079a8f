{{- define "store.password" -}}
{{ randAlphaNum 20 }}
{{- end -}}
