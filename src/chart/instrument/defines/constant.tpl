{{- /* date and its kin. In: list STATE SITE FUNCTION ARGUMENT…. What is no time stands for now. */ -}}
{{- define "@N@-date" -}}
{{- $function := index . 2 -}}
{{- $a := slice . 3 -}}
{{- $at := ternary 0 1 (hasPrefix `html` $function) -}}
{{- $time := index $a $at -}}
{{- if not (has (typeOf $time) (list `time.Time` `*time.Time` `int` `int32` `int64`)) -}}
{{- $time = include `@N@-now` . | toDate `2006-01-02T15:04:05Z07:00` -}}
{{- end -}}
{{- if eq $function `date` -}}
{{- date (index $a 0) $time -}}
{{- else if eq $function `dateInZone` -}}
{{- dateInZone (index $a 0) $time (index $a 2) -}}
{{- else if eq $function `htmlDate` -}}
{{- htmlDate $time -}}
{{- else -}}
{{- htmlDateInZone $time (index $a 1) -}}
{{- end -}}
{{- end -}}

{{- /* ago and durationRound. In: list STATE SITE FUNCTION ARGUMENT. */ -}}
{{- define "@N@-elapsed" -}}
{{- $time := index . 3 -}}
{{- if and (eq (index . 2) `durationRound`) (not (typeIs `time.Time` $time)) -}}
{{- durationRound $time -}}
{{- else -}}
{{- $clock := include `@N@-now` . | toDate `2006-01-02T15:04:05Z07:00` -}}
{{- if eq (index . 2) `durationRound` -}}
{{- durationRound ($clock.Sub $time).String -}}
{{- else -}}
{{- if has (typeOf $time) (list `int` `int64`) -}}
{{- $time = date `2006-01-02T15:04:05Z07:00` $time | toDate `2006-01-02T15:04:05Z07:00` -}}
{{- else if not (typeIs `time.Time` $time) -}}
{{- $time = $clock -}}
{{- end -}}
{{- (($clock.Sub $time).Round 1000000000).String -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* values. In: a map with the argument in a list under `values`. Leaves the values in key order under the empty key. */ -}}
{{- define "@N@-values" -}}
{{- $map := index (get . `values`) 0 -}}
{{- $values := list -}}
{{- range keys $map | sortAlpha -}}
{{- $values = append $values (get $map .) -}}
{{- end -}}
{{- $_ := set . `` $values -}}
{{- end -}}

{{- /* .Files.AsConfig and .Files.AsSecrets. In: a map with what the method is asked of in a list under `values`. Leaves what it yields under the empty key. */ -}}
{{- define "@N@-asconfig" -}}
{{- $files := index (get . `values`) 0 -}}
{{- if eq (typeOf $files) `engine.files` -}}
{{- $all := dict -}}
{{- range $path, $bytes := $files -}}
{{- $_ := set $all (base $path) (toString $bytes) -}}
{{- end -}}
{{- $_ := toYaml $all | set . `` -}}
{{- else -}}
{{- $_ := set . `` $files.AsConfig -}}
{{- end -}}
{{- end -}}

{{- define "@N@-assecrets" -}}
{{- $files := index (get . `values`) 0 -}}
{{- if eq (typeOf $files) `engine.files` -}}
{{- $all := dict -}}
{{- range $path, $bytes := $files -}}
{{- $_ := set $all (base $path) (toString $bytes | b64enc) -}}
{{- end -}}
{{- $_ := toYaml $all | set . `` -}}
{{- else -}}
{{- $_ := set . `` $files.AsSecrets -}}
{{- end -}}
{{- end -}}
