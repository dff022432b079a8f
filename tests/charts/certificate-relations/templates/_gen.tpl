{{- define "gen.ca" -}}
{{- genCA "same-name" 365 | toJson -}}
{{- end -}}
{{- define "gen.pair" -}}
{{- $ca := include "gen.ca" . | fromJson -}}
{{- $leaf := genSignedCert .host nil (list .host) 30 (buildCustomCert ($ca.Cert | b64enc) ($ca.Key | b64enc)) -}}
{{- dict "ca" $ca "leaf" $leaf | toJson -}}
{{- end -}}
