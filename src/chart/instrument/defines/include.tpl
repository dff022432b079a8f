{{- /* include of a body that can reach a call: one define for each body, since helm counts levels by name, and allows one more than is taken here. The table can give what it returns as a whole. In: list STATE CONTEXT. */ -}}
{{- define "@N@-include-@BODY@" -}}
{{- $p := index . 0 -}}
{{- $q := $p.q -}}
{{- $level := get $q.i `@BODY@` | int -}}
{{- if ge $level @LEVELS@ -}}
{{- list $q `@BODY@` | include `@N@-endless` -}}
{{- end -}}
{{- if not $q.e -}}
{{- $before := $q.n -}}
{{- $turn := add1 (get $p.n `@BODY@`) -}}
{{- $_ := set $p.n `@BODY@` $turn -}}
{{- $c := index . 1 -}}
{{- $body := @NIL@ -}}
{{- $key := printf "%s\n@BODY@.%d" $p.r $turn -}}
{{- $way := $key -}}
{{- if gt (len $key) @LONGEST-WAY@ -}}
{{- $way = list $p $key | include `@N@-short` -}}
{{- end -}}
{{- $_ = add1 $level | set $q.i `@BODY@` -}}
{{- $out := include $body (dict `p` (dict `r` $way `f` $p.f `n` dict `t` $p.t `q` $q) `c` $c) -}}
{{- $_ = set $q.i `@BODY@` $level -}}
{{- if $q.e -}}
{{- if not $level -}}
{{- fail $q.e -}}
{{- end -}}
{{- else -}}
{{- if gt $q.n $before -}}
{{- $out = get $p.t $key | default $out -}}
{{- list $q $before $out `@FLAG@` $q.n $key | include `@N@-carry` -}}
{{- end -}}
{{- $out -}}
{{- end -}}
{{- end -}}
{{- end -}}
