{{- define "glued.token" -}}
{{ printf "tk%sEnd" (randAlphaNum 20) }}
{{- end -}}
