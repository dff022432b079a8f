package argocd

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// matrixCase is one Application that both render.
type matrixCase struct {
	name string
	application
	// files are added to the repository, with paths from its root.
	files files
	// chart's files, with paths from the chart's folder; the probe if there are none.
	chart files
	// onlyNative and onlyPlugin are files that the one or the other gets (`.argocd-source.yaml`).
	onlyNative, onlyPlugin files
	// nativeFails and pluginFails are what the errors say, if it fails. A case in which only the plugin fails is one
	// that the plugin refuses on purpose.
	nativeFails, pluginFails string
	// skipNative is set where Argo CD's own Helm would need what is not here.
	skipNative bool
}

// defaultPath is where the chart stands in the repository, unless the case says otherwise.
const defaultPath = "apps/probe"

// runMatrix runs each case as it is, and with Argo CD's own version of helm once more with a template that generates
// secrets.
func runMatrix(t *testing.T, matrix []matrixCase) {
	probe := readFiles(t, "testdata/probe")
	generated := readFiles(t, "testdata/generated")
	names := map[string]bool{}
	for i := range matrix {
		c := &matrix[i]
		if names[c.name] {
			t.Fatalf("two cases are called %q", c.name)
		}
		names[c.name] = true
		if c.chart == nil {
			c.chart = probe
		}
		if c.application.path == "" && c.application.chart == "" {
			c.application.path = defaultPath
		}
	}
	for _, h := range helms(t) {
		t.Run(h.name, func(t *testing.T) {
			useBothHelms(t, h)
			s := startSidecar(t, h.dir)
			t.Run("all", func(t *testing.T) {
				for _, c := range matrix {
					t.Run(c.name, func(t *testing.T) {
						t.Parallel()
						c.run(t, false)
						// The chart's copy that the plugin works on is the same for both helms, and TestCharts renders it.
						if h.name == "helm4" {
							c.chart = c.chart.with("templates", generated)
							c.run(t, true)
						}
					})
				}
			})
			s.assertNothingLeft(10e9)
			assertNoRunLeft(t)
		})
	}
}

// repository writes the case's repository.
func (c matrixCase) repository(t *testing.T, only files) string {
	t.Helper()
	return c.all(only).write(t)
}

// all are the files of the case's repository.
func (c matrixCase) all(only files) files {
	return c.files.with(c.application.path, c.chart).with("", only)
}

func (c matrixCase) run(t *testing.T, random bool) {
	t.Helper()
	cases.Add(1)
	native := func() []string {
		objects, err := c.native(c.repository(t, c.onlyNative))
		if fails(t, "native", err, c.nativeFails) {
			return nil
		}
		return objects
	}
	natives := replayed(native)
	var expected []string
	if !c.skipNative && (!random || c.nativeFails != "") {
		expected = native()
	}
	var plugin [][]string
	for i := 0; i < 2; i++ {
		objects, err := c.plugin(context.Background(), c.repository(t, c.onlyPlugin))
		if fails(t, "plugin", err, c.pluginFails) {
			break
		}
		plugin = append(plugin, objects)
	}
	if !c.skipNative {
		c.standIn(t, random, natives(), expected)
	}
	if t.Failed() {
		return
	}
	if len(plugin) == 2 {
		assertSame(t, plugin[0], plugin[1])
	}
	switch {
	case len(plugin) == 0 || c.skipNative:
	case random:
		assertPinned(t, natives(), plugin[0])
	default:
		assertEqual(t, expected, plugin[0])
	}
}

// fails tells whether a render failed, and fails the test if it should not have, or for another reason.
func fails(t *testing.T, who string, err error, want string) bool {
	t.Helper()
	switch {
	case err == nil && want == "":
		return false
	case err == nil:
		t.Errorf("%s renders, want an error that says %q", who, want)
		return false
	case want == "":
		t.Errorf("%s fails: %v", who, err)
	case !strings.Contains(err.Error(), want):
		t.Errorf("%s says %q, want %q", who, err, want)
	}
	return true
}

// above is a path to a file at the top of the repository, from the chart's folder.
func above(name string) string {
	up := strings.Repeat("../", strings.Count(defaultPath, "/")+1)
	return filepath.Join(up, name)
}
