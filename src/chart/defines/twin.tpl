{{- /* In: list ALPHABET TEXT FIRST. Out: a random text that differs from TEXT at every position, in any case; its first character is one of FIRST. */ -}}
{{- define "@N@-differ" -}}
{{- $alphabet := index . 0 -}}
{{- $first := index . 2 -}}
{{- range $i, $c := splitList `` (index . 1) -}}
{{- $left := ternary $first $alphabet (eq $i 0) | replace (lower $c) `` | replace (upper $c) `` -}}
{{- $k := randInt 0 (len $left) -}}
{{- substr $k (add1 $k | int) $left -}}
{{- end -}}
{{- end -}}
