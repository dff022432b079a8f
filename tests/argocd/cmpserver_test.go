package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/common"
	log "github.com/sirupsen/logrus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

const (
	// serverMode makes this test binary a plugin sidecar: its value is the directory with plugin.yaml.
	serverMode = "ARGOCD_TEST_CMP_SERVER"
	// statsSocket is where the sidecar tells what it holds, in the directory of the plugin's socket.
	statsSocket = "stats.socket"
	// seed has 32 bytes that a leak is found by.
	seed = "a-seed-for-tests-only-0123456789"
	// seedID is its id.
	seedID = "seed-6454285e4ba03661"
)

// stats is what a sidecar's process holds after a garbage collection.
type stats struct {
	Goroutines int
	Heap       uint64
	Files      int
}

// serve is Argo CD's cmpserver.ArgoCDCMPServer (its package cmpserver needs the whole of Argo CD's API server): the same
// service on the same socket with the same limits.
func serve() error {
	log.SetLevel(log.InfoLevel)
	config, err := plugin.ReadPluginConfig(os.Getenv(serverMode))
	if err != nil {
		return err
	}
	service := plugin.NewService(plugin.CMPServerInitConstants{PluginConfig: *config})
	if err := service.Init(common.GetCMPWorkDir()); err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(apiclient.MaxGRPCMessageSize),
		grpc.MaxSendMsgSize(apiclient.MaxGRPCMessageSize),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: common.GetGRPCKeepAliveEnforcementMinimum()}),
	)
	apiclient.RegisterConfigManagementPluginServiceServer(server, service)
	if err := serveStats(filepath.Join(common.GetPluginSockFilePath(), statsSocket)); err != nil {
		return err
	}
	listener, err := net.Listen("unix", config.Address())
	if err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	go func() {
		<-end
		server.Stop()
	}()
	return server.Serve(listener)
}

func serveStats(socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		// Argo CD's server leaves it to the collector to close the archive of a request that was cut off.
		for range 3 {
			runtime.GC()
			time.Sleep(20 * time.Millisecond)
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		files, _ := os.ReadDir("/proc/self/fd")
		_ = json.NewEncoder(w).Encode(stats{runtime.NumGoroutine(), memory.HeapAlloc, len(files)})
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	server.SetKeepAlivesEnabled(false)
	go func() { _ = server.Serve(listener) }()
	return nil
}

// sidecar is a running plugin sidecar.
type sidecar struct {
	t *testing.T
	// dir holds all that belongs to it, and stands in the environment of all its processes.
	dir     string
	sockets string
	process *exec.Cmd
}

// startSidecar runs the project's plugin.yaml with the plugin and `helm` on PATH, and directs the repo-server's code to
// it. The variables of `env` are the admin's.
func startSidecar(t *testing.T, helmDir string, env ...string) *sidecar {
	t.Helper()
	// The path of a socket has 107 bytes at most.
	dir, err := os.MkdirTemp("", "pin-e2e-")
	must(t, err)
	s := &sidecar{t: t, dir: dir, sockets: filepath.Join(dir, "plugins")}
	for _, name := range []string{"plugins", "work", "tmp", "config", "bin", "home"} {
		must(t, os.Mkdir(filepath.Join(dir, name), 0o700))
	}
	config, err := os.ReadFile(filepath.Join(root(t), "plugin.yaml"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "config", "plugin.yaml"), config, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "seed"), []byte(seed), 0o600))
	must(t, os.Symlink(binary(t), filepath.Join(dir, "bin", "argocd-pin-plugin")))

	self, err := os.Executable()
	must(t, err)
	s.process = exec.Command(self)
	s.process.Env = append([]string{
		serverMode + "=" + filepath.Join(dir, "config"),
		common.EnvPluginSockFilePath + "=" + s.sockets,
		common.EnvCMPWorkDir + "=" + filepath.Join(dir, "work"),
		"PATH=" + filepath.Join(dir, "bin") + ":" + helmDir + ":/usr/bin:/bin",
		"HOME=" + filepath.Join(dir, "home"),
		"TMPDIR=" + filepath.Join(dir, "tmp"),
		"PIN_SEED_FILE=" + filepath.Join(dir, "seed"),
		"PIN_SEED_ID=" + seedID,
	}, env...)
	output, err := os.Create(filepath.Join(dir, "log"))
	must(t, err)
	s.process.Stdout, s.process.Stderr = output, output
	must(t, s.process.Start())
	must(t, output.Close())
	t.Cleanup(s.stop)
	s.wait("the sidecar does not start", 30*time.Second, func() bool {
		// The socket's file is there before anybody listens.
		connection, err := net.Dial("unix", filepath.Join(s.sockets, pluginName+".sock"))
		if err != nil {
			return false
		}
		_ = connection.Close()
		return true
	})
	t.Setenv(common.EnvPluginSockFilePath, s.sockets)
	return s
}

func (s *sidecar) stop() {
	_ = s.process.Process.Signal(syscall.SIGTERM)
	_ = s.process.Wait()
	_ = os.RemoveAll(s.dir)
}

// log is what the sidecar logged, the plugin's stderr included.
func (s *sidecar) log() string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return string(text)
}

// stats asks the sidecar what it holds.
func (s *sidecar) stats() stats {
	s.t.Helper()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", filepath.Join(s.sockets, statsSocket))
		},
	}}
	response, err := client.Get("http://sidecar/")
	must(s.t, err)
	defer response.Body.Close()
	var held stats
	must(s.t, json.NewDecoder(response.Body).Decode(&held))
	return held
}

// processes lists the processes that the sidecar started, zombies not counted.
func (s *sidecar) processes() []string {
	return processesOf(s.dir, s.process.Process.Pid)
}

// processesOf lists the processes whose environment names `dir`, without `but` and zombies.
func processesOf(dir string, but int) []string {
	var found []string
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, entry := range entries {
		if filepath.Base(entry) == fmt.Sprint(but) {
			continue
		}
		environment, _ := os.ReadFile(filepath.Join(entry, "environ"))
		stat, _ := os.ReadFile(filepath.Join(entry, "stat"))
		_, state, _ := strings.Cut(string(stat), ") ")
		if strings.Contains(string(environment), dir) && state != "" && !strings.HasPrefix(state, "Z") {
			found = append(found, string(stat))
		}
	}
	return found
}

// files lists what stands in the directories that requests write to.
func (s *sidecar) files() []string {
	var found []string
	for _, dir := range []string{"tmp", "work/" + common.DefaultCMPWorkDirName, "home"} {
		entries, err := os.ReadDir(filepath.Join(s.dir, dir))
		must(s.t, err)
		for _, entry := range entries {
			found = append(found, filepath.Join(dir, entry.Name()))
		}
	}
	return found
}

// assertNothingLeft waits until no process and no file of any request is left.
func (s *sidecar) assertNothingLeft(limit time.Duration) {
	s.t.Helper()
	end := time.Now().Add(limit)
	for {
		processes, files := s.processes(), s.files()
		if len(processes) == 0 && len(files) == 0 {
			return
		}
		if time.Now().After(end) {
			s.t.Errorf("left after %v: processes %q, files %q", limit, processes, files)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (s *sidecar) wait(what string, limit time.Duration, done func() bool) {
	s.t.Helper()
	for end := time.Now().Add(limit); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("%s; its log:\n%s", what, s.log())
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
