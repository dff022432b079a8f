{{- define "password-hash.line" -}}
{{ htpasswd .user .password }}
{{- end -}}
