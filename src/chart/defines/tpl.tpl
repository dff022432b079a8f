{{- /* tpl. In: list TEXT DATA. The calls that are known get their instrumented form; one that is not fails. */ -}}
{{- define "@N@-tpl" -}}
{{- $text := index . 0 -}}
{{- if contains `{{` $text -}}
{{- if or @WORDS@ -}}
{{- $text = list $text | include `@N@-tpl-text` -}}
{{- end -}}
{{- end -}}
{{- tpl $text (index . 1) -}}
{{- end -}}

{{- /* In: list TEXT. Out: the instrumented text. */ -}}
{{- define "@N@-tpl-text" -}}
{{- $text := index . 0 -}}
{{- $rest := regexReplaceAllLiteral `@COMMENT@` $text `` -}}
{{- if regexMatch `@CALL@` $rest -}}
{{- $units := list @UNITS@ -}}
{{- range $units -}}
{{- $text = replace (index . 0) (index . 1) $text -}}
{{- $rest = replace (index . 0) `` $rest -}}
{{- end -}}
{{- if regexMatch `@CALL@` $rest -}}
{{- /* toYaml folds long lines, nindent moves them. */ -}}
{{- range $units -}}
{{- $text = regexReplaceAllLiteral (index . 2) $text (index . 1) -}}
{{- $rest = regexReplaceAllLiteral (index . 2) $rest `` -}}
{{- end -}}
{{- end -}}
{{- with regexFind `@CALL@` $rest -}}
{{- fail (printf `argocd-pin-plugin: a text for tpl calls %s, and is put together only while the chart is rendered, so the call cannot be pinned` (regexFindAll `[A-Za-z0-9_]+` . -1 | last)) -}}
{{- end -}}
{{- $text = print `{{ @COUNTERS@ := dict }}` $text -}}
{{- end -}}
{{- $text -}}
{{- end -}}
