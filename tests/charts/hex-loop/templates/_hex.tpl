{{/* One character a turn, as a number below 10000 taken modulo 16. */}}
{{- define "hex-loop.hex" -}}
{{- $out := "" -}}
{{- range $i := until (int .) -}}
{{- $digit := mod (randNumeric 4 | atoi) 16 | printf "%x" -}}
{{- $out = print $out $digit -}}
{{- end -}}
{{- $out -}}
{{- end -}}

{{/* The same with a table of characters. */}}
{{- define "hex-loop.table" -}}
{{- $chars := list "0" "1" "2" "3" "4" "5" "6" "7" "8" "9" "a" "b" "c" "d" "e" "f" -}}
{{- $out := "" -}}
{{- range until (int .) -}}
{{- $out = print $out (index $chars (randInt 0 16)) -}}
{{- end -}}
{{- $out -}}
{{- end -}}

{{/* The same with the bytes of a string. */}}
{{- define "hex-loop.bytes" -}}
{{- $chars := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" -}}
{{- $out := "" -}}
{{- range until (int .) -}}
{{- $out = printf "%s%c" $out (index $chars (randInt 0 (len $chars))) -}}
{{- end -}}
{{- $out -}}
{{- end -}}
