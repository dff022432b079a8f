{{- define "altered.lower" -}}
{{ randAlphaNum 24 | lower }}
{{- end -}}
{{- define "altered.short" -}}
{{ randAlphaNum 40 | trunc 20 }}
{{- end -}}
{{- define "altered.tail" -}}
{{ randAlphaNum 40 | b64enc | trunc 32 }}
{{- end -}}
