{{- /* A file that helm renders. In: list FILE CONTEXT. Out: the log, if any call ran, as a document that is one comment, and what the file prints.
     A document's state is a map: n, how many calls ran; g, the calls by their number; c, the carriers; x, the texts for tpl that are not known;
     o, the context; l, the last value. A body's state is another: r, the path; n, its counters; t, the table of the file; q, the document's state. */ -}}
{{- define "@N@-root" -}}
{{- $file := index . 0 -}}
{{- $context := index . 1 -}}
{{- $q := dict `n` 0 `g` dict `c` dict `x` dict `o` $context `l` `` -}}
{{- $p := dict `r` $context.Template.Name `n` dict `t` (include (print `@N@-table-` $file) nil | fromJson) `q` $q -}}
{{- $out := include (print `@N@-` $file) (dict `p` $p `c` $context) -}}
{{- if or $q.n $q.x -}}
#@N@ {{ dict `g` $q.g `c` $q.c `x` (keys $q.x | sortAlpha) | toJson | b64enc }}
{{ if not (regexMatch `^\s*---` $out) }}---
{{ end -}}
{{- end -}}
{{- $out -}}
{{- end -}}

{{- /* include of a name that is computed. In: list STATE NAME CONTEXT. A file that helm renders runs as itself, if it is given what it would be given. */ -}}
{{- define "@N@-dyn" -}}
{{- $p := index . 0 -}}
{{- $name := index . 1 -}}
{{- $context := index . 2 -}}
{{- $q := $p.q -}}
{{- if not (hasKey $q `names`) -}}
{{- $_ := include `@N@-names` nil | fromJson | set $q `names` -}}
{{- end -}}
{{- $body := get $q.names $name -}}
{{- if not $body -}}
{{- include $name $context -}}
{{- else if and (hasPrefix `f` $body) (kindIs `map` $context) (eq (printf `%p` $context) (printf `%p` $q.o)) -}}
{{- $before := $q.n -}}
{{- $own := dict `r` $name `n` dict `t` (include (print `@N@-table-` $body) nil | fromJson) `q` $q -}}
{{- $out := include (print `@N@-` $body) (dict `p` $own `c` $context) -}}
{{- if gt $q.n $before -}}
{{- list $q $before $out `` | include `@N@-carry` -}}
{{- end -}}
{{- $out -}}
{{- else -}}
{{- list $p $context | include (print `@N@-include-` $body) -}}
{{- end -}}
{{- end -}}

{{- /* Logs a carrier. In: list DOCUMENT BEFORE TEXT FLAG; BEFORE is how many calls had run. A single call's own value is none. */ -}}
{{- define "@N@-carry" -}}
{{- $q := index . 0 -}}
{{- $text := index . 2 -}}
{{- if and $text (le (len $text) @LONGEST@) (not (and (eq $text $q.l) (eq (sub $q.n (index . 1)) 1))) -}}
{{- $_ := set $q.c (len $q.c | toString) (list (b64enc $text) (index . 1) $q.n (index . 3)) -}}
{{- end -}}
{{- end -}}

{{- /* A printed pipeline. In: list STATE BEFORE VALUE FLAG VARIABLE…; the variables are those that it reads. Out: the value. */ -}}
{{- define "@N@-print" -}}
{{- $value := index . 2 -}}
{{- if not (kindIs `invalid` $value) -}}
{{- $text := toString $value -}}
{{- $before := list (index . 0) (index . 1) (slice . 4) | include `@N@-since` | int -}}
{{- $q := (index . 0).q -}}
{{- if gt $q.n (int64 $before) -}}
{{- list $q $before $text (index . 3) | include `@N@-carry` -}}
{{- end -}}
{{- $value -}}
{{- end -}}
{{- end -}}

{{- /* An assignment. In: list STATE BEFORE VALUE FLAG VARIABLE READ…. Out: nothing. What a variable's text holds began where the first began that it was made of. */ -}}
{{- define "@N@-var" -}}
{{- $p := index . 0 -}}
{{- $value := index . 2 -}}
{{- $variable := index . 4 -}}
{{- $before := list $p (index . 1) (slice . 5) | include `@N@-since` | int64 -}}
{{- if gt $p.q.n $before -}}
{{- $_ := set $p.n $variable $before -}}
{{- if and (kindIs `string` $value) (ne (index . 3) `-`) -}}
{{- if and $value (le (len $value) @LONGEST@) -}}
{{- $_ := set $p.q.c (printf "%s\n%s.%d" $p.r $variable $before) (list (b64enc $value) $before $p.q.n (index . 3)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* How many calls had run before a text's first one. In: list STATE BEFORE VARIABLES. */ -}}
{{- define "@N@-since" -}}
{{- $p := index . 0 -}}
{{- $before := index . 1 -}}
{{- range index . 2 -}}
{{- if hasKey $p.n . -}}
{{- $before = min $before (get $p.n .) -}}
{{- end -}}
{{- end -}}
{{- $before -}}
{{- end -}}

{{- /* In: list MESSAGE …. */ -}}
{{- define "@N@-fail" -}}
{{- fail (index . 0) -}}
{{- end -}}
