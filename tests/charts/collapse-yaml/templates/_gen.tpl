{{- define "collapse-yaml.key" -}}
{{ randAlpha 12 | lower }}
{{- end -}}
