package argocd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

// Who may read the registry. The line is what `htpasswd -B` writes for it.
const (
	registryUser     = "robot"
	registryPassword = "registry-password"
	registryLine     = "robot:$2a$10$jUZiNaXy3QKm.9ZH5R5QqOwnxylaPv2EIC.h8Uo0DK9xf8pN4lU9K"
)

// startRegistry runs a real registry on loopback with these charts as version 1.2.3, and returns it as Argo CD's
// repository with its credentials. The program is the one of PIN_TEST_REGISTRY.
func startRegistry(t *testing.T, h helm, charts map[string]files) v1alpha1.Repository {
	t.Helper()
	program := os.Getenv("PIN_TEST_REGISTRY")
	if program == "" {
		t.Skip("no registry: set PIN_TEST_REGISTRY to the path of Debian's docker-registry")
	}
	dir := newDir(t)
	writeCertificate(t, dir)
	must(t, os.WriteFile(filepath.Join(dir, "htpasswd"), []byte(registryLine+"\n"), 0o600))
	address := freeAddress(t)
	must(t, os.WriteFile(filepath.Join(dir, "config.yml"), []byte(fmt.Sprintf(`version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: %[1]s/data}}
auth: {htpasswd: {realm: test, path: %[1]s/htpasswd}}
http: {addr: "%[2]s", tls: {certificate: %[1]s/cert.pem, key: %[1]s/key.pem}}
`, dir, address)), 0o600))
	// Helm trusts it as it would trust a company's own.
	t.Setenv("SSL_CERT_FILE", filepath.Join(dir, "cert.pem"))
	server := exec.Command(program, "serve", filepath.Join(dir, "config.yml"))
	server.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + dir}
	output, err := os.Create(filepath.Join(dir, "log"))
	must(t, err)
	server.Stdout, server.Stderr = output, output
	must(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	awaitRegistry(t, address, filepath.Join(dir, "log"))

	call := func(arguments ...string) {
		t.Helper()
		cmd := exec.Command(filepath.Join(h.dir, "helm"), arguments...)
		cmd.Env = append(os.Environ(), "HOME="+dir, "HELM_REGISTRY_CONFIG="+filepath.Join(dir, "registry.json"))
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("helm %v: %v\n%s", arguments, err, output)
		}
	}
	call("registry", "login", address, "--username", registryUser, "--password", registryPassword)
	for name, chart := range charts {
		chart = chart.with("", files{"Chart.yaml": strings.Replace(chart["Chart.yaml"], "name: probe", "name: "+name, 1)})
		packed := filepath.Join(dir, name+"-1.2.3.tgz")
		must(t, os.WriteFile(packed, []byte(archive(t, chart, name)), 0o600))
		call("push", packed, "oci://"+address+"/charts")
	}
	return v1alpha1.Repository{
		Repo: address + "/charts", Type: "helm", EnableOCI: true,
		Username: registryUser, Password: registryPassword,
	}
}

// freeAddress is one on loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func awaitRegistry(t *testing.T, address, log string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		response, err := client.Get("https://" + address + "/v2/")
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Fatalf("the registry asks for no password: %s", response.Status)
		}
		return
	}
	text, _ := os.ReadFile(log)
	t.Fatalf("the registry does not start:\n%s", text)
}

// writeCertificate makes a certificate for loopback that nobody knows.
func writeCertificate(t *testing.T, dir string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	must(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: certificate},
		"key.pem":  {Type: "PRIVATE KEY", Bytes: private},
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600))
	}
}
