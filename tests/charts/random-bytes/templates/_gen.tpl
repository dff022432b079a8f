{{- define "random-bytes.key" -}}
{{ randBytes 32 }}
{{- end -}}
