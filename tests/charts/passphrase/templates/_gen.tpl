{{- define "passphrase.make" -}}
{{- $words := list "amber" "bay" "cedar" "dune" "ember" "fjord" "grove" "harbor" "islet" "juniper" "kelp" "lagoon" -}}
{{- $phrase := list -}}
{{- range until 8 -}}
{{- $phrase = append $phrase (index $words (randInt 0 (len $words))) -}}
{{- end -}}
{{- join "-" $phrase -}}
{{- end -}}
