package argocd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// library is a chart that others depend on.
func library(name, more string) files {
	return files{
		"Chart.yaml":       "apiVersion: v2\nname: " + name + "\nversion: 1.1.0\n" + more,
		"values.yaml":      "color: blue\n",
		"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n  color: {{ .Values.color }}\n",
	}
}

// parent is the probe with dependencies in its Chart.yaml.
func parent(t *testing.T, dependencies string) files {
	t.Helper()
	probe := readFiles(t, "testdata/probe")
	return probe.with("", files{"Chart.yaml": probe["Chart.yaml"] + dependencies})
}

// archive packs a chart as `helm package` does.
func archive(t *testing.T, chart files, name string) string {
	t.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	archived := tar.NewWriter(compressed)
	var names []string
	for file := range chart {
		names = append(names, file)
	}
	sort.Strings(names)
	for _, file := range names {
		content := chart[file]
		must(t, archived.WriteHeader(&tar.Header{Name: name + "/" + file, Mode: 0o644, Size: int64(len(content))}))
		_, err := archived.Write([]byte(content))
		must(t, err)
	}
	must(t, archived.Close())
	must(t, compressed.Close())
	return packed.String()
}

// Charts that depend on others which are in the repository.
func TestDependencies(t *testing.T) {
	const one = "dependencies:\n  - {name: lib, version: 1.x.x, repository: \"file://../lib\"}\n"
	lib := files{}.with("apps/lib", library("lib", ""))
	lock := func(version, digest string) files {
		return files{defaultPath + "/Chart.lock": "dependencies:\n- name: lib\n  repository: file://../lib\n  version: " + version +
			"\ndigest: sha256:" + digest + "\ngenerated: \"2024-01-01T00:00:00Z\"\n"}
	}
	// What `helm dependency update` writes for it: the digest of the requirements and of the lock.
	good := fmt.Sprintf("%x", sha256.Sum256([]byte(
		`[[{"name":"lib","version":"1.x.x","repository":"file://../lib"}],[{"name":"lib","version":"1.1.0","repository":"file://../lib"}]]`)))
	nested := files{}.
		with("apps/lib", library("lib", "dependencies:\n  - {name: core, version: 1.x.x, repository: \"file://../core\"}\n")).
		with("apps/core", library("core", ""))
	vendored := files{}.with(defaultPath+"/charts/lib", library("lib", ""))
	packed := files{defaultPath + "/charts/lib-1.1.0.tgz": archive(t, library("lib", ""), "lib")}
	helpers := files{}.with("apps/helpers", files{
		"Chart.yaml":             "apiVersion: v2\nname: helpers\nversion: 0.1.0\ntype: library\n",
		"templates/_helpers.tpl": `{{ define "helpers.name" }}helped-{{ .Release.Name }}{{ end }}`,
	})
	old := readFiles(t, "testdata/probe").with("", files{
		"Chart.yaml":        "apiVersion: v1\nname: probe\nversion: 1.2.3\nappVersion: \"7\"\n",
		"requirements.yaml": one,
	})
	runMatrix(t, []matrixCase{
		{name: "by path, built", chart: parent(t, one), files: lib},
		{name: "by path, values", chart: parent(t, one), files: lib, application: application{helm: set("lib.color", "red", "global.x", "1")}},
		{name: "by path, with a lock", chart: parent(t, one), files: lib.with("", lock("1.1.0", good))},
		{name: "by path, with a lock of another version", chart: parent(t, one), files: lib.with("", lock("1.0.0", good)), nativeFails: "out of sync", pluginFails: "out of sync"},
		{name: "by path, with a stale lock", chart: parent(t, one), files: lib.with("", lock("1.1.0", strings.Repeat("0", 64))), nativeFails: "out of sync", pluginFails: "out of sync"},
		{name: "by path, of another version", chart: parent(t, strings.Replace(one, "1.x.x", "2.x.x", 1)), files: lib, nativeFails: "2.x.x", pluginFails: "2.x.x"},
		{name: "by path, not there", chart: parent(t, one), nativeFails: "not found", pluginFails: "not found"},
		{name: "by path, in the chart", chart: parent(t, strings.Replace(one, "../lib", "./src/lib", 1)), files: files{}.with(defaultPath+"/src/lib", library("lib", ""))},
		{name: "by path, in the chart, without a dot", chart: parent(t, strings.Replace(one, "../lib", "src/lib", 1)), files: files{}.with(defaultPath+"/src/lib", library("lib", ""))},
		{name: "by path, two folders up", chart: parent(t, strings.Replace(one, "../lib", "../../libs/lib", 1)), files: files{}.with("libs/lib", library("lib", ""))},
		{name: "by path, that depends on another", chart: parent(t, one), files: nested},
		{name: "by path, two", chart: parent(t, one+"  - {name: core, version: 1.1.0, repository: \"file://../core\"}\n"),
			files: lib.with("apps/core", library("core", ""))},
		{name: "by path, with an alias", chart: parent(t, one+"  - {name: lib, alias: second, version: 1.x.x, repository: \"file://../lib\"}\n"),
			files: lib, application: application{helm: set("second.color", "green")}},
		{name: "by path, off", chart: parent(t, "dependencies:\n  - {name: lib, version: 1.x.x, repository: \"file://../lib\", condition: lib.enabled}\n"),
			files: lib, application: application{helm: set("lib.enabled", "false")}},
		{name: "by path, off by a tag", chart: parent(t, "dependencies:\n  - {name: lib, version: 1.x.x, repository: \"file://../lib\", tags: [extra]}\n"),
			files: lib, application: application{helm: set("tags.extra", "false")}},
		{name: "by path, imported values", chart: parent(t, "dependencies:\n  - {name: lib, version: 1.x.x, repository: \"file://../lib\", import-values: [{child: \"\", parent: imported}]}\n"), files: lib},
		{name: "by path, a library", chart: parent(t, "dependencies:\n  - {name: helpers, version: 0.1.0, repository: \"file://../helpers\"}\n"),
			files: helpers.with(defaultPath+"/templates", files{"h.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ include \"helpers.name\" . }}'}\n"})},
		{name: "by path, outside", chart: parent(t, strings.Replace(one, "../lib", strings.Repeat("../", 12)+"etc", 1)), skipNative: true, pluginFails: "leads out of the repository"},
		{name: "by path, outside and not there", chart: parent(t, strings.Replace(one, "../lib", "../../../../lib", 1)), skipNative: true, pluginFails: "leads out of the repository"},
		{name: "by an absolute path", chart: parent(t, strings.Replace(one, "../lib", "/etc", 1)), skipNative: true, pluginFails: "leads out of the repository"},
		{name: "requirements.yaml", chart: old, files: lib},
		{name: "requirements.yaml, vendored", chart: old, files: vendored},

		{name: "vendored", chart: parent(t, one), files: vendored},
		{name: "vendored, values", chart: parent(t, one), files: vendored, application: application{helm: &source{Values: "lib: {color: red}\n"}}},
		{name: "vendored and not declared", files: vendored},
		{name: "vendored and packed", chart: parent(t, one), files: packed},
		{name: "vendored and packed and not declared", files: packed},
		{name: "vendored, with a stale lock", chart: parent(t, one), files: vendored.with("", lock("1.1.0", strings.Repeat("0", 64)))},
		{name: "vendored, two of three", chart: parent(t, one+"  - {name: core, version: 1.1.0, repository: \"file://../core\"}\n"),
			files: vendored.with("apps/core", library("core", "")).with("apps/lib", library("lib", ""))},
		{name: "vendored, that depends on another", chart: parent(t, one), files: files{}.
			with(defaultPath+"/charts/lib", library("lib", "dependencies:\n  - {name: core, version: 1.x.x, repository: \"file://../core\"}\n")).
			with(defaultPath+"/charts/lib/charts/core", library("core", ""))},
		{name: "vendored, that lacks another", chart: parent(t, one), files: files{}.
			with(defaultPath+"/charts/lib", library("lib", "dependencies:\n  - {name: core, version: 1.x.x, repository: \"file://../core\"}\n")),
		},
		{name: "without a repository, missing", chart: parent(t, "dependencies:\n  - {name: lib, version: 1.x.x}\n"), nativeFails: "lib", pluginFails: "lib"},
		{name: "without a repository, vendored", chart: parent(t, "dependencies:\n  - {name: lib, version: 1.x.x}\n"), files: vendored},
		{name: "missing, of a chart of a Helm repository", chart: parent(t, one), application: application{chart: "probe"}, nativeFails: "not found", pluginFails: "leads out of the repository"},
	})
}

// A chart that depends on one of a Helm repository, which `helm dependency build` fetches.
func TestRemoteDependency(t *testing.T) {
	packed := archive(t, library("lib", ""), "lib")
	var server *httptest.Server
	server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/charts/index.yaml":
			fmt.Fprintf(w, "apiVersion: v1\nentries:\n  lib:\n    - {apiVersion: v2, name: lib, version: 1.1.0, digest: %x, urls: [%s/charts/lib-1.1.0.tgz]}\n",
				sha256.Sum256([]byte(packed)), server.URL)
		case "/charts/lib-1.1.0.tgz":
			_, _ = w.Write([]byte(packed))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	authority := filepath.Join(newDir(t), "ca.pem")
	must(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	// Of both: Argo CD's helm and the sidecar.
	t.Setenv("SSL_CERT_FILE", authority)

	declared := func(repository string) files {
		return parent(t, "dependencies:\n  - {name: lib, version: ^1.0.0, repository: \""+repository+"\"}\n")
	}
	for _, h := range helms(t) {
		t.Run(h.name, func(t *testing.T) {
			useBothHelms(t, h)
			s := startSidecar(t, h.dir, "SSL_CERT_FILE="+authority)
			for _, c := range []matrixCase{
				{name: "built", chart: declared(server.URL + "/charts")},
				{name: "built, with a slash", chart: declared(server.URL + "/charts/")},
				{name: "built, with values", chart: declared(server.URL + "/charts"), application: application{helm: set("lib.color", "red")}},
				{name: "no such repository", chart: declared(server.URL + "/none"), nativeFails: "none", pluginFails: "none"},
			} {
				t.Run(c.name, func(t *testing.T) {
					c.application.path = defaultPath
					c.run(t, false)
					c.chart = c.chart.with("templates", readFiles(t, "testdata/generated"))
					c.run(t, true)
				})
			}
			s.assertNothingLeft(10e9)
		})
	}
}
