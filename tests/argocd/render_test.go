package argocd

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/git"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

const pluginName = "argocd-pin-plugin"

// application is what an Application says, and what Argo CD knows besides.
type application struct {
	// name is `app`, or `namespace_app` for one outside of Argo CD's namespace.
	name      string
	project   string
	namespace string
	// path is the chart's folder in the repository.
	path string
	// chart is set for a chart of a Helm repository: the "repository" is then the chart.
	chart string
	// helm is `source.helm`; the plugin gets the same options as its parameters.
	helm *v1alpha1.ApplicationSourceHelm
	// parameters are sent to the plugin besides those of `helm`.
	parameters v1alpha1.ApplicationSourcePluginParameters
	// env is `source.plugin.env`.
	env v1alpha1.Env
	// refs are the other sources that `$name/…` means.
	refs map[string]*v1alpha1.RefTarget
	// generatePaths is the annotation argocd.argoproj.io/manifest-generate-paths; onlyPaths is the repo-server's
	// --plugin-use-manifest-generate-paths.
	generatePaths string
	onlyPaths     bool

	kubeVersion string
	apiVersions []string
}

// request is what the application controller asks the repo-server for.
func (a application) request(source *v1alpha1.ApplicationSource) *apiclient.ManifestRequest {
	source.RepoURL = "https://git.example.com/team/charts.git"
	source.TargetRevision = "main"
	source.Path = a.path
	if a.chart != "" {
		source.RepoURL, source.Chart, source.Path, source.TargetRevision = "https://charts.example.com", a.chart, "", "1.2.3"
	}
	return &apiclient.ManifestRequest{
		Repo:                            &v1alpha1.Repository{Repo: source.RepoURL},
		Revision:                        source.TargetRevision,
		AppLabelKey:                     common.LabelKeyAppInstance,
		TrackingMethod:                  string(v1alpha1.TrackingMethodAnnotation),
		InstallationID:                  "test",
		AppName:                         or(a.name, "web"),
		Namespace:                       a.namespace,
		ProjectName:                     or(a.project, "default"),
		ApplicationSource:               source,
		KubeVersion:                     or(a.kubeVersion, "1.33"),
		ApiVersions:                     a.apiVersions,
		RefSources:                      a.refs,
		HelmOptions:                     &v1alpha1.HelmOptions{ValuesFileSchemes: []string{"http", "https"}},
		AnnotationManifestGeneratePaths: a.generatePaths,
	}
}

// pluginSource is the same source after `helm:` was changed to `plugin:`.
func (a application) pluginSource() *v1alpha1.ApplicationSource {
	return &v1alpha1.ApplicationSource{Plugin: &v1alpha1.ApplicationSourcePlugin{
		Name:       pluginName,
		Env:        a.env,
		Parameters: append(parametersOf(a.helm), a.parameters...),
	}}
}

// native renders the Application of the repository in `repo` with Argo CD's own Helm.
func (a application) native(repo string) ([]string, error) {
	helm := a.helm
	if helm == nil {
		helm = &v1alpha1.ApplicationSourceHelm{}
	}
	return a.generate(context.Background(), repo, &v1alpha1.ApplicationSource{Helm: helm.DeepCopy()})
}

// plugin renders it with the plugin.
func (a application) plugin(ctx context.Context, repo string) ([]string, error) {
	return a.generate(ctx, repo, a.pluginSource())
}

func (a application) generate(ctx context.Context, repo string, source *v1alpha1.ApplicationSource) ([]string, error) {
	q := a.request(source)
	path := filepath.Join(repo, source.Path)
	const revision = "0123456789abcdef0123456789abcdef01234567"
	response, err := repository.GenerateManifests(ctx, path, repo, revision, q, false, git.NoopCredsStore{},
		resource.MustParse("0"), nil, repository.WithCMPUseManifestGeneratePaths(a.onlyPaths))
	if err != nil {
		return nil, err
	}
	return response.Manifests, nil
}

// parametersOf is the table of docs: which parameter of the plugin an option of `source.helm` becomes.
func parametersOf(helm *v1alpha1.ApplicationSourceHelm) v1alpha1.ApplicationSourcePluginParameters {
	var out v1alpha1.ApplicationSourcePluginParameters
	if helm == nil {
		return out
	}
	text := func(name, value string) {
		if value != "" {
			out = append(out, v1alpha1.ApplicationSourcePluginParameter{Name: name, String_: &value})
		}
	}
	list := func(name string, items []string) {
		if len(items) > 0 {
			array := &v1alpha1.OptionalArray{Array: items}
			out = append(out, v1alpha1.ApplicationSourcePluginParameter{Name: name, OptionalArray: array})
		}
	}
	pairs := func(name string, items map[string]string) {
		if len(items) > 0 {
			mapped := &v1alpha1.OptionalMap{Map: items}
			out = append(out, v1alpha1.ApplicationSourcePluginParameter{Name: name, OptionalMap: mapped})
		}
	}
	flag := func(name string, on bool) {
		if on {
			text(name, "true")
		}
	}
	set, setString, setFile := map[string]string{}, map[string]string{}, map[string]string{}
	for _, parameter := range helm.Parameters {
		if parameter.ForceString {
			setString[parameter.Name] = parameter.Value
		} else {
			set[parameter.Name] = parameter.Value
		}
	}
	for _, parameter := range helm.FileParameters {
		setFile[parameter.Name] = parameter.Path
	}
	text("release-name", helm.ReleaseName)
	text("namespace", helm.Namespace)
	text("kube-version", helm.KubeVersion)
	list("api-versions", helm.APIVersions)
	list("values-files", helm.ValueFiles)
	if !helm.ValuesIsEmpty() {
		text("values", string(helm.ValuesYAML()))
	}
	pairs("helm-parameters", set)
	pairs("helm-string-parameters", setString)
	pairs("file-parameters", setFile)
	flag("skip-crds", helm.SkipCrds)
	flag("skip-tests", helm.SkipTests)
	flag("skip-schema-validation", helm.SkipSchemaValidation)
	flag("ignore-missing-value-files", helm.IgnoreMissingValueFiles)
	return out
}

// parameters reads parameters as an Application writes them.
func parameters(t *testing.T, text string) v1alpha1.ApplicationSourcePluginParameters {
	t.Helper()
	var out v1alpha1.ApplicationSourcePluginParameters
	data, err := yaml.YAMLToJSON([]byte(text))
	must(t, err)
	must(t, json.Unmarshal(data, &out))
	return out
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// files are the files of a repository: path to content; a content that begins with `link:` makes a symbolic link.
type files map[string]string

// write makes them in a new directory.
func (f files) write(t *testing.T) string {
	t.Helper()
	return f.writeTo(t, newDir(t))
}

// writeTo makes them in `dir`, and returns it.
func (f files) writeTo(t *testing.T, dir string) string {
	t.Helper()
	for name, content := range f {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if target, found := strings.CutPrefix(content, "link:"); found {
			must(t, os.Symlink(target, path))
			continue
		}
		must(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return dir
}

// with returns a copy with more files, which stand below `folder`; one with the content `deleted` is left out.
func (f files) with(folder string, more files) files {
	out := files{}
	for name, content := range f {
		out[name] = content
	}
	for name, content := range more {
		name = filepath.Join(folder, name)
		if content == deleted {
			delete(out, name)
			continue
		}
		out[name] = content
	}
	return out
}

const deleted = "\x00deleted"

// readFiles reads a directory of the project.
func readFiles(t *testing.T, dir string) files {
	t.Helper()
	out := files{}
	must(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		out[name] = string(data)
		return err
	}))
	return out
}

// newDir makes a directory whose path, unlike that of t.TempDir, does not hold the test's name: helm splits paths at
// commas.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pin-e2e-")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
