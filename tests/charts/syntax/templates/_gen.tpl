{{- define "syntax.inner" }}{{ randAlphaNum 15 }}{{ end -}}
