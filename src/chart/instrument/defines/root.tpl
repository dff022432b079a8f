{{- /* A file that helm renders. In: list FILE CONTEXT SILENT; a silent one (notes, which have another name in the copy) prints its log only. Out: the log, if any call ran, as a document that is one comment, and what the file prints.
     A document's state is a map: n, how many calls ran; g, the calls by their number; c, the carriers; w, the ways that have a digest; i, how often each body stands in itself; x, the texts for tpl that are not known; k, the moments of clocks; b and h, how many bytes of long texts of calls and of carriers are logged; s, the texts of the carriers, each with its number; by its digest, whether a text for tpl acts; names and texts, once they are asked for, the names of bodies and the texts for tpl that are known;
     o, the context; l, the last value; d, how many includes of computed names stand in each other; e, what is said of bodies that do so without an end. A body's state is another: r, the way to it; f, the file that it leads from; n, its counters; t, the table of that file; q, the document's state. */ -}}
{{- define "@N@-root" -}}
{{- $file := index . 0 -}}
{{- $context := index . 1 -}}
{{- $q := dict `n` 0 `g` dict `c` dict `w` dict `x` dict `k` dict `i` dict `s` dict `b` 0 `h` 0 `o` $context `l` `` -}}
{{- $p := dict `r` $context.Template.Name `f` $context.Template.Name `n` dict `t` (include (print `@N@-table-` $file) nil | fromJson) `q` $q -}}
{{- if index . 2 -}}
{{- $_ := regexReplaceAllLiteral `-+$` $context.Template.Name `` | set $context.Template `Name` -}}
{{- end -}}
{{- $out := include (print `@N@-` $file) (dict `p` $p `c` $context) -}}
{{- if @LOG@ -}}
#@N@ {{ dict `g` $q.g `c` $q.c `s` $q.s `w` $q.w `x` (keys $q.x | sortAlpha) | toJson | b64enc }}
{{ $bare := regexReplaceAllLiteral `^[\s\v\x{85}\pZ]+` $out `` -}}
{{- if hasPrefix `---` $bare -}}
{{- /* Helm reads a file without the blanks at its beginning, so that a document begins there. */ -}}
{{- $out = $bare -}}
{{- else -}}
---
{{ end -}}
{{- end -}}
{{- if not (index . 2) -}}
{{- $out -}}
{{- end -}}
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
{{- $depth := int $q.d -}}
{{- $_ := add1 $depth | set $q `d` -}}
{{- if ge $depth @LEVELS@ -}}
{{- list $q $body | include `@N@-endless` -}}
{{- end -}}
{{- if $q.e -}}
{{- else if not $body -}}
{{- include $name $context -}}
{{- else if and (hasPrefix `f` $body) (kindIs `map` $context) (eq (printf `%p` $context) (printf `%p` $q.o)) -}}
{{- $before := $q.n -}}
{{- $own := dict `r` $name `f` $name `n` dict `t` (include (print `@N@-table-` $body) nil | fromJson) `q` $q -}}
{{- $out := include (print `@N@-` $body) (dict `p` $own `c` $context) -}}
{{- if gt $q.n $before -}}
{{- list $q $before $out `k` $q.n `` | include `@N@-carry` -}}
{{- end -}}
{{- $out -}}
{{- else -}}
{{- list $p $context | include (print `@N@-include-` $body) -}}
{{- end -}}
{{- $_ = set $q `d` $depth -}}
{{- if and $q.e (not $depth) -}}
{{- fail $q.e -}}
{{- end -}}
{{- end -}}

{{- /* Bodies that include each other have reached the levels that helm allows: from here on all of them yield nothing, and the outermost fails. Helm's own error would grow with the square of the levels. In: list DOCUMENT BODY. */ -}}
{{- define "@N@-endless" -}}
{{- $q := index . 0 -}}
{{- $last := get $q.g (toString $q.n) | default list | first | default `` -}}
{{- $_ := splitList "\n" $last | last | print @ENDLESS@ (index . 1) ` ` | set $q `e` -}}
{{- end -}}

{{- /* A long way goes on as its digest: so what a call costs does not grow with its depth. In: list STATE WAY. Out: another way. */ -}}
{{- define "@N@-short" -}}
{{- $p := index . 0 -}}
{{- $short := index . 1 | sha256sum | printf "%s\n#%s" $p.f -}}
{{- $_ := set $p.q.w $short (index . 1) -}}
{{- $short -}}
{{- end -}}

{{- /* A carrier's text is logged once, unless it is a document, or too much is logged. In: list DOCUMENT TEXT. Out: the text's number, or nothing. */ -}}
{{- define "@N@-known" -}}
{{- $q := index . 0 -}}
{{- $length := index . 1 | len -}}
{{- if le $length @LONGEST@ -}}
{{- $text := index . 1 | b64enc -}}
{{- if not (hasKey $q.s $text) -}}
{{- $sum := add $q.h $length -}}
{{- if le $sum @MOST@ -}}
{{- $_ := set $q `h` $sum -}}
{{- $_ = len $q.s | toString | set $q.s $text -}}
{{- end -}}
{{- end -}}
{{- get $q.s $text -}}
{{- end -}}
{{- end -}}

{{- /* Counts what a call is given or asked for, if it is long. In: list STATE SITE BYTES. */ -}}
{{- define "@N@-long" -}}
{{- $q := (index . 0).q -}}
{{- if gt (index . 2) @SHORT@ -}}
{{- $_ := add $q.b (index . 2) | set $q `b` -}}
{{- if gt $q.b @MOST-OF-CALLS@ -}}
{{- print @TOO-LONG@ (index . 1) | fail -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Logs a carrier. In: list DOCUMENT BEFORE TEXT FLAG AFTER KEY, which is empty if it has none; BEFORE and AFTER are how many calls had run. A single call's own value is none, unless that was up to the value. */ -}}
{{- define "@N@-carry" -}}
{{- $q := index . 0 -}}
{{- $text := index . 2 -}}
{{- if and $text (not (and (eq $text $q.l) (eq (index . 3) `k`) (eq (sub $q.n (index . 1)) 1))) -}}
{{- $number := list $q $text | include `@N@-known` -}}
{{- if $number -}}
{{- $_ := set $q.c (len $q.c | toString) (list $number (index . 1) (index . 4) (index . 3) (index . 5)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* A printed pipeline, whose text the table can give. In: list STATE BEFORE VALUE FLAG ID VARIABLE…; BEFORE is nil where it runs no call, the variables are those that it reads. Out: the value; nothing is printed as Go prints it. */ -}}
{{- define "@N@-print" -}}
{{- $value := index . 2 -}}
{{- $p := index . 0 -}}
{{- if and (not (kindIs `invalid` $value)) (or (gt (len .) 5) (ne (int64 $p.q.n) (int64 (index . 1)))) -}}
{{- $s := list $p (index . 1) (slice . 5) | include `@N@-span` | splitList ` ` -}}
{{- if eq (len $s) 2 -}}
{{- $key := list $p (index . 4) | include `@N@-key` -}}
{{- $value = get $p.t $key | default $value -}}
{{- list $p.q (index $s 0 | int64) (toString $value) (index . 3) (index $s 1 | int64) $key | include `@N@-carry` -}}
{{- end -}}
{{- end -}}
{{- $value -}}
{{- end -}}

{{- /* What the table calls a text: it is counted. In: list STATE ID. */ -}}
{{- define "@N@-key" -}}
{{- $p := index . 0 -}}
{{- $turn := add1 (get $p.n (index . 1)) -}}
{{- $_ := set $p.n (index . 1) $turn -}}
{{- printf "%s\n%s.%d" $p.r (index . 1) $turn -}}
{{- end -}}

{{- /* An assignment of a text, which the table can give. In: list STATE BEFORE VALUE FLAG VARIABLE ID READ…. Out: the text. */ -}}
{{- define "@N@-assigned" -}}
{{- $p := index . 0 -}}
{{- $key := list $p (index . 5) | include `@N@-key` -}}
{{- $value := get $p.t $key | default (index . 2) -}}
{{- concat (list $p (index . 1) $value (index . 3) (index . 4) $key) (slice . 6) | include `@N@-var` -}}
{{- $value -}}
{{- end -}}

{{- /* An assignment. In: list STATE BEFORE VALUE FLAG VARIABLE KEY READ…; the key is empty where the table cannot give the value. Out: nothing. A variable holds what the calls yielded that ran while its text was made, and that of the variables that it was made of. */ -}}
{{- define "@N@-var" -}}
{{- $p := index . 0 -}}
{{- $value := index . 2 -}}
{{- $variable := index . 4 -}}
{{- $s := list $p (index . 1) (slice . 6) | include `@N@-span` | splitList ` ` -}}
{{- if eq (len $s) 2 -}}
{{- $from := index $s 0 | int64 -}}
{{- $to := index $s 1 | int64 -}}
{{- $_ := set $p.n $variable $from -}}
{{- $_ = set $p.n (print $variable `/`) $to -}}
{{- if and (kindIs `string` $value) (ne (index . 3) `-`) -}}
{{- $number := and $value (list $p.q $value | include `@N@-known`) -}}
{{- if $number -}}
{{- $_ = set $p.q.c (printf "%s\n%s.%d" $p.r $variable $from) (list $number $from $to (index . 3) (index . 5)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Which calls a text holds: how many had run before the first one, and with the last one. In: list STATE BEFORE VARIABLES. Out: two numbers, or nothing if it holds none. */ -}}
{{- define "@N@-span" -}}
{{- $p := index . 0 -}}
{{- $from := -1 -}}
{{- $to := -1 -}}
{{- if not (kindIs `invalid` (index . 1)) -}}
{{- if gt (int64 $p.q.n) (int64 (index . 1)) -}}
{{- $from = int64 (index . 1) -}}
{{- $to = int64 $p.q.n -}}
{{- end -}}
{{- end -}}
{{- range index . 2 -}}
{{- if hasKey $p.n . -}}
{{- $own := get $p.n . | int64 -}}
{{- if or (lt (int64 $from) 0) (lt $own (int64 $from)) -}}
{{- $from = $own -}}
{{- end -}}
{{- $to = max (int64 $to) (get $p.n (print . `/`) | int64) -}}
{{- end -}}
{{- end -}}
{{- if ge (int64 $from) 0 -}}
{{- printf "%d %d" (int64 $from) (int64 $to) -}}
{{- end -}}
{{- end -}}

{{- /* In: list MESSAGE …. */ -}}
{{- define "@N@-fail" -}}
{{- fail (index . 0) -}}
{{- end -}}
