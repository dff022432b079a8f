package argocd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

// jsonnet shows a file.
const jsonnet = `{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "x"}, data: {x: importstr "%s"}}`

// The seed stands in repo-server itself, where a tenant has other ways than in the sidecar. Each tries to read it; none
// may show more of it than its first character, which helm's own check of values against a schema shows. Jsonnet is off, as
// deploy/stand-in has it.
func TestSeedInRepoServer(t *testing.T) {
	h := helms(t)[0]
	useStandIn(t, h)
	useKustomize(t)
	path := os.Getenv("PIN_SEED_FILE")
	folder := filepath.Dir(path)
	up := strings.Repeat("../", 20)
	chart := func(more files) files {
		return files{}.with("app", library("probe", "").with("templates", readFiles(t, "testdata/generated"))).with("app", more)
	}
	helm := func(of source) v1alpha1.ApplicationSource { return v1alpha1.ApplicationSource{Helm: &of} }
	files := func(names ...string) v1alpha1.ApplicationSource { return helm(source{ValueFiles: names}) }
	setFile := func(path string) v1alpha1.ApplicationSource {
		return helm(source{FileParameters: []file{{Name: "text", Path: path}}})
	}
	show := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {x: {{ .Files.Get \"link\" | quote }}, y: {{ .Values.text | default \"\" | quote }}}\n"
	shows := map[string]string{"templates/show.yaml": show}
	and := func(name, content string) map[string]string {
		return map[string]string{"templates/show.yaml": show, name: content}
	}
	kustomize := func(text string) map[string]string {
		more := map[string]string{"Chart.yaml": deleted, "kustomization.yaml": fmt.Sprintf(text, path)}
		for name, content := range library("c", "") {
			more["charts/c/"+name] = content
		}
		return more
	}
	for _, c := range []struct {
		name   string
		files  map[string]string
		source v1alpha1.ApplicationSource
	}{
		{"a values file by its absolute path", shows, files(path)},
		{"a values file by dot dot", shows, files(up + path)},
		{"a values file that is a link", and("v.yaml", "link:"+path), files("v.yaml")},
		{"a values file by address", shows, files("file://" + path)},
		{"a file parameter by its absolute path", shows, setFile(path)},
		{"a file parameter by dot dot", shows, setFile(up + path)},
		{"a file parameter that is a link", and("link", "link:"+path), setFile("link")},
		{"a file parameter behind a comma", and("a", "a"), setFile("a,text=" + path)},
		{"a parameter that is a path", shows, helm(*set("text", "@"+path))},
		{"a file of the chart that is a link", and("link", "link:"+path), helm(source{})},
		{"a template that is a link", and("templates/link.yaml", "link:"+path), helm(source{})},
		{"a subchart that is a link", and("charts/sub", "link:"+folder), helm(source{})},
		{"a schema", and("values.schema.json", fmt.Sprintf(`{"$ref": "file://%s"}`, path)), helm(source{})},
		{"a schema with a fragment", and("values.schema.json", fmt.Sprintf(`{"$ref": "file://%s#/a"}`, path)), helm(source{})},
		{"a dependency", and("Chart.yaml", fmt.Sprintf("apiVersion: v2\nname: probe\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0, repository: \"file://%s\"}]\n", folder)), helm(source{})},
		{"a manifest that is a link", map[string]string{"Chart.yaml": deleted, "m.yaml": "link:" + path}, v1alpha1.ApplicationSource{}},
		{"a text that Jsonnet imports", map[string]string{"Chart.yaml": deleted, "m.jsonnet": fmt.Sprintf(jsonnet, path)}, v1alpha1.ApplicationSource{}},
		{"a text that Jsonnet imports by dot dot", map[string]string{"Chart.yaml": deleted, "m.jsonnet": fmt.Sprintf(jsonnet, up+path)}, v1alpha1.ApplicationSource{}},
		{"a file that Kustomize generates from", kustomize("configMapGenerator: [{name: x, files: [\"%s\"]}]\n"), v1alpha1.ApplicationSource{}},
		{"a resource of Kustomize", kustomize("resources: [\"%s\"]\n"), v1alpha1.ApplicationSource{}},
		{"a values file of Kustomize", kustomize("helmGlobals: {chartHome: charts}\nhelmCharts: [{name: c, releaseName: r, valuesFile: \"%s\"}]\n"), v1alpha1.ApplicationSource{}},
		{"one more values file of Kustomize", kustomize("helmGlobals: {chartHome: charts}\nhelmCharts: [{name: c, releaseName: r, additionalValuesFiles: [\"%s\"]}]\n"), v1alpha1.ApplicationSource{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if seen := seenOf(t, chart(c.files), c.source, map[string]bool{"Directory": false}); strings.Contains(seen, seed[:4]) {
				t.Errorf("the seed is seen: %s", seen)
			}
		})
	}
	// So that the page on threats stays true: this is why deploy/stand-in switches Jsonnet off.
	t.Run("with Jsonnet switched on", func(t *testing.T) {
		content := map[string]string{"Chart.yaml": deleted, "m.jsonnet": fmt.Sprintf(jsonnet, path)}
		if seen := seenOf(t, chart(content), v1alpha1.ApplicationSource{}, nil); !strings.Contains(seen, seed) {
			t.Errorf("Jsonnet does not show the seed any more: %s", seen)
		}
	})
}

// seenOf is all that somebody sees who has the repo-server render files: an error or manifests.
func seenOf(t *testing.T, content files, source v1alpha1.ApplicationSource, enabled map[string]bool) string {
	t.Helper()
	repo := v1alpha1.Repository{Repo: commit(t, content), Type: "git"}
	app := application{path: "app", namespace: "prod"}
	q := app.request(&source)
	q.Repo, q.ApplicationSource.RepoURL, q.NoCache, q.EnabledSourceTypes = &repo, repo.Repo, true, enabled
	q.KustomizeOptions = &v1alpha1.KustomizeOptions{BuildOptions: "--enable-helm"}
	response, err := startService(t).GenerateManifest(context.Background(), q)
	return fmt.Sprint(err, response)
}
