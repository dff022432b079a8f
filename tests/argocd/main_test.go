// Package argocd runs the plugin as Argo CD runs it, by Argo CD's own code.
//
// The server of a plugin sidecar (cmpserver/plugin) runs in a process of its own with the project's plugin.yaml and
// binary; the repo-server's code (reposerver/repository) asks it over the socket, and renders the same Application with
// its own Helm too. What the one renders and what the other renders must be equal.
//
// Environment: PIN_TEST_BINARY (the plugin), PIN_TEST_HELM3 and PIN_TEST_HELM4 (paths of helm binaries, either can be
// left out), PIN_TEST_ROOT (the repository, `../..` if unset).
package argocd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	log "github.com/sirupsen/logrus"
)

// cases counts the Applications that were rendered by both and compared, refusals included.
var cases atomic.Int64

// standIns counts those that Argo CD's own Helm support rendered with the plugin in the place of helm.
var standIns atomic.Int64

func TestMain(m *testing.M) {
	if os.Getenv(serverMode) != "" {
		if err := serve(); err != nil {
			fmt.Fprintln(os.Stderr, "cmp-server:", err)
			os.Exit(1)
		}
		return
	}
	log.SetOutput(io.Discard)
	// Argo CD logs each command that it runs.
	_ = os.Setenv("ARGOCD_LOG_LEVEL", "error")
	os.Exit(run(m))
}

// run runs the tests in a directory for temporary files that goes with them: the repo-server's code leaves one there for
// each request.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pin-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	_ = os.Setenv("TMPDIR", dir)
	code := m.Run()
	fmt.Printf("%d cases compared with Argo CD's own Helm, %d of them natively through the stand-in\n", cases.Load(), standIns.Load())
	return code
}

// helm is a helm binary in a directory that holds no other.
type helm struct {
	name string
	dir  string
}

// helms returns the helm binaries to test with.
func helms(t *testing.T) []helm {
	t.Helper()
	var found []helm
	for _, each := range []struct{ name, variable string }{
		{"helm4", "PIN_TEST_HELM4"},
		{"helm3", "PIN_TEST_HELM3"},
	} {
		path := os.Getenv(each.variable)
		if path == "" {
			continue
		}
		if _, err := os.Stat(path); err != nil || filepath.Base(path) != "helm" {
			t.Fatalf("%s=%s: want the path of a program called helm", each.variable, path)
		}
		found = append(found, helm{each.name, filepath.Dir(absolute(t, path))})
	}
	if len(found) == 0 {
		t.Fatal("no helm: set PIN_TEST_HELM3 or PIN_TEST_HELM4 to the path of a helm binary")
	}
	return found
}

// binary is the plugin that is tested.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("PIN_TEST_BINARY")
	if path == "" {
		t.Fatal("no plugin: set PIN_TEST_BINARY to the path of argocd-pin-plugin")
	}
	return absolute(t, path)
}

// root is the project's repository.
func root(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("PIN_TEST_ROOT"); path != "" {
		return absolute(t, path)
	}
	return absolute(t, "../..")
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
