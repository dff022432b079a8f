{{- /* A length between .least and .most. */ -}}
{{- define "random-length.length" -}}
{{- $range := sub .most .least -}}
{{- int (add .least (div (mul (randNumeric 2 | atoi | add1) $range) 100)) -}}
{{- end -}}

{{- define "random-length.symbols" -}}
{{- $all := "-+?.,:;!@#%^*()_=" -}}
{{- $drawn := dict -}}
{{- range $i := until (int .) -}}
{{- $at := int (mod (randNumeric 3 | atoi) (len $all)) -}}
{{- $_ := set $drawn (toString $i) (substr $at (int (add $at 1)) $all) -}}
{{- end -}}
{{- join "" (values $drawn) -}}
{{- end -}}

{{- define "random-length.password" -}}
{{- $length := include "random-length.length" . | int -}}
{{- $first := list (randAlpha 1 | upper) (randAlpha 1 | lower) (randNumeric 1) (include "random-length.symbols" 1) | join "" -}}
{{- $rest := int (sub $length (len $first)) -}}
{{- $symbols := int (div $rest 4) -}}
{{- list $first (include "random-length.symbols" $symbols) (randAlphaNum (int (sub $rest $symbols))) | join "" | shuffle -}}
{{- end -}}
