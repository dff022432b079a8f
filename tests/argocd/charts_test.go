package argocd

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// What is not to be expected of a chart of tests/charts.
const (
	leftOut = "left out"
	// noValues compares no values.
	noValues = "no values"
)

var charts = map[string]string{
	// It is no chart before its test packs a part of it.
	"archived-tests": leftOut,
	// It fails with what it generated, natively too.
	"leaks": leftOut,
	// It generates nothing. See the plain charts of the matrix.
	"untouched": leftOut,
	// Days and years: natively equal by chance.
	"clock": noValues,
	// Keys of maps are generated, natively others each time.
	"collapse-yaml": noValues,
	"random-keys":   noValues,
	"scalars":       noValues,
}

// Each chart of tests/charts: what chance decides is pinned, and nothing else differs.
func TestCharts(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join(root(t), "tests", "charts"))
	must(t, err)
	for _, h := range helms(t) {
		t.Run(h.name, func(t *testing.T) {
			useBothHelms(t, h)
			s := startSidecar(t, h.dir)
			t.Run("all", func(t *testing.T) {
				for _, folder := range folders {
					expected := charts[folder.Name()]
					if expected == leftOut {
						continue
					}
					t.Run(folder.Name(), func(t *testing.T) {
						t.Parallel()
						compareChart(t, folder.Name(), expected)
					})
				}
			})
			s.assertNothingLeft(argoWaits)
			assertNoRunLeft(t)
		})
	}
}

func compareChart(t *testing.T, name, expected string) {
	t.Helper()
	cases.Add(1)
	chart := readFiles(t, filepath.Join(root(t), "tests", "charts", name))
	app := application{path: "charts/" + name, namespace: "prod", apiVersions: []string{"v1", "apps/v1"}}
	repository := func() string { return files{}.with(app.path, chart).write(t) }
	native := func() []string {
		objects, err := app.native(repository())
		must(t, err)
		return objects
	}
	var plugin [2][]string
	for i := range plugin {
		var err error
		plugin[i], err = app.plugin(context.Background(), repository())
		must(t, err)
	}
	standIns.Add(1)
	var ours [2][]string
	for i := range ours {
		var err error
		ours[i], err = app.native(files{}.with(app.path, chart).writeTo(t, markedDir(t)))
		must(t, err)
	}
	natives := replayed(native)
	for _, both := range [][2][]string{plugin, ours} {
		assertSame(t, both[0], both[1])
		if expected == noValues {
			if a, b := kinds(t, native()), kinds(t, both[0]); !reflect.DeepEqual(a, b) {
				t.Errorf("native has %v, the plugin %v", a, b)
			}
			continue
		}
		assertPinned(t, natives(), both[0])
	}
}

// kinds lists the kinds of objects, in their order.
func kinds(t *testing.T, manifests []string) []string {
	t.Helper()
	var out []string
	for _, manifest := range manifests {
		var object struct{ Kind string }
		must(t, json.Unmarshal([]byte(manifest), &object))
		out = append(out, object.Kind)
	}
	return out
}
