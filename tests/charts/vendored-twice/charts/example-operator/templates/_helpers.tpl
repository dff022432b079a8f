{{- define "operator.token" -}}
{{- randAlphaNum 24 -}}
{{- end -}}

{{- define "operator.certificate" -}}
{{- $ca := genCA "operator" 3650 -}}
{{- $cert := genSignedCert "webhook" nil (list "webhook.ns.svc") 3650 $ca -}}
ca.crt: {{ $ca.Cert | b64enc }}
tls.crt: {{ $cert.Cert | b64enc }}
tls.key: {{ $cert.Key | b64enc }}
{{- end -}}
