{{/* Some databases want a letter first. */}}
{{- define "composed.user" -}}
{{ printf "%s%s" (randAlpha 1 | lower) (randAlphaNum 15) }}
{{- end -}}
{{- define "composed.license" -}}
{{ printf "%s-%s-%s-%s" (randAlphaNum 4 | upper) (randAlphaNum 4 | upper) (randAlphaNum 4 | upper) (randNumeric 4) }}
{{- end -}}
{{- define "composed.key" -}}
{{ randAlphaNum 64 | sha256sum }}
{{- end -}}
{{- define "composed.pin" -}}
{{ randNumeric 6 }}
{{- end -}}
{{- define "composed.mixed" -}}
{{- list (randAlpha 6) (randNumeric 4) "!" | join "" | shuffle -}}
{{- end -}}
