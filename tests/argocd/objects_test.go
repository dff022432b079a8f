package argocd

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"testing"
)

// differences lists the paths at which two lists of objects differ.
func differences(t *testing.T, a, b []string) map[string][2]any {
	t.Helper()
	out := map[string][2]any{}
	walk("", decode(t, a), decode(t, b), out)
	return out
}

func decode(t *testing.T, manifests []string) any {
	t.Helper()
	objects := make([]any, len(manifests))
	for i, manifest := range manifests {
		decoder := json.NewDecoder(strings.NewReader(manifest))
		decoder.UseNumber()
		must(t, decoder.Decode(&objects[i]))
	}
	return objects
}

func walk(path string, a, b any, out map[string][2]any) {
	if reflect.DeepEqual(a, b) {
		return
	}
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			for key := range union(a, b) {
				walk(path+"/"+key, a[key], b[key], out)
			}
			return
		}
	case []any:
		if b, ok := b.([]any); ok && len(a) == len(b) {
			for i := range a {
				walk(fmt.Sprintf("%s/%d", path, i), a[i], b[i], out)
			}
			return
		}
	}
	out[path] = [2]any{a, b}
}

func union(a, b map[string]any) map[string]bool {
	keys := map[string]bool{}
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	return keys
}

// assertEqual fails unless two renders gave the same objects in the same order.
func assertEqual(t *testing.T, native, plugin []string) {
	t.Helper()
	if len(native) == 0 {
		t.Error("Argo CD's own Helm rendered nothing: the case shows nothing")
	}
	for path, values := range differences(t, native, plugin) {
		t.Errorf("%s:\n native %v\n plugin %v", path, values[0], values[1])
	}
}

// assertPinned fails unless the plugin's objects are those of two native renders but for values that chance decides
// there, and those have the type and length of what chance made.
func assertPinned(t *testing.T, first, second, plugin []string) {
	t.Helper()
	chance := differences(t, first, second)
	if len(chance) == 0 {
		t.Error("two native renders are equal: the case shows nothing")
	}
	pinned := differences(t, first, plugin)
	for path, values := range pinned {
		if _, ok := chance[path]; !ok {
			t.Errorf("%s is constant, but not for the plugin:\n native %v\n plugin %v", path, values[0], values[1])
		}
	}
	for path, values := range chance {
		made, ok := pinned[path]
		if !ok {
			t.Errorf("%s: the plugin made what chance made: %v", path, values[0])
			continue
		}
		if reflect.TypeOf(made[0]) != reflect.TypeOf(made[1]) {
			t.Errorf("%s: native %T, plugin %T", path, made[0], made[1])
		}
		length := func(value any) int { return len(fmt.Sprint(value)) }
		if length(values[0]) == length(values[1]) && length(made[0]) != length(made[1]) {
			t.Errorf("%s: native has %d characters, plugin %d", path, length(made[0]), length(made[1]))
		}
	}
}

// assertSame fails unless two renders by the plugin are equal byte by byte.
func assertSame(t *testing.T, first, second []string) {
	t.Helper()
	if !reflect.DeepEqual(first, second) {
		var paths []string
		for path := range differences(t, first, second) {
			paths = append(paths, path)
		}
		sort.Strings(paths)
		t.Errorf("two renders by the plugin differ at %s", strings.Join(paths, ", "))
	}
}
