{{/* Made once, kept in the values, read by every template after that. */}}
{{- define "name-suffix.shared" -}}
{{- if not (index .Values "suffix") -}}
{{- $_ := set .Values "suffix" (randAlphaNum 5 | lower) -}}
{{- end -}}
{{- printf "%s-shared-%s" .Release.Name .Values.suffix -}}
{{- end -}}
