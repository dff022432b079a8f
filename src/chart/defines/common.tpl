{{- /* The turn of a call in its loop. In: list COUNTERS SITE; COUNTERS is no map outside of loops. Out: 0, 1, 2, … */ -}}
{{- define "@N@-turn" -}}
{{- $counters := index . 0 -}}
{{- if kindIs `map` $counters -}}
{{- $turn := add1 (get $counters (index . 1)) -}}
{{- $_ := set $counters (index . 1) $turn -}}
{{- $turn -}}
{{- else -}}
0
{{- end -}}
{{- end -}}

{{- /* In: list ALPHABET HEX. Out: the character that the number chooses. */ -}}
{{- define "@N@-pick" -}}
{{- $alphabet := index . 0 -}}
{{- $i := mod (int64 (print `0x` (index . 1))) (len $alphabet) | int -}}
{{- substr $i (add1 $i | int) $alphabet -}}
{{- end -}}

{{- /* In: list ALPHABET KEY N TURN COUNT. Out: COUNT characters. */ -}}
{{- define "@N@-characters" -}}
{{- $alphabet := index . 0 -}}
{{- $size := len $alphabet -}}
{{- $seed := printf `%s/%d/%s` (index . 1) (index . 2) (index . 3) -}}
{{- $count := index . 4 | int -}}
{{- range $block := until (div (add $count 7) 8 | int) -}}
{{- $hash := printf `%s/%d` $seed $block | sha256sum -}}
{{- range $group := until (min 8 (sub $count (mul 8 $block)) | int) -}}
{{- $i := mod (int64 (print `0x` (substr (mul 8 $group | int) (mul 8 (add1 $group) | int) $hash))) $size | int -}}
{{- substr $i (add1 $i | int) $alphabet -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* In: list ALPHABET TEXT KEY N TURN. Out: the text with another first character. */ -}}
{{- define "@N@-with-first" -}}
{{- $hash := printf `%s/%d/%s/first` (index . 2) (index . 3) (index . 4) | sha256sum -}}
{{- list (index . 0) (trunc 8 $hash) | include `@N@-pick` -}}
{{- substr 1 (len (index . 1)) (index . 1) -}}
{{- end -}}

{{- /* In: list CLASS KEY N TURN. Out: the placeholder of a random text. */ -}}
{{- define "@N@-placeholder" -}}
{{- $class := index . 0 -}}
{{- $key := index . 1 -}}
{{- $n := index . 2 -}}
{{- $turn := index . 3 -}}
{{- $text := list (get (dict @ALPHABETS@) $class) $key $n $turn $n | include `@N@-characters` -}}
{{- if eq $class `numeric` -}}
{{- if and (hasPrefix `0` $text) (gt $n 1) -}}
{{- $text = list `123456789` $text $key $n $turn | include `@N@-with-first` -}}
{{- end -}}
{{- else if regexMatch `@TYPED@` $text -}}
{{- $text = list `@PLAIN@` $text $key $n $turn | include `@N@-with-first` -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /* In: list KEY N TURN. Out: the placeholder of N random bytes, in base64. */ -}}
{{- define "@N@-bytes-placeholder" -}}
{{- $key := index . 0 -}}
{{- $n := index . 1 -}}
{{- $turn := index . 2 -}}
{{- $text := list `@BASE64@` $key $n $turn (div (mul 8 $n) 6) | include `@N@-characters` -}}
{{- $last := printf `%s/%d/%s/last` $key $n $turn | sha256sum | trunc 8 -}}
{{- if eq (mod $n 3) 1 -}}
{{- $text = print $text (list `AQgw` $last | include `@N@-pick`) `==` -}}
{{- else if eq (mod $n 3) 2 -}}
{{- $text = print $text (list `AEIMQUYcgkosw048` $last | include `@N@-pick`) `=` -}}
{{- end -}}
{{- if regexMatch `@TYPED@` $text -}}
{{- $text = list `@PLAIN@` $text $key $n $turn | include `@N@-with-first` -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /* In: list KEY TURN. Out: the placeholder of a UUID. */ -}}
{{- define "@N@-uuid-placeholder" -}}
{{- $h := printf `%s/uuid/%s` (index . 0) (index . 1) | sha256sum -}}
{{- $variant := list `89ab` (substr 16 24 $h) | include `@N@-pick` -}}
{{- printf `%s-%s-4%s-%s%s-%s` (substr 0 8 $h) (substr 8 12 $h) (substr 13 16 $h) $variant (substr 24 27 $h) (substr 32 44 $h) -}}
{{- end -}}

{{- /* randAlphaNum and its kin. In: list SITE REPEATS COUNTERS KEY CLASS TEXT N; TEXT is the placeholder if it is known. */ -}}
{{- define "@N@-text" -}}
{{- $n := index . 6 -}}
{{- trunc $n `` -}}
{{- $turn := list (index . 2) (index . 0) | include `@N@-turn` -}}
{{- $text := index . 5 -}}
{{- if and (not $text) (gt $n 0) -}}
{{- $text = list (index . 4) (index . 3) $n $turn | include `@N@-placeholder` -}}
{{- end -}}
{{- @TEXT@ -}}
{{- end -}}

{{- /* randBytes. In: list SITE REPEATS COUNTERS KEY TEXT N. */ -}}
{{- define "@N@-bytes" -}}
{{- $n := index . 5 -}}
{{- trunc $n `` -}}
{{- $turn := list (index . 2) (index . 0) | include `@N@-turn` -}}
{{- $text := index . 4 -}}
{{- if lt $n 0 -}}
{{- randBytes $n -}}
{{- else if and (not $text) $n -}}
{{- $text = list (index . 3) $n $turn | include `@N@-bytes-placeholder` -}}
{{- end -}}
{{- @BYTES@ -}}
{{- end -}}

{{- /* uuidv4. In: list SITE REPEATS COUNTERS KEY. */ -}}
{{- define "@N@-uuid" -}}
{{- $turn := list (index . 2) (index . 0) | include `@N@-turn` -}}
{{- $text := list (index . 3) $turn | include `@N@-uuid-placeholder` -}}
{{- @UUID@ -}}
{{- end -}}

{{- /* randInt. In: list SITE REPEATS COUNTERS KEY MIN MAX. Out: decimal. An empty range fails as it does in Sprig. */ -}}
{{- define "@N@-int" -}}
{{- $min := index . 4 -}}
{{- $max := index . 5 -}}
{{- $turn := list (index . 2) (index . 0) | include `@N@-turn` -}}
{{- $real := randInt $min $max -}}
{{- $hash := printf `%s/%d/%d/%s` (index . 3) $min $max $turn | sha256sum -}}
{{- $size := sub $max $min -}}
{{- $drawn := mod (int64 (print `0x` (trunc 15 $hash))) $size -}}
{{- @INT@ -}}
{{- end -}}

{{- /* In: list SITE COUNTERS START END ARGUMENT…. Out: the marker. */ -}}
{{- define "@N@-marker" -}}
{{- index . 2 -}}
{{- list (index . 1) (index . 0) | include `@N@-turn` -}}
{{- range slice . 4 -}}
{{- printf `g%x` . -}}
{{- end -}}
{{- index . 3 -}}
{{- end -}}

{{- /* bcrypt. In: list SITE REPEATS COUNTERS START END PASSWORD. Out: $2a$10$ and the marker; Sprig's own message for a password that is too long. */ -}}
{{- define "@N@-bcrypt" -}}
{{- $password := index . 5 -}}
{{- trunc 0 $password -}}
{{- if gt (len $password) 72 -}}
{{- bcrypt $password -}}
{{- else -}}
$2a$10${{ list (index . 0) (index . 2) (index . 3) (index . 4) $password | include `@N@-marker` }}
{{- end -}}
{{- end -}}

{{- /* htpasswd. In: list SITE REPEATS COUNTERS START END USER PASSWORD. */ -}}
{{- define "@N@-htpasswd" -}}
{{- $user := index . 5 -}}
{{- if contains `:` $user -}}
{{- htpasswd $user `` -}}
{{- else -}}
{{- $user }}:{{ list (index . 0) (index . 1) (index . 2) (index . 3) (index . 4) (index . 6) | include `@N@-bcrypt` -}}
{{- end -}}
{{- end -}}

{{- /* encryptAES. In: list SITE REPEATS COUNTERS START END PASSWORD TEXT. */ -}}
{{- define "@N@-aes" -}}
{{- trunc 0 (index . 5) -}}
{{- trunc 0 (index . 6) -}}
{{- if index . 6 -}}
{{- list (index . 0) (index . 2) (index . 3) (index . 4) (index . 5) (index . 6) | include `@N@-marker` -}}
{{- end -}}
{{- end -}}

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
{{- define "@N@-since" -}}
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

{{- /* In: list MESSAGE …. */ -}}
{{- define "@N@-fail" -}}
{{- fail (index . 0) -}}
{{- end -}}
