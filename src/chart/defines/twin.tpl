{{- /* In: N. Out: a random number below it. The twin of number 2 takes each second one that helm draws, and so on. */ -}}
{{- define "@N@-draw" -}}
{{- $below := int . -}}
{{- $drawn := 0 -}}
{{- range until @NUMBER@ -}}
{{- $drawn = randInt 0 $below -}}
{{- end -}}
{{- $drawn -}}
{{- end -}}

{{- /* Out: 32 random hexadecimal digits. */ -}}
{{- define "@N@-hex" -}}
{{- range until 4 -}}
{{- printf `%08x` (include `@N@-draw` 4294967296 | int64) -}}
{{- end -}}
{{- end -}}

{{- /* In: list ALPHABET TEXT FIRST. Out: a random text that differs from TEXT at every position, in any case; its first character is one of FIRST. */ -}}
{{- define "@N@-differ" -}}
{{- $alphabet := index . 0 -}}
{{- $first := index . 2 -}}
{{- range $i, $c := splitList `` (index . 1) -}}
{{- $left := ternary $first $alphabet (eq $i 0) | replace (lower $c) `` | replace (upper $c) `` -}}
{{- $k := 0 -}}
{{- range until @NUMBER@ -}}
{{- $k = randInt 0 (len $left) -}}
{{- end -}}
{{- substr $k (add1 $k | int) $left -}}
{{- end -}}
{{- end -}}
