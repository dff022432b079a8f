{{- define "place-identity.password" -}}
{{ randAlphaNum 20 }}
{{- end -}}
