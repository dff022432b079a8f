{{- /* The pinned clock, RFC 3339. */ -}}
{{- define "@N@-clock" -}}
{{- date `2006-01-02T15:04:05Z07:00` @CLOCK@ -}}
{{- end -}}

{{- /* date and its kin. In: list FUNCTION ARGUMENT…. What is no time stands for now. */ -}}
{{- define "@N@-date" -}}
{{- $function := index . 0 -}}
{{- $time := index . (ternary 1 2 (hasPrefix `html` $function)) -}}
{{- if not (has (typeOf $time) (list `time.Time` `*time.Time` `int` `int32` `int64`)) -}}
{{- $time = include `@N@-clock` nil | toDate `2006-01-02T15:04:05Z07:00` -}}
{{- end -}}
{{- if eq $function `date` -}}
{{- date (index . 1) $time -}}
{{- else if eq $function `dateInZone` -}}
{{- dateInZone (index . 1) $time (index . 3) -}}
{{- else if eq $function `htmlDate` -}}
{{- htmlDate $time -}}
{{- else -}}
{{- htmlDateInZone $time (index . 2) -}}
{{- end -}}
{{- end -}}

{{- /* ago and durationRound. In: list FUNCTION ARGUMENT. */ -}}
{{- define "@N@-elapsed" -}}
{{- $clock := include `@N@-clock` nil | toDate `2006-01-02T15:04:05Z07:00` -}}
{{- $time := index . 1 -}}
{{- if eq (index . 0) `durationRound` -}}
{{- if typeIs `time.Time` $time -}}
{{- durationRound ($clock.Sub $time).String -}}
{{- else -}}
{{- durationRound $time -}}
{{- end -}}
{{- else -}}
{{- if has (typeOf $time) (list `int` `int64`) -}}
{{- $time = date `2006-01-02T15:04:05Z07:00` $time | toDate `2006-01-02T15:04:05Z07:00` -}}
{{- else if not (typeIs `time.Time` $time) -}}
{{- $time = $clock -}}
{{- end -}}
{{- (($clock.Sub $time).Round 1000000000).String -}}
{{- end -}}
{{- end -}}

{{- /* values. In: a map with the argument in a list under `values`. Leaves the values in key order under the empty key. */ -}}
{{- define "@N@-values" -}}
{{- $map := index (get . `values`) 0 -}}
{{- $values := list -}}
{{- if not (kindIs `invalid` $map) -}}
{{- range keys $map | sortAlpha -}}
{{- $values = append $values (get $map .) -}}
{{- end -}}
{{- end -}}
{{- $_ := set . `` $values -}}
{{- end -}}
