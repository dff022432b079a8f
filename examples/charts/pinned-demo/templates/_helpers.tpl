{{- define "pinned-demo.name" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}

{{/* How the chart came here, for the vendor's statistics. */}}
{{- define "pinned-demo.installType" -}}
{{ ternary "argocd" "helm" (.Capabilities.APIVersions.Has "argoproj.io/v1alpha1") }}
{{- end -}}
