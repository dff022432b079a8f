package argocd

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	application_ "github.com/argoproj/argo-cd/v3/pkg/apiclient/application"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/cache"
	"github.com/argoproj/argo-cd/v3/reposerver/metrics"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	cacheutil "github.com/argoproj/argo-cd/v3/util/cache"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/manifeststream"
	"google.golang.org/grpc"
	"k8s.io/apimachinery/pkg/api/resource"
)

// startService is the whole repo-server but for its socket: it clones, keeps charts and caches.
func startService(t *testing.T) *repository.Service {
	t.Helper()
	memory := cacheutil.NewCache(cacheutil.NewInMemoryCache(time.Hour))
	service := repository.NewService(metrics.NewMetricsServer(), cache.NewCache(memory, time.Hour, time.Hour, time.Minute),
		repository.RepoServerInitConstants{
			MaxCombinedDirectoryManifestsSize: resource.MustParse("10M"),
			HelmManifestMaxExtractedSize:      1 << 30,
			HelmRegistryMaxIndexSize:          1 << 30,
			StreamedManifestMaxExtractedSize:  1 << 30,
			StreamedManifestMaxTarSize:        1 << 30,
		}, git.NoopCredsStore{}, filepath.Join(newDir(t), "root"))
	must(t, service.Init())
	return service
}

// useTools puts helm and git on PATH, and the script of Argo CD's image that tells who signed a commit: nobody did.
func useTools(t *testing.T, h helm) {
	t.Helper()
	dir := newDir(t)
	must(t, os.WriteFile(filepath.Join(dir, "git-verify-wrapper.sh"), []byte("#!/bin/sh\n"), 0o755))
	t.Setenv("PATH", dir+":"+h.dir+":/usr/local/bin:/usr/bin:/bin")
	t.Setenv("HOME", dir)
}

// commit makes a Git repository of the files and returns its address.
func commit(t *testing.T, content files) string {
	t.Helper()
	dir := content.write(t)
	for _, arguments := range [][]string{
		{"init", "--quiet", "--initial-branch=main"}, {"add", "--all"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message=all"},
	} {
		cmd := exec.Command("git", arguments...)
		cmd.Dir = dir
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", arguments, err, output)
		}
	}
	return "file://" + dir
}

// Applications by way of the whole repo-server: a Git repository that it clones, a chart that it fetches.
func TestService(t *testing.T) {
	h := helms(t)[0]
	useTools(t, h)
	s := startSidecar(t, h.dir)
	service := startService(t)
	probe, generated := readFiles(t, "testdata/probe"), readFiles(t, "testdata/generated")
	random := probe.with("templates", generated)

	repo := commit(t, files{"common.yaml": "common: yes\n"}.with("apps/plain", probe).with("apps/random", random))
	charts := chartRepository(t, map[string]files{"plain": probe, "random": random})
	options := &source{ValueFiles: []string{"/common.yaml"}, Parameters: set("image.tag", "$ARGOCD_APP_REVISION_SHORT").Parameters}

	generate := func(t *testing.T, app application, url, kind string, of *v1alpha1.ApplicationSource) []string {
		t.Helper()
		q := app.request(of)
		q.Repo = &v1alpha1.Repository{Repo: url, Type: kind}
		q.ApplicationSource.RepoURL, q.NoCache = url, true
		response, err := service.GenerateManifest(context.Background(), q)
		must(t, err)
		return response.Manifests
	}
	for _, c := range []struct {
		name, url, kind string
		application
		random bool
	}{
		{"Git", repo, "git", application{path: "apps/plain", helm: options}, false},
		{"Git, generated", repo, "git", application{path: "apps/random", helm: options}, true},
		{"Git, any namespace", repo, "git", application{name: "team-a_web", path: "apps/random", helm: options}, true},
		{"chart", charts, "helm", application{chart: "plain", helm: set("text", "x")}, false},
		{"chart, generated", charts, "helm", application{chart: "random", helm: set("text", "x")}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cases.Add(1)
			native := func() []string {
				return generate(t, c.application, c.url, c.kind, &v1alpha1.ApplicationSource{Helm: c.helm.DeepCopy()})
			}
			plugin := func() []string { return generate(t, c.application, c.url, c.kind, c.pluginSource()) }
			first := plugin()
			assertSame(t, first, plugin())
			if c.random {
				assertPinned(t, native, first)
			} else {
				assertEqual(t, native(), first)
			}
		})
	}
	s.assertNothingLeft(argoWaits)
}

// Argo CD's UI shows the parameters that plugin.yaml announces: each that the plugin has, and no other.
func TestAnnouncements(t *testing.T) {
	h := helms(t)[0]
	useTools(t, h)
	s := startSidecar(t, h.dir)
	service := startService(t)
	repo := commit(t, files{}.with("chart", readFiles(t, "testdata/probe")))
	details, err := service.GetAppDetails(context.Background(), &apiclient.RepoServerAppDetailsQuery{
		Repo: &v1alpha1.Repository{Repo: repo, Type: "git"}, AppName: "web", NoCache: true,
		Source: &v1alpha1.ApplicationSource{
			RepoURL: repo, Path: "chart", TargetRevision: "main", Plugin: &v1alpha1.ApplicationSourcePlugin{Name: pluginName},
		},
	})
	must(t, err)
	announced := map[string]string{}
	for _, each := range details.Plugin.ParametersAnnouncement {
		announced[each.Name] = or(each.CollectionType, "string")
	}
	everything := source{
		ReleaseName: "r", Namespace: "n", KubeVersion: "1.33", APIVersions: []string{"v1"}, ValueFiles: []string{"x"}, Values: "a: 1",
		Parameters:     append(set("a", "b").Parameters, setString("c", "d").Parameters...),
		FileParameters: []file{{Name: "e", Path: "f"}}, SkipCrds: true, SkipTests: true, SkipSchemaValidation: true, IgnoreMissingValueFiles: true,
	}
	for _, parameter := range parametersOf(&everything) {
		kind := "string"
		switch {
		case parameter.OptionalMap != nil:
			kind = "map"
		case parameter.OptionalArray != nil:
			kind = "array"
		}
		if announced[parameter.Name] != kind {
			t.Errorf("%s is announced as %q, want %q", parameter.Name, announced[parameter.Name], kind)
		}
	}
	s.assertNothingLeft(argoWaits)
}

// What `argocd app diff --local --server-side-generate` sends is rendered under the revision `streamed`: only if the admin
// allows it, since whoever may read an Application could learn its values so.
func TestStreamedFiles(t *testing.T) {
	h := helms(t)[0]
	useTools(t, h)
	service := startService(t)
	dir := files{}.with(defaultPath, readFiles(t, "testdata/probe")).write(t)
	app := application{path: defaultPath, helm: set("text", "<$ARGOCD_APP_REVISION>")}
	render := func() (*fileStream, error) {
		stream := &fileStream{}
		must(t, manifeststream.SendApplicationManifestQueryWithFiles(context.Background(), stream, "web", "argocd", dir, nil))
		query, err := manifeststream.ReceiveApplicationManifestQueryWithFiles(stream)
		must(t, err)
		must(t, manifeststream.SendRepoStream(stream.toRepoServer(), stream, app.request(app.pluginSource()), *query.Checksum))
		return stream, service.GenerateManifestWithFiles(stream.toRepoServer())
	}
	t.Run("refused", func(t *testing.T) {
		s := startSidecar(t, h.dir)
		if _, err := render(); err == nil || !strings.Contains(err.Error(), "PIN_ALLOW_LOCAL") {
			t.Errorf("local files are not refused: %v", err)
		}
		s.assertNothingLeft(argoWaits)
	})
	t.Run("allowed", func(t *testing.T) {
		s := startSidecar(t, h.dir, "PIN_ALLOW_LOCAL=true")
		stream, err := render()
		must(t, err)
		if text := strings.Join(stream.response.Manifests, "\n"); !strings.Contains(text, "<streamed>") && !strings.Contains(text, `u003cstreamed`) {
			t.Errorf("the revision is not the word that it was: %s", text)
		}
		s.assertNothingLeft(argoWaits)
	})
}

// fileStream carries what the CLI sends to the API server, and what that sends to the repo-server.
type fileStream struct {
	fromCLI  []*application_.ApplicationManifestQueryWithFilesWrapper
	repo     repoStream
	response *apiclient.ManifestResponse
}

func (s *fileStream) Send(message *application_.ApplicationManifestQueryWithFilesWrapper) error {
	if chunk := message.GetChunk(); chunk != nil {
		// The sender uses its buffer again.
		chunk.Chunk = append([]byte(nil), chunk.Chunk...)
	}
	s.fromCLI = append(s.fromCLI, message)
	return nil
}

func (s *fileStream) Recv() (*application_.ApplicationManifestQueryWithFilesWrapper, error) {
	if len(s.fromCLI) == 0 {
		return nil, io.EOF
	}
	message := s.fromCLI[0]
	s.fromCLI = s.fromCLI[1:]
	return message, nil
}

func (s *fileStream) toRepoServer() *repoStream {
	s.repo.response = &s.response
	return &s.repo
}

type repoStream struct {
	grpc.ServerStream
	messages []*apiclient.ManifestRequestWithFiles
	response **apiclient.ManifestResponse
}

func (s *repoStream) Context() context.Context { return context.Background() }

func (s *repoStream) Send(message *apiclient.ManifestRequestWithFiles) error {
	s.messages = append(s.messages, message)
	return nil
}

func (s *repoStream) Recv() (*apiclient.ManifestRequestWithFiles, error) {
	if len(s.messages) == 0 {
		return nil, io.EOF
	}
	message := s.messages[0]
	s.messages = s.messages[1:]
	return message, nil
}

func (s *repoStream) SendAndClose(response *apiclient.ManifestResponse) error {
	*s.response = response
	return nil
}

// chartRepository serves charts as version 1.2.3 and returns the repository's address.
func chartRepository(t *testing.T, charts map[string]files) string {
	t.Helper()
	packed := map[string]string{}
	index := "apiVersion: v1\nentries:\n"
	for name, chart := range charts {
		chart = chart.with("", files{"Chart.yaml": strings.Replace(chart["Chart.yaml"], "name: probe", "name: "+name, 1)})
		packed[fmt.Sprintf("/%s-1.2.3.tgz", name)] = archive(t, chart, name)
		digest := sha256.Sum256([]byte(packed[fmt.Sprintf("/%s-1.2.3.tgz", name)]))
		index += fmt.Sprintf("  %s:\n    - {apiVersion: v2, name: %s, version: 1.2.3, digest: %x, urls: [%s-1.2.3.tgz]}\n", name, name, digest, name)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/index.yaml" {
			_, _ = io.WriteString(w, index)
			return
		}
		content, found := packed[r.URL.Path]
		if !found {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, content)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
