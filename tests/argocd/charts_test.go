package argocd

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// Each chart of tests/charts: what chance decides is pinned, and nothing else differs.
func TestCharts(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join(root(t), "tests", "charts"))
	must(t, err)
	for _, h := range helms(t) {
		t.Run(h.name, func(t *testing.T) {
			t.Setenv("PATH", h.dir+":/usr/bin:/bin")
			s := startSidecar(t, h.dir)
			t.Run("all", func(t *testing.T) {
				for _, folder := range folders {
					t.Run(folder.Name(), func(t *testing.T) {
						t.Parallel()
						compareChart(t, folder.Name())
					})
				}
			})
			s.assertNothingLeft(argoWaits)
		})
	}
}

func compareChart(t *testing.T, name string) {
	t.Helper()
	cases.Add(1)
	chart := readFiles(t, filepath.Join(root(t), "tests", "charts", name))
	app := application{path: "charts/" + name, namespace: "prod", apiVersions: []string{"v1", "apps/v1"}}
	repository := func() string { return files{}.with(app.path, chart).write(t) }
	var native, plugin [2][]string
	for i := range native {
		var err error
		native[i], err = app.native(repository())
		must(t, err)
		plugin[i], err = app.plugin(context.Background(), repository())
		must(t, err)
	}
	assertSame(t, plugin[0], plugin[1])
	assertPinned(t, native[0], native[1], plugin[0])
}
