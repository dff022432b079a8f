{{- /* randAlphaNum and its kin. In: list STATE SITE ALPHABET N. A length that no value can have is refused, or fails as it does in Sprig. */ -}}
{{- define "@N@-text" -}}
{{- $n := index . 3 -}}
{{- trunc $n `` -}}
{{- if gt $n @SHORT@ -}}
{{- list (index . 0) (index . 1) $n | include `@N@-long` -}}
{{- end -}}
@BEGIN@
{{- if and (not $v) (gt $n 0) -}}
{{- $v = list $key $n (index . 2) | include `@N@-characters` -}}
{{- end -}}
@END@ $n) -}}
{{- $v -}}
{{- end -}}

{{- /* A text until its value is chosen. In: list KEY N ALPHABET. It is made of 16 characters of the alphabet; the digest of the key says of which. */ -}}
{{- define "@N@-characters" -}}
{{- $n := index . 1 -}}
{{- $alphabet := index . 2 -}}
{{- $digest := printf `@KEY@%s` (index . 0) | sha512sum -}}
{{- $part := substr 126 128 $digest | print `0x` | int64 -}}
{{- $text := trunc $n $digest -}}
{{- if gt $n 126 -}}
{{- $text = list (index . 0) $n | include `@N@-hex` -}}
{{- end -}}
@MAP@
{{- $text -}}
{{- end -}}

{{- /* In: list KEY N. Out: N hexadecimal digits. */ -}}
{{- define "@N@-hex" -}}
{{- $key := printf `@KEY@%s` (index . 0) -}}
{{- $n := index . 1 | int -}}
{{- if le $n 128 -}}
{{- sha512sum $key | trunc $n -}}
{{- else -}}
{{- range $block := until (div (add $n 127) 128 | int) -}}
{{- printf `%s/%d` $key $block | sha512sum | trunc (sub $n (mul 128 $block) | min 128 | int) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* randBytes. In: list STATE SITE N. */ -}}
{{- define "@N@-bytes" -}}
{{- $n := index . 2 -}}
{{- trunc $n `` -}}
{{- if lt $n 0 -}}
{{- randBytes $n -}}
{{- end -}}
{{- if gt $n @SHORT@ -}}
{{- list (index . 0) (index . 1) $n | include `@N@-long` -}}
{{- end -}}
@BEGIN@
{{- if and (not $v) $n -}}
{{- $v = list $key $n | include `@N@-hex` | b64enc -}}
{{- end -}}
@END@ $n) -}}
{{- $v -}}
{{- end -}}

{{- /* uuidv4. In: list STATE SITE. */ -}}
{{- define "@N@-uuid" -}}
@BEGIN@
{{- if not $v -}}
{{- $h := list $key 32 | include `@N@-hex` -}}
{{- $v = printf `%s-%s-4%s-a%s-%s` (substr 0 8 $h) (substr 8 12 $h) (substr 13 16 $h) (substr 17 20 $h) (substr 20 32 $h) -}}
{{- end -}}
@END@) -}}
{{- $v -}}
{{- end -}}

{{- /* randInt. In: list STATE SITE MIN MAX. Out: decimal. An empty range fails as it does in Sprig. */ -}}
{{- define "@N@-int" -}}
{{- $min := index . 2 -}}
{{- $max := index . 3 -}}
{{- $_ := randInt $min $max -}}
@BEGIN@
{{- if not $v -}}
{{- $v = add $min (mod (list $key 15 | include `@N@-hex` | print `0x` | int64) (sub $max $min)) | toString -}}
{{- end -}}
@END@ $min $max) -}}
{{- $v -}}
{{- end -}}

{{- /* shuffle. In: list STATE SITE TEXT. Until it is chosen, the text is turned round at some character. */ -}}
{{- define "@N@-shuffle" -}}
{{- $text := index . 2 -}}
{{- trunc 0 $text -}}
{{- list (index . 0) (index . 1) (slice . 2 | toJson | len) | include `@N@-long` -}}
@BEGIN@
{{- if not $v -}}
{{- $v = $text -}}
{{- if regexMatch "^[\\x00-\\x7f]+$" $text -}}
{{- $at := mod (list $key 8 | include `@N@-hex` | print `0x` | int64) (len $text) | int -}}
{{- $v = print (substr $at (len $text) $text) (substr 0 $at $text) -}}
{{- end -}}
{{- end -}}
@END@ (b64enc $text)) -}}
{{- $v -}}
{{- end -}}

{{- /* In: KEY. Out: the hash that a password has until it is chosen. */ -}}
{{- define "@N@-hash" -}}
$2a$10${{ list . 53 | include `@N@-hex` -}}
{{- end -}}

{{- /* bcrypt. In: list STATE SITE PASSWORD. A password that is too long gets Sprig's own answer. */ -}}
{{- define "@N@-bcrypt" -}}
{{- $password := index . 2 -}}
{{- trunc 0 $password -}}
{{- if gt (len $password) 72 -}}
{{- bcrypt $password -}}
{{- else -}}
@BEGIN@
{{- if not $v -}}
{{- $v = include `@N@-hash` $key -}}
{{- end -}}
@END@ (b64enc $password)) -}}
{{- $v -}}
{{- end -}}
{{- end -}}

{{- /* htpasswd. In: list STATE SITE USER PASSWORD. A user that has no line gets Sprig's own answer. */ -}}
{{- define "@N@-htpasswd" -}}
{{- $user := index . 2 -}}
{{- $password := index . 3 -}}
{{- trunc 0 $password -}}
{{- if or (contains `:` $user) (gt (len $password) 72) -}}
{{- htpasswd $user $password -}}
{{- else -}}
{{- list (index . 0) (index . 1) (slice . 2 | toJson | len) | include `@N@-long` -}}
@BEGIN@
{{- if not $v -}}
{{- $v = include `@N@-hash` $key -}}
{{- end -}}
{{- /* The user is the chart's, whoever it was when the line was made. */ -}}
{{- $v = splitList `:` $v | last | printf `%s:%s` $user -}}
@END@ (b64enc $user) (b64enc $password)) -}}
{{- $v -}}
{{- end -}}
{{- end -}}

{{- /* encryptAES. In: list STATE SITE PASSWORD TEXT. Until it is chosen, it is what the chart can decrypt. */ -}}
{{- define "@N@-aes" -}}
{{- $password := index . 2 -}}
{{- $text := index . 3 -}}
{{- list (index . 0) (index . 1) (slice . 2 | toJson | len) | include `@N@-long` -}}
@BEGIN@
{{- if not $v -}}
{{- $v = encryptAES $password $text -}}
{{- end -}}
@END@ (b64enc $password) (b64enc $text)) -}}
{{- $v -}}
{{- end -}}

{{- /* In: list KEY LABEL LINES. Out: a PEM block of about that many lines. */ -}}
{{- define "@N@-pem" -}}
-----BEGIN {{ index . 1 }}-----
{{ list (index . 0) 64 | include `@N@-hex` }}
{{ range until (index . 2) }}{{ repeat 64 `A` }}
{{ end }}-----END {{ index . 1 }}-----
{{ end -}}

{{- /* genPrivateKey. In: list STATE SITE KIND. A kind that Sprig does not know gets its own answer. */ -}}
{{- define "@N@-private-key" -}}
{{- $kind := index . 2 -}}
{{- $labels := dict `` `RSA PRIVATE KEY` `rsa` `RSA PRIVATE KEY` `ecdsa` `EC PRIVATE KEY` `dsa` `DSA PRIVATE KEY` `ed25519` `PRIVATE KEY` -}}
{{- trunc 0 $kind -}}
{{- if hasKey $labels $kind -}}
@BEGIN@
{{- if not $v -}}
{{- $v = list $key (get $labels $kind) (get (dict `` 48 `rsa` 48 `dsa` 12) $kind | default 1 | int) | include `@N@-pem` -}}
{{- end -}}
@END@ (b64enc $kind)) -}}
{{- $v -}}
{{- else -}}
{{- genPrivateKey $kind -}}
{{- end -}}
{{- end -}}

{{- /* genCA and its kin. In: list STATE SITE GIVEN ARGUMENT…; with GIVEN the last argument is the private key. Out: a JSON object with Cert and Key. Days that are no int, and names that are no list of any values, fail as in Sprig. */ -}}
{{- define "@N@-certificate" -}}
{{- trunc 0 (index . 3) -}}
{{- if lt (len .) 7 -}}
{{- trunc (index . 4) `` -}}
{{- else -}}
{{- range slice . 4 6 -}}
{{- if not (has (typeOf .) (list `<nil>` `[]interface {}`)) -}}
{{- genSelfSignedCert `` . nil 1 -}}
{{- end -}}
{{- end -}}
{{- trunc (index . 6) `` -}}
{{- end -}}
{{- list (index . 0) (index . 1) (slice . 2 | toJson | len) | include `@N@-long` -}}
@BEGIN@
{{- if not $v -}}
{{- $private := ternary (last .) `` (index . 2) | default (list (print $key `/key`) `RSA PRIVATE KEY` 24 | include `@N@-pem`) -}}
{{- $v = dict `Cert` (list $key `CERTIFICATE` 16 | include `@N@-pem`) `Key` $private | toJson -}}
{{- end -}}
{{- $a := list -}}
{{- range slice . 3 -}}
{{- if kindIs `string` . -}}
{{- $a = append $a (b64enc .) -}}
{{- else -}}
{{- $a = append $a . -}}
{{- end -}}
{{- end -}}
@END-OF@ (concat (list $key $v) $a) -}}
{{- $v -}}
{{- end -}}

{{- /* buildCustomCert. In: list STATE SITE CERTIFICATE KEY. Out: a JSON object with Cert and Key. */ -}}
{{- define "@N@-custom" -}}
{{- list (index . 0) (index . 1) (slice . 2 | toJson | len) | include `@N@-long` -}}
@BEGIN@
{{- $v = dict `Cert` (b64dec (index . 2)) `Key` (b64dec (index . 3)) | toJson -}}
@END@ (b64enc (index . 2)) (b64enc (index . 3))) -}}
{{- $v -}}
{{- end -}}

{{- /* now. In: list STATE SITE. Out: RFC 3339. A clock in a loop tells one time, and is one call. */ -}}
{{- define "@N@-now" -}}
{{- $p := index . 0 -}}
{{- $q := $p.q -}}
{{- $key := printf "%s\n%s.1" $p.r (index . 1) -}}
{{- $v := get $q.k $key -}}
{{- if not $v -}}
{{- $v = get $p.t $key | default `@CLOCK@` -}}
{{- $_ := set $q.k $key $v -}}
@END@) -}}
{{- $_ = set $q `l` `` -}}
{{- end -}}
{{- date `2006-01-02T15:04:05Z07:00` (int64 $v) -}}
{{- end -}}
