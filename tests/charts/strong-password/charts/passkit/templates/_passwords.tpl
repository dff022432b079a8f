{{/*
A password of a Secret: the one in the cluster, the one in the values, or a new one, in base64.
Takes a dict: secret, key, provided, length, strong, context.
*/}}
{{- define "passkit.manage" -}}
{{- $password := "" -}}
{{- $length := int (default 12 .length) -}}
{{- $old := (lookup "v1" "Secret" .context.Release.Namespace .secret).data -}}
{{- if and $old (hasKey $old .key) -}}
{{- $password = index $old .key | quote -}}
{{- else if .provided -}}
{{- $password = .provided | toString | b64enc | quote -}}
{{- else if .strong -}}
{{- $classes := list (lower (randAlpha 1)) (randNumeric 1) (upper (randAlpha 1)) | join "_" -}}
{{- $rest := regexReplaceAllLiteral "\\W" (randAscii $length) "@" | substr 5 $length -}}
{{- $password = printf "%s%s" $classes $rest | toString | shuffle | b64enc | quote -}}
{{- else -}}
{{- $password = randAlphaNum $length | b64enc | quote -}}
{{- end -}}
{{- print $password -}}
{{- end -}}
