{{- define "uuids.id" -}}
{{ uuidv4 }}
{{- end -}}
