{{- define "base64-layers.key" -}}
{{ randAlphaNum 32 }}
{{- end -}}
