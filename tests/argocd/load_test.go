package argocd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const applications = 64

// argoWaits is how long Argo CD's server keeps a goroutine for each command that ended (it kills the group once more).
const argoWaits = 5 * time.Second

// crowd is 64 Applications of one repository.
func crowd(t *testing.T) (string, []application) {
	t.Helper()
	repository := files{"common.yaml": "common: yes\n"}.
		with(defaultPath, readFiles(t, "testdata/probe")).
		with(defaultPath+"/templates", readFiles(t, "testdata/generated")).write(t)
	var apps []application
	for i := range applications {
		apps = append(apps, application{
			name: fmt.Sprintf("team-%d_app-%d", i%4, i), project: fmt.Sprintf("project-%d", i%3), namespace: "prod", path: defaultPath,
			helm: &source{ValueFiles: []string{"/common.yaml"}, Values: fmt.Sprintf("text: \"%d\"\n", i)},
		})
	}
	return repository, apps
}

// render renders all at once, each with a context of its own.
func render(apps []application, repository string, of func(int) (context.Context, context.CancelFunc)) ([][]string, []error) {
	objects, errs := make([][]string, len(apps)), make([]error, len(apps))
	var all sync.WaitGroup
	for i, app := range apps {
		all.Go(func() {
			ctx, cancel := of(i)
			defer cancel()
			objects[i], errs[i] = app.plugin(ctx, repository)
		})
	}
	all.Wait()
	return objects, errs
}

func patient(int) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

func TestSixtyFourAtOnce(t *testing.T) {
	h := helms(t)[0]
	t.Setenv("PATH", h.dir+":/usr/bin:/bin")
	s := startSidecar(t, h.dir)
	repository, apps := crowd(t)
	alone := make([][]string, len(apps))
	seen := map[string]string{}
	for i, app := range apps {
		var err error
		alone[i], err = app.plugin(context.Background(), repository)
		must(t, err)
		for _, object := range alone[i] {
			if _, after, ok := strings.Cut(object, `"password":"`); ok {
				password, _, _ := strings.Cut(after, `"`)
				if other, ok := seen[password]; ok || len(password) != 24 {
					t.Errorf("%s and %s have the password %q", app.name, other, password)
				}
				seen[password] = app.name
			}
		}
	}
	if len(seen) != applications {
		t.Fatalf("%d passwords, want %d", len(seen), applications)
	}
	s.assertNothingLeft(argoWaits)
	time.Sleep(argoWaits + 500*time.Millisecond)
	before := s.stats()

	const rounds = 3
	for range rounds {
		begin := time.Now()
		objects, errs := render(apps, repository, patient)
		t.Logf("%d applications at once: %v", len(apps), time.Since(begin).Round(time.Millisecond))
		for i := range apps {
			must(t, errs[i])
			assertSame(t, alone[i], objects[i])
		}
		s.assertNothingLeft(argoWaits)
	}
	time.Sleep(argoWaits + 500*time.Millisecond)
	assertHolds(t, before, s.stats())
}

// assertHolds fails if the sidecar holds more than before.
func assertHolds(t *testing.T, before, after stats) {
	t.Helper()
	t.Logf("the sidecar: %+v before, %+v after", before, after)
	if after.Goroutines > before.Goroutines {
		t.Errorf("%d goroutines before, %d after", before.Goroutines, after.Goroutines)
	}
	if after.Files > before.Files {
		t.Errorf("%d open files before, %d after", before.Files, after.Files)
	}
	const megabyte = 1 << 20
	if after.Heap > before.Heap+2*megabyte {
		t.Errorf("a heap of %d bytes before, %d after", before.Heap, after.Heap)
	}
}

func TestCancelled(t *testing.T) {
	h := helms(t)[0]
	t.Setenv("PATH", h.dir+":/usr/bin:/bin")
	s := startSidecar(t, h.dir)
	repository, apps := crowd(t)
	begin := time.Now()
	wanted, errs := render(apps, repository, patient)
	whole := time.Since(begin)
	for _, err := range errs {
		must(t, err)
	}
	time.Sleep(argoWaits + 500*time.Millisecond)
	before := s.stats()

	random := rand.New(rand.NewPCG(1, 2))
	cancelled := 0
	for range 4 {
		moments := make([]time.Duration, len(apps))
		for i := range moments {
			moments[i] = time.Duration(random.Int64N(int64(whole)))
		}
		objects, errs := render(apps, repository, func(i int) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(moments[i], cancel)
			return ctx, cancel
		})
		for i, err := range errs {
			if err == nil {
				assertSame(t, wanted[i], objects[i])
				continue
			}
			cancelled++
		}
		s.assertNothingLeft(2 * argoWaits)
	}
	t.Logf("%d of %d requests were cancelled", cancelled, 4*len(apps))
	if cancelled < len(apps) {
		t.Errorf("only %d requests were cancelled", cancelled)
	}
	time.Sleep(argoWaits + 500*time.Millisecond)
	assertHolds(t, before, s.stats())
	objects, errs := render(apps, repository, patient)
	for i := range apps {
		must(t, errs[i])
		assertSame(t, wanted[i], objects[i])
	}
}

// The deadline is that of the repo-server's request; helm does not end by itself.
func TestDeadline(t *testing.T) {
	dir := newDir(t)
	const slow = "#!/bin/sh\ntrap '' TERM INT HUP\nmkdir -p \"$HOME/x\"; touch \"$HOME/x/y\"\nsleep 300 &\nwait\nsleep 300\n"
	must(t, os.WriteFile(filepath.Join(dir, "helm"), []byte(slow), 0o755))
	s := startSidecar(t, dir)
	repository, apps := crowd(t)
	const limit = 1500 * time.Millisecond
	before := s.stats()
	begin := time.Now()
	_, errs := render(apps[:8], repository, func(int) (context.Context, context.CancelFunc) {
		return context.WithTimeout(context.Background(), limit)
	})
	if took := time.Since(begin); took > limit+argoWaits {
		t.Errorf("the requests took %v", took)
	}
	for _, err := range errs {
		if err == nil {
			t.Error("a helm that sleeps renders")
		}
	}
	t.Logf("a request says: %v", errs[0])
	s.assertNothingLeft(2 * argoWaits)
	time.Sleep(argoWaits + 500*time.Millisecond)
	assertHolds(t, before, s.stats())
}
