{{- define "clock.stamp" -}}
{{ now | unixEpoch }}
{{- end -}}
