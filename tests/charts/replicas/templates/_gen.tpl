{{- define "replicas.secret" -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .name }}
stringData:
  password: {{ randAlphaNum 22 }}
{{- end -}}
