{{- define "randAlphaNum" -}}
a define that is named randAlphaNum
{{- end -}}
{{- define "untouched.now" }}{{ .now }}{{ end -}}
