{{- define "digests.root" -}}
{{- if not (hasKey .Values "rootPassword") -}}
{{- $_ := set .Values "rootPassword" (randAlphaNum 24) -}}
{{- end -}}
{{ .Values.rootPassword }}
{{- end -}}
{{- define "digests.fresh" -}}
{{- $pw := randAlphaNum 16 -}}
{{ dict "plain" $pw "sum" (sha256sum $pw) | toJson }}
{{- end -}}
