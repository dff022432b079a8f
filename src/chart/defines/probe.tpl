{{- /* In: list TURN TEXT ALPHABET. Out: the text; in the first turn its first character is the one behind it in the alphabet, or the alphabet's first. */ -}}
{{- define "@N@-probe" -}}
{{- $text := index . 1 -}}
{{- $alphabet := index . 2 -}}
{{- if and $text (has (index . 0) (list `0` `1`)) -}}
{{- $c := substr 0 1 $text | lower -}}
{{- $i := 0 -}}
{{- if contains $c $alphabet -}}
{{- $i = mod (add1 (len (splitList $c $alphabet | first))) (len $alphabet) | int -}}
{{- end -}}
{{- substr $i (add1 $i | int) $alphabet -}}
{{- substr 1 (len $text) $text -}}
{{- else -}}
{{- $text -}}
{{- end -}}
{{- end -}}
