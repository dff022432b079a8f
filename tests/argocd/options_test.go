package argocd

import (
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"
)

type (
	source    = v1alpha1.ApplicationSourceHelm
	parameter = v1alpha1.HelmParameter
	file      = v1alpha1.HelmFileParameter
)

func set(pairs ...string) *source {
	helm := &source{}
	for i := 0; i < len(pairs); i += 2 {
		helm.Parameters = append(helm.Parameters, parameter{Name: pairs[i], Value: pairs[i+1]})
	}
	return helm
}

func setString(pairs ...string) *source {
	helm := set(pairs...)
	for i := range helm.Parameters {
		helm.Parameters[i].ForceString = true
	}
	return helm
}

func object(json string) *source {
	return &source{ValuesObject: &runtime.RawExtension{Raw: []byte(json)}}
}

// Each option of `source.helm` that is no list of files.
func TestOptions(t *testing.T) {
	app := func(helm *source) application { return application{helm: helm, namespace: "prod"} }
	cluster := []string{"v1", "apps/v1", "apps/v1/Deployment", "example.com/v1", "example.com/v1/Widget"}
	matrix := []matrixCase{
		{name: "nothing", application: application{}},
		{name: "no options", application: app(nil)},

		{name: "application", application: application{name: "other-app", namespace: "prod"}},
		{name: "application in any namespace", application: application{name: "team-a_web", namespace: "prod"}},
		{name: "application with two underscores", application: application{name: "team-a_web_x"}, nativeFails: "release name", pluginFails: "release name"},
		{name: "application with two underscores and a releaseName", application: application{name: "team-a_web_x", helm: &source{ReleaseName: "web"}}},
		{name: "project", application: application{project: "team-a", namespace: "prod"}},
		{name: "destination without namespace", application: application{namespace: ""}},

		{name: "releaseName", application: app(&source{ReleaseName: "my-release"})},
		{name: "releaseName in any namespace", application: application{name: "team-a_web", helm: &source{ReleaseName: "r"}}},
		{name: "releaseName with a dot", application: app(&source{ReleaseName: "a.b"})},
		{name: "releaseName of 53 characters", application: app(&source{ReleaseName: strings.Repeat("a", 53)})},
		{name: "releaseName of 54 characters", application: app(&source{ReleaseName: strings.Repeat("a", 54)}), nativeFails: "release name", pluginFails: "release name"},
		{name: "releaseName in capitals", application: app(&source{ReleaseName: "Web"}), nativeFails: "release name", pluginFails: "release name"},
		{name: "releaseName like a flag", application: app(&source{ReleaseName: "-x"}), nativeFails: "release name", pluginFails: "release name"},
		{name: "releaseName with a variable", application: app(&source{ReleaseName: "$ARGOCD_APP_NAME"}), nativeFails: "release name", pluginFails: "release name"},
		// Helm evaluates it with random functions at hand.
		{name: "releaseName is a template", application: app(&source{ReleaseName: `{{ "x" }}`}), skipNative: true, pluginFails: "release"},

		{name: "namespace", application: app(&source{Namespace: "elsewhere"})},
		{name: "namespace without destination", application: application{helm: &source{Namespace: "elsewhere"}}},
		{name: "namespace with a variable", application: app(&source{Namespace: "$ARGOCD_APP_NAME"})},

		{name: "kubeVersion", application: app(&source{KubeVersion: "1.29.3"})},
		{name: "kubeVersion with v", application: app(&source{KubeVersion: "v1.30"})},
		{name: "kubeVersion of a provider", application: app(&source{KubeVersion: "v1.31.4-eks-2d5f260"})},
		{name: "kubeVersion with a plus", application: app(&source{KubeVersion: "1.32.1+k3s1"})},
		{name: "kubeVersion is none", application: app(&source{KubeVersion: "latest"}), nativeFails: "could not parse", pluginFails: "Kubernetes version"},
		{name: "kubeVersion with one number", application: app(&source{KubeVersion: "1"}), nativeFails: "could not parse", pluginFails: "Kubernetes version"},
		{name: "cluster's version", application: application{kubeVersion: "1.27"}},
		{name: "cluster's version of a provider", application: application{kubeVersion: "v1.28.9-gke.1289000"}},

		{name: "cluster's apiVersions", application: application{apiVersions: cluster}},
		{name: "apiVersions", application: app(&source{APIVersions: []string{"example.com/v1", "other.example.com/v2"}})},
		{name: "apiVersions over the cluster's", application: application{apiVersions: cluster, helm: &source{APIVersions: []string{"other.example.com/v2"}}}},

		{name: "parameter", application: app(set("image.tag", "2.0"))},
		{name: "parameters", application: app(set("image.tag", "v2", "image.repository", "r/x", "replicas", "3", "new.deep.key", "x"))},
		{name: "parameter, a number", application: app(set("replicas", "5"))},
		{name: "parameter, a large number", application: app(set("n", "123456789012345"))},
		{name: "parameter, a number with zeros", application: app(set("n", "0123"))},
		{name: "parameter, a number with a point", application: app(set("n", "1.50"))},
		{name: "parameter, true", application: app(set("flag", "true"))},
		{name: "parameter, null", application: app(set("text", "null"))},
		{name: "parameter, empty", application: app(set("text", ""))},
		{name: "parameter, a list", application: app(set("list", "{a,b,c}"))},
		{name: "parameter, an empty list", application: app(set("list", "{}"))},
		{name: "parameter, an open list", application: app(set("text", "{a,b")), nativeFails: "list must terminate", pluginFails: "list must terminate"},
		{name: "parameter, an item", application: app(set("list[0]", "first"))},
		{name: "parameter, an item behind the end", application: app(set("list[3]", "fourth"))},
		{name: "parameter, an item's field", application: app(set("items[0].name", "x", "items[1].name", "y"))},
		{name: "parameter, a key with dots", application: app(set(`labels.example\.com/role`, "db"))},
		{name: "parameter, commas", application: app(set("text", "a,b,c"))},
		{name: "parameter, escaped commas", application: app(set("text", `a\,b,c`))},
		{name: "parameter, commas at the ends", application: app(set("text", ",a,"))},
		{name: "parameter, a pair behind a comma", application: app(set("text", "a,replicas=7"))},
		{name: "parameter, equals signs", application: app(set("text", "a=b=c"))},
		{name: "parameter, spaces and quotes", application: app(set("text", ` "a" 'b' `))},
		{name: "parameter, lines", application: app(set("text", "one\ntwo\n"))},
		{name: "parameter, letters of all kinds", application: app(set("text", "äöü ☺ 日本"))},
		{name: "parameter, like a flag", application: app(set("text", "--dry-run"))},
		{name: "parameter, backslashes", application: app(set("text", `a\\b\n`))},
		{name: "parameter, braces", application: app(set("text", "{{ .Release.Name }}")), nativeFails: "has no value", pluginFails: "has no value"},
		{name: "parameter, braces in a text", application: app(set("text", "x {{ .Release.Name }}"))},
		{name: "parameter, a bad key", application: app(set("list[x]", "1")), nativeFails: "failed parsing --set", pluginFails: "failed parsing --set"},
		{name: "parameter, a map where a text is", application: app(set("image.tag.x", "1"))},
		{name: "parameter, $ARGOCD_APP_NAME", application: application{name: "team-a_web", helm: set("text", "x-$ARGOCD_APP_NAME-y")}},
		{name: "parameter, ${…}", application: application{name: "web", namespace: "prod", helm: set("text", "${ARGOCD_APP_NAMESPACE}/${ARGOCD_APP_PROJECT_NAME}")}},
		{name: "parameter, revisions", application: app(set("text", "$ARGOCD_APP_REVISION $ARGOCD_APP_REVISION_SHORT $ARGOCD_APP_REVISION_SHORT_8"))},
		{name: "parameter, source", application: app(set("text", "$ARGOCD_APP_SOURCE_REPO_URL $ARGOCD_APP_SOURCE_PATH $ARGOCD_APP_SOURCE_TARGET_REVISION"))},
		{name: "parameter, unknown variables", application: app(set("text", "a$NOTHING-${HOME}b"))},
		{name: "parameter, dollars", application: app(set("text", "a$$b $ c$"))},
		{name: "parameter, the cluster's version", application: app(set("text", "<$KUBE_VERSION>"))},
		{name: "parameter, the cluster's apiVersions", application: application{apiVersions: cluster, helm: set("text", "<$KUBE_API_VERSIONS>")}},
		{name: "parameter, a variable of the plugin", application: application{helm: set("text", "<$ARGOCD_ENV_X>"), env: v1alpha1.Env{{Name: "X", Value: "y"}}}},

		{name: "forceString", application: app(setString("text", "123"))},
		{name: "forceString, true", application: app(setString("flag", "true"))},
		{name: "forceString, null", application: app(setString("text", "null"))},
		{name: "forceString, zeros", application: app(setString("text", "007"))},
		{name: "forceString, commas", application: app(setString("text", "1,2"))},
		{name: "forceString, a list", application: app(setString("list", "{1,2}"))},
		{name: "forceString, a variable", application: app(setString("text", "$ARGOCD_APP_NAME"))},
		{name: "forceString over a parameter", application: app(&source{Parameters: []parameter{{Name: "text", Value: "1"}, {Name: "text", Value: "2", ForceString: true}}})},
		{name: "forceString and a parameter", application: app(&source{Parameters: []parameter{{Name: "a", Value: "1"}, {Name: "b", Value: "1", ForceString: true}}})},
		{name: "parameter twice", application: app(set("text", "a", "text", "b"))},

		{name: "values", application: app(&source{Values: "replicas: 4\nimage:\n  tag: \"9\"\n"})},
		{name: "values, a comment", application: app(&source{Values: "# nothing\n"})},
		{name: "values, an empty map", application: app(&source{Values: "{}"})},
		{name: "values, null", application: app(&source{Values: "list: null\ntext: ~\n"})},
		{name: "values, no variable", application: app(&source{Values: "text: $ARGOCD_APP_NAME ${KUBE_VERSION} $$\n"})},
		{name: "values, anchors", application: app(&source{Values: "a: &x {k: v}\nb: *x\nc:\n  <<: *x\n  m: n\n"})},
		{name: "values, blocks", application: app(&source{Values: "text: |\n  one\n  two\nfolded: >-\n  a\n  b\n"})},
		{name: "values, types", application: app(&source{Values: "a: 1\nb: 1.0\nc: \"1\"\nd: yes\ne: 0x10\nf: 1e3\ng: 2024-01-01\nh: 012\n"})},
		{name: "values, a template", application: app(&source{Values: "text: '{{ .Release.Name }}'\n"})},
		{name: "values, JSON", application: app(&source{Values: `{"replicas": 2, "list": [1, "2"]}`})},
		{name: "values of 60 KB", application: app(&source{Values: "text: " + strings.Repeat("x", 60_000) + "\n"})},
		// All parameters are one variable, and Linux takes 128 KiB for one: the plugin is not even started.
		{name: "values of 200 KB", application: app(&source{Values: "text: " + strings.Repeat("x", 200_000) + "\n"}), pluginFails: "argument list too long"},
		{name: "values, a list", application: app(&source{Values: "- a\n"}), nativeFails: "cannot unmarshal", pluginFails: "values"},
		{name: "values, no YAML", application: app(&source{Values: "a: [\n"}), nativeFails: "error converting YAML", pluginFails: "values"},
		{name: "values, no YAML at a depth", application: app(&source{Values: "a:\n  b: c\n d: e\n"}), nativeFails: "error converting YAML", pluginFails: "values"},

		{name: "valuesObject", application: app(object(`{"replicas": 6, "image": {"tag": "x"}, "list": []}`))},
		{name: "valuesObject, null", application: app(object(`{"text": null}`))},
		{name: "valuesObject, numbers", application: app(object(`{"n": 12345678, "big": 123456789012, "f": 1.5, "s": "1.50"}`))},
		{name: "valuesObject, empty", application: app(object(`{}`))},
		{name: "valuesObject over values", application: app(&source{Values: "text: v\nreplicas: 2\n", ValuesObject: object(`{"text": "o"}`).ValuesObject})},
		{name: "valuesObject, letters of all kinds", application: app(object(`{"text": "ä☺\n\"<&>"}`))},

		{name: "skipCrds", application: app(&source{SkipCrds: true})},
		{name: "skipTests", application: app(&source{SkipTests: true})},
		{name: "schema", application: app(set("strict", "1"))},
		{name: "schema, violated", application: app(set("strict", "0")), nativeFails: "strict", pluginFails: "strict"},
		{name: "schema, violated by a type", application: app(setString("strict", "1")), nativeFails: "strict", pluginFails: "strict"},
		{name: "skipSchemaValidation", application: app(&source{Parameters: set("strict", "0").Parameters, SkipSchemaValidation: true})},
		{name: "all that is skipped", application: app(&source{SkipCrds: true, SkipTests: true, SkipSchemaValidation: true})},
		// Argo CD takes these and does nothing with them for a local chart; the plugin has no such parameters.
		{name: "version", application: app(&source{Version: "v3"})},
		{name: "passCredentials", application: app(&source{PassCredentials: true})},

		{name: "everything", application: application{
			name: "team-a_web", project: "team-a", namespace: "prod", apiVersions: cluster, kubeVersion: "v1.32.0",
			helm: &source{
				ReleaseName: "all", Namespace: "elsewhere", KubeVersion: "1.30.1", APIVersions: []string{"example.com/v1"},
				Values: "replicas: 8\nfrom: values\n", ValueFiles: []string{"more.yaml", "/common.yaml"},
				Parameters:     append(set("image.tag", "$ARGOCD_APP_NAME").Parameters, setString("text", "1").Parameters...),
				FileParameters: []file{{Name: "note", Path: "files/note.txt"}},
				SkipCrds:       true, SkipTests: true, IgnoreMissingValueFiles: true,
			},
		}, files: files{"common.yaml": "from: common\ncommon: yes\n", defaultPath + "/more.yaml": "from: more\nmore: yes\n"}},
	}
	runMatrix(t, matrix)
}

// What wins over what.
func TestPrecedence(t *testing.T) {
	repository := files{
		defaultPath + "/a.yaml": "text: a\n",
		defaultPath + "/b.yaml": "text: b\n",
		defaultPath + "/f.txt":  "file",
	}
	helm := func(values string, files []string, parameters []parameter, setFile []file) application {
		return application{helm: &source{Values: values, ValueFiles: files, Parameters: parameters, FileParameters: setFile}}
	}
	ab := []string{"a.yaml", "b.yaml"}
	plain, forced := set("text", "1").Parameters, setString("text", "2").Parameters
	setFile := []file{{Name: "text", Path: "f.txt"}}
	runMatrix(t, []matrixCase{
		{name: "chart", files: repository, application: helm("", nil, nil, nil)},
		{name: "file", files: repository, application: helm("", []string{"a.yaml"}, nil, nil)},
		{name: "later file", files: repository, application: helm("", ab, nil, nil)},
		{name: "later file, the other way round", files: repository, application: helm("", []string{"b.yaml", "a.yaml"}, nil, nil)},
		{name: "values", files: repository, application: helm("text: inline\n", ab, nil, nil)},
		{name: "parameter", files: repository, application: helm("text: inline\n", ab, plain, nil)},
		{name: "forced parameter", files: repository, application: helm("text: inline\n", ab, append(plain[:1:1], forced...), nil)},
		{name: "file parameter", files: repository, application: helm("text: inline\n", ab, append(plain[:1:1], forced...), setFile)},
	})
}
