{{- define "strong-policy.password" -}}
{{- $needed := list (lower (randAlpha 1)) (randNumeric 1) (upper (randAlpha 1)) | join "_" -}}
{{- $more := randAscii (int .) -}}
{{- $more = regexReplaceAllLiteral "\\W" $more "@" | substr 5 (int .) -}}
{{- printf "%s%s" $needed $more | toString | shuffle | b64enc -}}
{{- end -}}
