// Makes certificates-v1.json: keys and certificates by a foreign implementation, Go's crypto/x509
// and filippo.io/keygen. From this directory:
//
//	go mod init vectors && go get filippo.io/keygen@v1.0.0 && go run . > ../certificates-v1.json
//
// It needs Go 1.25 or later, for key identifiers by SHA-256 and for ECDSA by RFC 6979.
package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"

	"filippo.io/keygen"
)

type key struct {
	Kind string `json:"kind"`
	Seed string `json:"seed"`
	Pem  string `json:"pem"`
	key  any
}

type certificate struct {
	Function   string   `json:"function"`
	CommonName string   `json:"common_name"`
	IPs        []string `json:"ips"`
	DNS        []string `json:"dns"`
	NotBefore  int64    `json:"not_before"`
	NotAfter   int64    `json:"not_after"`
	Key        int      `json:"key"`
	CA         int      `json:"ca"`
	Pem        string   `json:"pem"`
	parsed     *x509.Certificate
}

func check[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func seed(label string) []byte {
	sum := sha256.Sum256([]byte("certificates-v1 " + label))
	return sum[:]
}

func toPem(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func rsaKey(kind string, bits int, label string) key {
	k := check(keygen.RSA(bits, seed(label)))
	return key{kind, hex.EncodeToString(seed(label)), toPem("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k)), k}
}

func ecKey(label string) key {
	k := check(keygen.ECDSA(elliptic.P256(), seed(label)))
	return key{"ecdsa", hex.EncodeToString(seed(label)), toPem("EC PRIVATE KEY", check(x509.MarshalECPrivateKey(k))), k}
}

func edKey(label string) key {
	k := ed25519.NewKeyFromSeed(seed(label))
	return key{"ed25519", hex.EncodeToString(seed(label)), toPem("PRIVATE KEY", check(x509.MarshalPKCS8PrivateKey(k))), k}
}

// dsaKey derives x with HMAC_DRBG (SP 800-90A) and FIPS 186-4, B.1.1, in the domain of
// dsa_domain_v1.py.
func dsaKey(label string) key {
	s := seed(label)
	mac := func(k []byte, parts ...[]byte) []byte {
		h := hmac.New(sha256.New, k)
		for _, part := range parts {
			h.Write(part)
		}
		return h.Sum(nil)
	}
	name := []byte("argocd-pin-plugin DSA key gen L2048 N256")
	k, v := make([]byte, 32), make([]byte, 32)
	for i := range v {
		v[i] = 1
	}
	for i := range 2 {
		k = mac(k, v, []byte{byte(i)}, s, name)
		v = mac(k, v)
	}
	v = mac(k, v)
	random := append([]byte{}, v...)
	v = mac(k, v)
	random = append(random, v...)[:40]
	number := func(h string) *big.Int { n, _ := new(big.Int).SetString(h, 16); return n }
	p, q, g := number(domainP), number(domainQ), number(domainG)
	one := big.NewInt(1)
	x := new(big.Int).SetBytes(random)
	x.Mod(x, new(big.Int).Sub(q, one)).Add(x, one)
	y := new(big.Int).Exp(g, x, p)
	der := check(asn1.Marshal(struct {
		Version       int
		P, Q, G, Y, X *big.Int
	}{0, p, q, g, y, x}))
	return key{"dsa", hex.EncodeToString(s), toPem("DSA PRIVATE KEY", der), nil}
}

func issue(c *certificate, keys []key, issued []certificate) {
	template := &x509.Certificate{
		SerialNumber:          new(big.Int),
		Subject:               pkix.Name{CommonName: c.CommonName},
		DNSNames:              c.DNS,
		NotBefore:             time.Unix(c.NotBefore, 0),
		NotAfter:              time.Unix(c.NotAfter, 0),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	for _, ip := range c.IPs {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(ip))
	}
	if c.Function == "genCA" {
		template.KeyUsage |= x509.KeyUsageCertSign
		template.IsCA = true
	}
	signer := keys[c.Key].key.(crypto.Signer)
	public, parent := signer.Public(), template
	if c.Function == "genSignedCert" {
		parent = issued[c.CA].parsed
		signer = keys[issued[c.CA].Key].key.(crypto.Signer)
	}
	create := func() []byte {
		return check(x509.CreateCertificate(nil, template, parent, public, signer))
	}
	// The serial number is a hash of what is signed with serial number 0.
	tbs := check(x509.ParseCertificate(create())).RawTBSCertificate
	sum := sha256.Sum256(append([]byte("argocd-pin-plugin certificate serial number"), tbs...))
	template.SerialNumber.SetBytes(sum[:16])
	der := create()
	c.parsed = check(x509.ParseCertificate(der))
	c.Pem = toPem("CERTIFICATE", der)
}

func main() {
	keys := []key{
		rsaKey("rsa2048", 2048, "0"),
		rsaKey("rsa2048", 2048, "1"),
		rsaKey("rsa3072", 3072, "2"),
		rsaKey("rsa", 4096, "3"),
		ecKey("4"),
		ecKey("5"),
		edKey("6"),
		edKey("7"),
		dsaKey("8"),
	}
	const begin, half = 1_767_225_600, 15_768_000
	none := []string{}
	certificates := []certificate{
		{"genCA", "example-ca", none, none, begin - 3600, begin + 2*half, 0, 0, "", nil},
		{"genSignedCert", "svc.ns.svc", []string{"10.0.0.1", "2001:db8::1"}, []string{"svc", "svc.ns.svc", "*.ns.svc"}, begin - 3600, begin + half, 1, 0, "", nil},
		{"genSelfSignedCert", "*.example & söhne", none, []string{"a.example"}, 0, 2_524_607_999, 2, 0, "", nil},
		{"genCA", "", none, none, begin, 2_524_608_000, 4, 0, "", nil},
		{"genSignedCert", "", []string{"::ffff:127.0.0.1"}, []string{"b.example"}, begin, begin, 5, 3, "", nil},
		{"genCA", "ed", none, none, begin, 253_402_300_799, 6, 0, "", nil},
		{"genSignedCert", "ed", none, []string{""}, begin, begin + half, 7, 5, "", nil},
		{"genSignedCert", "by a leaf", none, none, begin, begin + half, 3, 2, "", nil},
	}
	for i := range certificates {
		issue(&certificates[i], keys, certificates)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(map[string]any{"keys": keys, "certificates": certificates}); err != nil {
		panic(err)
	}
}

// The domain parameters that dsa_domain_v1.py prints.
const (
	domainP = "b3dc7d681815a9b304fccf94c6161e868f0e6851356e468e2d73662a417f9374c8dc4a756c337226f9c33e9e62dce93d8e5248c72085ab9631956cf4485c4aee197a0e005bae4b4e12d08fb972b8e59e6bd605ee8779d3da4d9bb52e1b83a3d9b0924907a8cbd7f1294506917a0a3a24ba9d865bc69e315710dd78187330069c7d353bfcab3de246c4b7f9650944cbec4bce32dad0c6a682ab1fea1c1f0f5fb0aff671e72bcf019c6b0110fc001dd2320df39ab4cfae6d50e81131c4fd3f7d280c8156c52b00b0f9e3c312371233a6df2d7d026f5d11c0fb184d6cfc15a57ae9b12da48e8cae9d7a80d0925c74eee2310f780ae95a4d1044a02364105ab70587"
	domainQ = "8b9b44a937a9f3c4524bf2debafa89e4f8cdd601e908c322e52501a96faa7ebd"
	domainG = "89acf031eadfdad55560768ccff267dd6321d112692b87f45553c32b7cd67e49cac65dae8e93b8e4f1e5955093fec919edeed3480d37cab923c73befd0465c939dd450d3f7367cfea5f3bc0a7b296784564cd71278854b01a2e4d57a716ea667b80fe986d7b9344316c063d804d53f42a83e0dda920a325420d6c2bf4ae57a49624ce9b375909dc6e1884cc9516714086af8632272a0ac6b38902fb69b448b277ef7a4392701c543cf7410046e1f8cb397e2143d0e411407e375260c2f3744954de6c32a019ce6592f7a68922f876c6d9c85cf81f3f1c3de094ae9af438b319fe987496c79931d27bb206e90af4f85c86cb22f048595f994f3a016819eae9c22"
)
