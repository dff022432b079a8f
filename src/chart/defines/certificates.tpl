{{- /* What tells one call from others. In: list REPEATS TEXT, the text being the call and its arguments. Out: 32 hexadecimal digits. */ -}}
{{- define "@N@-call" -}}
{{- @CALL-ID@ -}}
{{- end -}}

{{- /* In: list TYPE START TURN END FIELD…, fields in hexadecimal. Out: a PEM block whose lines are the marker. */ -}}
{{- define "@N@-pem" -}}
-----BEGIN {{ index . 0 }}-----
{{ list (index . 1) (join `g` (concat (list (index . 2)) (slice . 4))) (index . 3) | join `` | wrapWith 64 "\n" }}
-----END {{ index . 0 }}-----
{{ end -}}

{{- /* genPrivateKey. In: list SITE REPEATS COUNTERS START END KEY KIND. For a kind that Sprig does not know: Sprig's own text. */ -}}
{{- define "@N@-private-key" -}}
{{- $kind := index . 6 -}}
{{- $types := dict `` `RSA PRIVATE KEY` `rsa` `RSA PRIVATE KEY` `ecdsa` `EC PRIVATE KEY` `dsa` `DSA PRIVATE KEY` `ed25519` `PRIVATE KEY` -}}
{{- trunc 0 $kind -}}
{{- $turn := list (index . 2) (index . 0) | include `@N@-turn` -}}
{{- if hasKey $types $kind -}}
{{- $id := list (index . 1) (printf `%s/%s/%s` (index . 5) $turn $kind) | include `@N@-call` -}}
{{- list (get $types $kind) (index . 3) $turn (index . 4) (printf `%x` $id) (printf `%x` `private key`) (printf `%x` $kind) | include `@N@-pem` -}}
{{- else -}}
{{- genPrivateKey $kind -}}
{{- end -}}
{{- end -}}

{{- /* genCA and its kin. In: list SITE REPEATS COUNTERS START END KEY FUNCTION ARGUMENT…. Out: a JSON object with Cert and Key.
     The fields of a certificate are the call, what it is as an issuer, its dates and names; if it is signed, the issuer's first two follow.
     The call itself is made too, with a key that costs nothing, so that what Sprig refuses is refused. */ -}}
{{- define "@N@-certificate" -}}
{{- $function := index . 6 -}}
{{- $arguments := slice . 7 -}}
{{- $is_ca := hasPrefix `genCA` $function -}}
{{- $is_signed := hasPrefix `genSigned` $function -}}
{{- $has_key := hasSuffix `WithKey` $function -}}
{{- $turn := list (index . 2) (index . 0) | include `@N@-turn` -}}
{{- $name := index $arguments 0 -}}
{{- $days := index $arguments (ternary 1 3 $is_ca) -}}
{{- $ips := ternary nil (index $arguments 1) $is_ca -}}
{{- $dns := list -}}
{{- if not $is_ca -}}
{{- $dns = index $arguments 2 -}}
{{- end -}}
{{- $given := `` -}}
{{- if $has_key -}}
{{- $given = last $arguments -}}
{{- end -}}
{{- $is_real := and $has_key (not (regexMatch `@PEM@` $given)) -}}
{{- $key := ternary $given `@CHECK-KEY@` $is_real -}}
{{- $issuer := list -}}
{{- $made := dict -}}
{{- if $is_ca -}}
{{- $made = genCAWithKey $name $days $key -}}
{{- else -}}
{{- if $is_signed -}}
{{- $ca := index $arguments 4 -}}
{{- if regexMatch `@PEM@` $ca.Cert -}}
{{- $fields := regexReplaceAllLiteral `-----[A-Z ]+-----|\s` $ca.Cert `` | splitList `g` -}}
{{- $issuer = list (index $fields 1) (index $fields 2) -}}
{{- else -}}
{{- $custom := buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key) -}}
{{- $made = genSignedCertWithKey $name $ips $dns $days $custom $key -}}
{{- $issuer = list `` (dict `cert` $ca.Cert `key` $ca.Key | toJson | printf `%x`) -}}
{{- end -}}
{{- end -}}
{{- if not $made -}}
{{- $made = genSelfSignedCertWithKey $name $ips $dns $days $key -}}
{{- end -}}
{{- end -}}
{{- $begin := int64 @CLOCK@ -}}
{{- if gt $days 0 -}}
{{- $phase := printf `%s/phase` (index . 5) | sha256sum | printf `0x%.12s` | int64 -}}
{{- $begin = sub @TIME@ (mod (add @TIME@ $phase) (mul 43200 (min $days 106751))) -}}
{{- end -}}
{{- $self := dict `name` $name `ca` $is_ca `key` $given | toJson -}}
{{- $dated := dict `begin` $begin `days` $days `ips` $ips `dns` $dns | toJson -}}
{{- $id := list (index . 1) (list (index . 5) $turn $function $self (dict `days` $days `ips` $ips `dns` $dns | toJson) $issuer | toJson) | include `@N@-call` -}}
{{- $fields := concat (list (printf `%x` $id) (printf `%x` $self) (printf `%x` $dated)) $issuer -}}
{{- $cert := concat (list `CERTIFICATE` (index . 3) $turn (index . 4)) $fields | include `@N@-pem` -}}
{{- $private := $given -}}
{{- if $is_real -}}
{{- $private = $made.Key -}}
{{- else if not $has_key -}}
{{- $private = list `RSA PRIVATE KEY` (index . 3) $turn (index . 4) (printf `%x` $id) (printf `%x` `private key`) | include `@N@-pem` -}}
{{- end -}}
{{- dict `Cert` $cert `Key` $private | toJson -}}
{{- end -}}

{{- /* buildCustomCert. In: list CERTIFICATE KEY. Out: a JSON object with Cert and Key. What a chart generated itself is passed on. */ -}}
{{- define "@N@-custom" -}}
{{- $cert := b64dec (index . 0) -}}
{{- if regexMatch `@PEM@` $cert -}}
{{- dict `Cert` $cert `Key` (b64dec (index . 1)) | toJson -}}
{{- else -}}
{{- $custom := buildCustomCert (index . 0) (index . 1) -}}
{{- dict `Cert` $custom.Cert `Key` $custom.Key | toJson -}}
{{- end -}}
{{- end -}}
