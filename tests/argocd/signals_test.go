package argocd

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// command is the plugin as Argo CD's server starts it, in a group of its own, with a directory for all that it writes.
func command(t *testing.T, helmDir, repository, dir string) *exec.Cmd {
	t.Helper()
	must(t, os.MkdirAll(dir, 0o700))
	seedFile := filepath.Join(newDir(t), "seed")
	must(t, os.WriteFile(seedFile, []byte(seed), 0o600))
	parameters, err := json.Marshal(parametersOf(set("text", "x")))
	must(t, err)
	cmd := exec.Command(binary(t), "generate")
	cmd.Dir = filepath.Join(repository, defaultPath)
	cmd.Env = []string{
		"PATH=" + helmDir + ":/usr/bin:/bin", "TMPDIR=" + dir, "PIN_SEED_FILE=" + seedFile,
		"ARGOCD_APP_NAME=web", "ARGOCD_APP_PROJECT_NAME=default", "ARGOCD_APP_NAMESPACE=prod",
		"ARGOCD_APP_SOURCE_PATH=" + defaultPath, "KUBE_VERSION=1.33", "KUBE_API_VERSIONS=v1,apps/v1",
		"ARGOCD_APP_PARAMETERS=" + string(parameters),
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// SIGTERM to the group, as at the deadline, at 200 random moments.
func TestTerminated(t *testing.T) {
	h := helms(t)[0]
	repository := files{}.with(defaultPath, readFiles(t, "testdata/probe")).
		with(defaultPath+"/templates", readFiles(t, "testdata/generated")).write(t)
	temporary := filepath.Join(newDir(t), "tmp")
	run := func(after time.Duration) (string, *os.ProcessState) {
		cmd := command(t, h.dir, repository, temporary)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		must(t, cmd.Start())
		if after > 0 {
			time.Sleep(after)
			must(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM))
		}
		_ = cmd.Wait()
		return stdout.String(), cmd.ProcessState
	}
	begin := time.Now()
	whole, state := run(0)
	took := time.Since(begin)
	if !state.Success() || whole == "" {
		t.Fatalf("it does not render: %v", state)
	}
	random := rand.New(rand.NewPCG(3, 4))
	ended, finished := 0, 0
	for ended < 200 && finished < 200 {
		moment := time.Duration(random.Int64N(int64(took)))
		stdout, state := run(max(moment, time.Microsecond))
		switch {
		case state.Success():
			finished++
			if stdout != whole {
				t.Errorf("it ended well after %v with another output", moment)
			}
		default:
			ended++
			if stdout != "" {
				t.Errorf("SIGTERM after %v: %d bytes on stdout", moment, len(stdout))
			}
			if status := state.Sys().(syscall.WaitStatus); !(status.Signaled() && status.Signal() == syscall.SIGTERM) && status.ExitStatus() != 143 {
				t.Errorf("SIGTERM after %v: it ends with %v", moment, state)
			}
		}
		if left, _ := os.ReadDir(temporary); len(left) != 0 {
			t.Fatalf("SIGTERM after %v (%v): %v is left", moment, state, left)
		}
		if left := processesOf(temporary, 0); len(left) != 0 {
			t.Fatalf("SIGTERM after %v (%v): processes are left: %q", moment, state, left)
		}
	}
	t.Logf("SIGTERM at %d moments of %v, and %d runs that ended before it", ended, took.Round(time.Millisecond), finished)
	if ended < 200 {
		t.Errorf("only %d runs were ended", ended)
	}
}
