package argocd

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
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

// maxNative bounds the native renders that assertPinned asks for. Chance makes a rare length or the same short value
// in two renders now and then, but not in all of these.
const maxNative = 96

// assertPinned fails unless the plugin's objects are those of native renders but for values that chance decides there,
// and those have a type and length that chance makes.
func assertPinned(t *testing.T, native func() []string, plugin []string) {
	t.Helper()
	renders := [][]string{native(), native()}
	problems := unpinned(t, renders, plugin)
	for len(problems) > 0 && len(renders) < maxNative {
		renders = append(renders, native())
		problems = unpinned(t, renders, plugin)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

// replayed gives what native renders gave once more, from the first on, and then renders more.
func replayed(native func() []string) func() func() []string {
	var renders [][]string
	return func() func() []string {
		next := 0
		return func() []string {
			if next == len(renders) {
				renders = append(renders, native())
			}
			next++
			return renders[next-1]
		}
	}
}

// length is how long a value is; of a certificate without its serial number, whose length is chance.
func length(value any) string {
	text := []byte(fmt.Sprint(value))
	if decoded, err := base64.StdEncoding.DecodeString(string(text)); err == nil && len(decoded) > 0 {
		if block, _ := pem.Decode(decoded); block != nil {
			text = decoded
		}
	}
	if block, _ := pem.Decode(text); block != nil {
		if parsed, err := x509.ParseCertificate(block.Bytes); err == nil {
			return fmt.Sprintf("a certificate's %d", len(block.Bytes)-parsed.SerialNumber.BitLen()/8-1)
		}
	}
	return fmt.Sprint(len(text))
}

// unpinned says what the plugin's objects have that no native render explains.
func unpinned(t *testing.T, native [][]string, plugin []string) (problems []string) {
	t.Helper()
	last := native[len(native)-1]
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	type made struct{ types, lengths map[string]bool }
	chance := map[string]made{}
	for _, other := range native[:len(native)-1] {
		for path, values := range differences(t, last, other) {
			if _, ok := chance[path]; !ok {
				chance[path] = made{map[string]bool{}, map[string]bool{}}
			}
			for _, value := range values {
				chance[path].types[fmt.Sprintf("%T", value)] = true
				chance[path].lengths[length(value)] = true
			}
		}
	}
	if len(chance) == 0 {
		report("two native renders are equal: the case shows nothing")
	}
	// A value of few kinds may be that of the last native render. That it is pinned shows where the plugin renders twice.
	for path, values := range differences(t, last, plugin) {
		by, ok := chance[path]
		switch value := values[1]; {
		case !ok:
			report("%s is constant, but not for the plugin:\n native %v\n plugin %v", path, values[0], value)
		case !by.types[fmt.Sprintf("%T", value)]:
			report("%s: native has %v, the plugin %T", path, keys(by.types), value)
		case len(by.lengths) == 1 && !by.lengths[length(value)]:
			report("%s: native has %v characters, the plugin %s", path, keys(by.lengths), length(value))
		}
	}
	return problems
}

func keys(of map[string]bool) []string {
	var out []string
	for key := range of {
		out = append(out, key)
	}
	sort.Strings(out)
	return out
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
