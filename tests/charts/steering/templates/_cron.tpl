{{- define "steering.hour" -}}
{{ mod (randNumeric 2) 24 }}
{{- end -}}
