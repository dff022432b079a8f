{{- define "memo.password" -}}
{{- if not .Values.global.memoPassword -}}
{{- $_ := set .Values.global "memoPassword" (randAlphaNum 28) -}}
{{- end -}}
{{- .Values.global.memoPassword -}}
{{- end -}}
