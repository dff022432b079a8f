{{- /* Whether a text for tpl may hold what must be instrumented. In: list MAP TEXT; the map keeps the answer, by the text's digest. Out: something, or nothing. */ -}}
{{- define "@N@-acts" -}}
{{- $known := index . 0 -}}
{{- $text := index . 1 -}}
{{- if contains `{{` $text -}}
{{- $digest := sha256sum $text -}}
{{- if not (hasKey $known $digest) -}}
{{- $_ := list $text | include `@N@-judged` | set $known $digest -}}
{{- end -}}
{{- get $known $digest -}}
{{- end -}}
{{- end -}}

{{- define "@N@-judged" -}}
{{- $text := index . 0 -}}
{{- if or @WORDS@ -}}
{{- if regexMatch `@CALL@` $text }}1{{ end -}}
{{- end -}}
{{- if or @NAMES@ @METHODS@ }}1{{ end -}}
{{- if @HAS-NAMES@ -}}
{{- if or (contains `include` $text) (contains `template` $text) (contains `block` $text) -}}
{{- if regexMatch `@COMPUTED@` $text }}1{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* tpl where a text can reach a call. In: list STATE TEXT CONTEXT. A text that nobody has instrumented is rendered as it is, and said. */ -}}
{{- define "@N@-tpl" -}}
{{- $p := index . 0 -}}
{{- $text := index . 1 -}}
{{- $context := index . 2 -}}
{{- $q := $p.q -}}
{{- if list $q $text | include `@N@-acts` -}}
{{- if not (hasKey $q `texts`) -}}
{{- $_ := include `@N@-texts` nil | fromJson | set $q `texts` -}}
{{- end -}}
{{- if hasKey $q.texts $text -}}
{{- $before := $q.n -}}
{{- $new := get $q.texts $text -}}
{{- $turn := add1 (get $p.n $new.id) -}}
{{- $_ := set $p.n $new.id $turn -}}
{{- $way := printf "%s\n%s.%d" $p.r $new.id $turn -}}
{{- if gt (len $way) @LONGEST-WAY@ -}}
{{- $way = list $p $way | include `@N@-short` -}}
{{- end -}}
{{- $out := tpl $new.text (dict `p` (dict `r` $way `f` $p.f `n` dict `t` $p.t `q` $q) `c` $context) -}}
{{- if gt $q.n $before -}}
{{- list $q $before $out $new.flag $q.n `` | include `@N@-carry` -}}
{{- end -}}
{{- $out -}}
{{- else -}}
{{- $_ := set $q.x (b64enc $text) true -}}
{{- tpl $text $context -}}
{{- end -}}
{{- else -}}
{{- tpl $text $context -}}
{{- end -}}
{{- end -}}

{{- /* tpl where no text that is known can reach a call. In: list MAP TEXT CONTEXT; the map keeps the texts that are known, once they are asked for. */ -}}
{{- define "@N@-tpl-plain" -}}
{{- $map := index . 0 -}}
{{- $text := index . 1 -}}
{{- if list $map $text | include `@N@-acts` -}}
{{- if not (hasKey $map `texts`) -}}
{{- $_ := include `@N@-texts` nil | fromJson | set $map `texts` -}}
{{- end -}}
{{- if hasKey $map.texts $text -}}
{{- tpl (get $map.texts $text).text (dict `c` (index . 2)) -}}
{{- else -}}
{{- fail @UNEXPECTED-TEXT@ -}}
{{- end -}}
{{- else -}}
{{- tpl $text (index . 2) -}}
{{- end -}}
{{- end -}}
