package argocd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
)

// mark is in the path of each repository that is rendered by the plugin in the place of helm.
const mark = "pin-stand-in-"

// markedDir is a new directory for such a repository.
func markedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", mark)
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// useBothHelms puts a helm first on PATH that is the plugin in marked repositories, and the real one everywhere else: the
// renders of both run at once, in a process that has one PATH.
func useBothHelms(t *testing.T, h helm) {
	t.Helper()
	dir := newDir(t)
	real := filepath.Join(h.dir, "helm")
	must(t, os.Mkdir(filepath.Join(dir, "ours"), 0o700))
	ours := filepath.Join(dir, "ours", "helm")
	must(t, os.Symlink(binary(t), ours))
	seedFile := filepath.Join(dir, "seed")
	must(t, os.WriteFile(seedFile, []byte(seed), 0o600))
	script := fmt.Sprintf(`#!/bin/sh
case "$(pwd)" in
*/%s*) PIN_HELM=%s PIN_SEED_FILE=%s PIN_STAND_IN_FOR='*' exec %s "$@" ;;
*) exec %s "$@" ;;
esac
`, mark, real, seedFile, ours, real)
	must(t, os.WriteFile(filepath.Join(dir, "helm"), []byte(script), 0o755))
	t.Setenv("PATH", dir+":/usr/bin:/bin")
}

// assertNoRunLeft fails if a private directory of the plugin is left.
func assertNoRunLeft(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "argocd-pin-plugin-*"))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// standIn renders the case natively, with the plugin in the place of helm: what comes is what came with helm.
func (c matrixCase) standIn(t *testing.T, random bool, native func() []string, expected []string) {
	t.Helper()
	standIns.Add(1)
	var ours [][]string
	for range 2 {
		objects, err := c.native(c.all(c.onlyNative).writeTo(t, markedDir(t)))
		if fails(t, "the stand-in", err, c.nativeFails) {
			return
		}
		ours = append(ours, objects)
	}
	if t.Failed() {
		return
	}
	assertSame(t, ours[0], ours[1])
	if random {
		assertPinned(t, native, ours[0])
	} else {
		assertEqual(t, expected, ours[0])
	}
}

// useStandIn puts the plugin as `helm` first on PATH, with the real one behind it. All that is rendered is pinned.
func useStandIn(t *testing.T, h helm) {
	t.Helper()
	useTools(t, h)
	dir := newDir(t)
	must(t, os.Symlink(binary(t), filepath.Join(dir, "helm")))
	must(t, os.WriteFile(filepath.Join(dir, "seed"), []byte(seed), 0o600))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("PIN_SEED_FILE", filepath.Join(dir, "seed"))
	t.Setenv("PIN_STAND_IN_FOR", "*")
}

// generateWith has the whole repo-server render an Application.
func generateWith(t *testing.T, service *repository.Service, app application, repo v1alpha1.Repository) []string {
	t.Helper()
	q := app.request(&v1alpha1.ApplicationSource{Helm: app.helm.DeepCopy()})
	q.Repo, q.ApplicationSource.RepoURL, q.NoCache = &repo, repo.Repo, true
	q.HasMultipleSources = len(app.refs) > 0
	response, err := service.GenerateManifest(context.Background(), q)
	must(t, err)
	return response.Manifests
}

// The three things that a plugin does not get, by way of the whole repo-server: values files of another source, charts of
// private repositories and registries, and dependencies of those.
func TestStandIn(t *testing.T) {
	h := helms(t)[0]
	useTools(t, h)
	random := readFiles(t, "testdata/probe").with("templates", readFiles(t, "testdata/generated"))
	values := v1alpha1.Repository{Repo: commit(t, files{"envs/prod.yaml": "text: of another source\n"}), Type: "git"}
	charts := chartRepository(t, map[string]files{"random": random})
	registry := startRegistry(t, h, map[string]files{"random": random})
	umbrella := files{
		"Chart.yaml": fmt.Sprintf("apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n  - {name: random, version: 1.2.3, repository: \"oci://%s\"}\n", registry.Repo),
	}
	git := v1alpha1.Repository{Repo: commit(t, files{}.with("apps/random", random).with("apps/umbrella", umbrella)), Type: "git"}
	refs := map[string]*v1alpha1.RefTarget{"$values": {Repo: values, TargetRevision: "main"}}
	other := []string{"$values/envs/prod.yaml"}
	for _, c := range []struct {
		name string
		application
		repo  v1alpha1.Repository
		other bool
	}{
		{"Git", application{path: "apps/random", helm: set("text", "x")}, git, false},
		{"Git, values of another source", application{path: "apps/random", helm: &source{ValueFiles: other}, refs: refs}, git, true},
		{"chart", application{chart: "random", helm: set("text", "x")}, v1alpha1.Repository{Repo: charts, Type: "helm"}, false},
		{"chart, values of another source", application{chart: "random", helm: &source{ValueFiles: other}, refs: refs}, v1alpha1.Repository{Repo: charts, Type: "helm"}, true},
		{"chart of a registry with a password", application{chart: "random", helm: set("text", "x")}, registry, false},
		{"chart of a registry with a password, values of another source", application{chart: "random", helm: &source{ValueFiles: other}, refs: refs}, registry, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cases.Add(1)
			standIns.Add(1)
			c.namespace = "prod"
			renders := map[bool]func() []string{}
			for _, ours := range []bool{false, true} {
				renders[ours] = func() []string {
					if ours {
						useStandIn(t, h)
					} else {
						useTools(t, h)
					}
					return generateWith(t, startService(t), c.application, c.repo)
				}
			}
			first := renders[true]()
			assertSame(t, first, renders[true]())
			assertPinned(t, renders[false], first)
			if text := fmt.Sprint(first); c.other != strings.Contains(text, "of another source") {
				t.Errorf("the values of the other source: %s", text)
			}
			assertNoRunLeft(t)
		})
	}
	t.Run("a dependency of a registry with a password", func(t *testing.T) {
		cases.Add(1)
		standIns.Add(1)
		app := application{path: "apps/umbrella", namespace: "prod", helm: &source{}}
		render := func() []string {
			q := app.request(&v1alpha1.ApplicationSource{Helm: app.helm.DeepCopy()})
			q.Repo, q.ApplicationSource.RepoURL, q.NoCache = &git, git.Repo, true
			q.Repos, q.ProjectSourceRepos = []*v1alpha1.Repository{&registry}, []string{"*"}
			response, err := startService(t).GenerateManifest(context.Background(), q)
			must(t, err)
			return response.Manifests
		}
		useStandIn(t, h)
		first := render()
		assertSame(t, first, render())
		useTools(t, h)
		assertPinned(t, render, first)
	})
}

// useKustomize puts the Kustomize of PIN_TEST_KUSTOMIZE on PATH.
func useKustomize(t *testing.T) {
	t.Helper()
	program := os.Getenv("PIN_TEST_KUSTOMIZE")
	if program == "" {
		t.Skip("no kustomize: set PIN_TEST_KUSTOMIZE to its path")
	}
	t.Setenv("PATH", os.Getenv("PATH")+":"+filepath.Dir(absolute(t, program)))
}

// Argo CD's Kustomize, with `kustomize.buildOptions: --enable-helm`: charts that it inflates are pinned.
func TestStandInKustomize(t *testing.T) {
	h := helms(t)[0]
	random := readFiles(t, "testdata/probe").with("templates", readFiles(t, "testdata/generated"))
	content := files{"app/kustomization.yaml": `namespace: prod
helmGlobals: {chartHome: charts}
helmCharts:
  - name: probe
    releaseName: web
    namespace: prod
    valuesInline: {text: inline}
commonAnnotations: {patched: "yes"}
`}.with("app/charts/probe", random)
	repo := v1alpha1.Repository{Repo: commit(t, content), Type: "git"}
	generate := func() []string {
		app := application{path: "app", namespace: "prod"}
		q := app.request(&v1alpha1.ApplicationSource{Kustomize: &v1alpha1.ApplicationSourceKustomize{}})
		q.Repo, q.ApplicationSource.RepoURL, q.NoCache = &repo, repo.Repo, true
		q.KustomizeOptions = &v1alpha1.KustomizeOptions{BuildOptions: "--enable-helm"}
		response, err := startService(t).GenerateManifest(context.Background(), q)
		must(t, err)
		return response.Manifests
	}
	cases.Add(1)
	standIns.Add(1)
	useStandIn(t, h)
	useKustomize(t)
	first := generate()
	assertSame(t, first, generate())
	if text := fmt.Sprint(first); !strings.Contains(text, "patched") || !strings.Contains(text, "inline") {
		t.Errorf("neither patched nor with its values: %s", text)
	}
	assertNoRunLeft(t)
	useTools(t, h)
	useKustomize(t)
	assertPinned(t, generate, first)
}
