{{- define "job-name.migrate" -}}
{{ printf "%s-migrate-%s" .Release.Name (now | date "2006-01-02-15-04-05") }}
{{- end -}}
