{{- define "webhook.certs" -}}
{{- if not (index .Values "memo") -}}
{{- $name := printf "%s-webhook" .Release.Name -}}
{{- $hosts := list (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) -}}
{{- $ca := genCA (printf "%s-ca" $name) (int .Values.caDays) -}}
{{- $cert := genSignedCert $name (list "10.0.0.1") $hosts (int .Values.days) $ca -}}
{{- $_ := set .Values "memo" (dict "ca" $ca.Cert "crt" $cert.Cert "key" $cert.Key) -}}
{{- end -}}
{{- toYaml .Values.memo -}}
{{- end -}}
