package argocd

import (
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

func valueFiles(names ...string) application {
	return application{helm: &source{ValueFiles: names}}
}

func optionalFiles(names ...string) application {
	return application{helm: &source{ValueFiles: names, IgnoreMissingValueFiles: true}}
}

func setFile(pairs ...string) application {
	helm := &source{}
	for i := 0; i < len(pairs); i += 2 {
		helm.FileParameters = append(helm.FileParameters, file{Name: pairs[i], Path: pairs[i+1]})
	}
	return application{helm: helm}
}

// The files that values come from.
func TestValueFiles(t *testing.T) {
	repository := files{
		"common.yaml":                "common: top\n",
		"envs/a.yaml":                "env: a\na: 1\n",
		"envs/b.yaml":                "env: b\nb: 1\n",
		"envs/deep/c.yaml":           "env: c\nc: 1\n",
		"envs/deep/er/d.yaml":        "env: d\nd: 1\n",
		"envs/web.yaml":              "env: web\n",
		"envs/empty.yaml":            "",
		"envs/comment.yaml":          "# only this\n",
		"envs/values.json":           `{"env": "json", "n": 1}`,
		"envs/broken.yaml":           "a: [\n",
		"envs/list.yaml":             "- a\n",
		"envs/with space.yaml":       "env: space\n",
		"envs/ümläut.yaml":           "env: umlaut\n",
		"envs/a,b.yaml":              "env: comma\n",
		"envs/link.yaml":             "link:b.yaml",
		"envs/link-to-link.yaml":     "link:link.yaml",
		"envs/chart-link.yaml":       "link:../apps/probe/x.yaml",
		"envs/dangling.yaml":         "link:nothing.yaml",
		"envs/template.yaml":         "text: '{{ .Release.Name }}'\n",
		defaultPath + "/x.yaml":      "env: x\nx: 1\n",
		defaultPath + "/y.yaml":      "env: y\ny: 1\n",
		defaultPath + "/z.yml":       "env: z\nz: 1\n",
		defaultPath + "/sub/x.yaml":  "env: sub-x\n",
		defaultPath + "/$dollar.yml": "env: dollar\n",
	}
	const missing = "no such file or directory"
	matrix := []matrixCase{
		{name: "one", application: valueFiles("x.yaml")},
		{name: "two", application: valueFiles("y.yaml", "x.yaml")},
		{name: "one twice", application: valueFiles("y.yaml", "x.yaml", "y.yaml")},
		{name: "one in two ways", application: valueFiles("x.yaml", "./sub/../x.yaml", "/apps/probe/x.yaml")},
		{name: "values.yaml itself", application: valueFiles("values.yaml")},
		{name: "in a folder", application: valueFiles("sub/x.yaml")},
		{name: "above", application: valueFiles(above("common.yaml"))},
		{name: "above, in a folder", application: valueFiles(above("envs/deep/c.yaml"))},
		{name: "of the root", application: valueFiles("/common.yaml")},
		{name: "of the root, in a folder", application: valueFiles("/envs/deep/c.yaml", "x.yaml")},
		{name: "of the root, not clean", application: valueFiles("//envs/./deep/../a.yaml")},
		// Argo CD's own Helm refuses it, though it is a file of the repository.
		{name: "of the root, climbing", application: valueFiles("/../common.yaml"), skipNative: true},
		{name: "empty", application: valueFiles("/envs/empty.yaml")},
		{name: "only a comment", application: valueFiles("/envs/comment.yaml")},
		{name: "JSON", application: valueFiles("/envs/values.json")},
		{name: "a space in its name", application: valueFiles("/envs/with space.yaml")},
		{name: "letters of all kinds in its name", application: valueFiles("/envs/ümläut.yaml")},
		{name: "a link", application: valueFiles("/envs/a.yaml", "/envs/link.yaml")},
		{name: "a link to a link", application: valueFiles("/envs/link-to-link.yaml")},
		{name: "a link and its target", application: valueFiles("/envs/b.yaml", "/envs/a.yaml", "/envs/link.yaml")},
		{name: "a link into the chart", application: valueFiles("/envs/chart-link.yaml")},
		{name: "a template in it", application: valueFiles("/envs/template.yaml")},
		{name: "a variable", application: application{name: "web", helm: &source{ValueFiles: []string{"/envs/$ARGOCD_APP_NAME.yaml"}}}},
		{name: "a variable in braces", application: application{name: "web", helm: &source{ValueFiles: []string{"/envs/${ARGOCD_APP_NAME}.yaml"}}}},

		{name: "glob", application: valueFiles("/envs/?.yaml")},
		{name: "glob, all", application: valueFiles("*.y*ml")},
		{name: "glob, a class", application: valueFiles("[xy].yaml")},
		{name: "glob, not a class", application: valueFiles("[!x].yaml")},
		{name: "glob, alternatives", application: valueFiles("/envs/{b,a}.y?ml")},
		{name: "glob, folders", application: valueFiles("/envs/deep/**/*.yaml")},
		{name: "glob, a folder", application: valueFiles("/*/deep/c.yaml")},
		{name: "glob, above", application: valueFiles(above("envs/[ab].yaml"))},
		{name: "glob, all above", application: valueFiles(above("com*"))},
		{name: "glob, then named", application: valueFiles("[xy].yaml", "x.yaml")},
		{name: "glob, named before", application: valueFiles("y.yaml", "?.yaml")},
		{name: "glob, then another", application: valueFiles("/envs/[ab].yaml", "/envs/[b].yaml", "x.*")},
		{name: "glob with a variable", application: application{name: "web", helm: &source{ValueFiles: []string{"/envs/$ARGOCD_APP_NAME*"}}}},
		{name: "glob, a link", application: valueFiles("/envs/link*.yaml")},
		{name: "glob, not closed", application: valueFiles("/envs/[a"), nativeFails: "glob", pluginFails: "glob"},
		{name: "glob, no match", application: valueFiles("none*.yaml"), nativeFails: "matched no files", pluginFails: "matches no file"},
		{name: "glob, no match, ignored", application: optionalFiles("none*.yaml", "x.yaml")},

		{name: "missing", application: valueFiles("none.yaml"), nativeFails: missing, pluginFails: "does not exist in the repository"},
		{name: "missing, of the root", application: valueFiles("/none.yaml"), nativeFails: missing, pluginFails: "does not exist in the repository"},
		{name: "missing, ignored", application: optionalFiles("none.yaml", "x.yaml", "/none/none.yaml")},
		{name: "missing, the folder is a file", application: valueFiles("x.yaml/y.yaml"), nativeFails: "not a directory", pluginFails: "x.yaml/y.yaml"},
		{name: "all missing, ignored", application: optionalFiles("none.yaml")},
		{name: "none missing, ignored", application: optionalFiles("y.yaml", "x.yaml")},
		{name: "a folder", application: valueFiles("sub"), nativeFails: "is a directory", pluginFails: "is not a file"},
		{name: "broken", application: valueFiles("/envs/broken.yaml"), nativeFails: "error converting YAML", pluginFails: "YAML"},
		{name: "a list in it", application: valueFiles("/envs/list.yaml"), nativeFails: "cannot unmarshal", pluginFails: "cannot unmarshal"},
		{name: "outside", application: valueFiles("../../../x.yaml"), nativeFails: "outside repository root", pluginFails: "outside of the repository"},
		{name: "outside, ignored", application: optionalFiles("../../../x.yaml"), nativeFails: "outside repository root", pluginFails: "outside of the repository"},
		{name: "outside by a glob", application: valueFiles("../../../*.yaml"), nativeFails: "outside repository root", pluginFails: "outside of the repository"},
		{name: "the root", application: valueFiles("/"), nativeFails: "failed to resolve path", pluginFails: "is not a file"},
		{name: "no name", application: valueFiles(""), nativeFails: "is a directory", pluginFails: "empty path"},
		{name: "a link to nothing", application: valueFiles("/envs/dangling.yaml"), nativeFails: missing, pluginFails: "does not exist in the repository"},
		{name: "a scheme that is not allowed", application: valueFiles("ftp://example.com/x.yaml"), nativeFails: "not allowed", pluginFails: "remote address"},
		// Argo CD's helm takes it as two files; both are looked for outside of what was checked. Ours takes it as it is.
		{name: "a comma in its name", application: valueFiles("/envs/a,b.yaml"), skipNative: true},
		// Only Argo CD's own Helm can have these.
		{name: "remote", application: valueFiles("https://example.com/x.yaml"), skipNative: true, pluginFails: "remote address"},
		{name: "of another source", application: application{
			helm: &source{ValueFiles: []string{"$values/x.yaml"}},
			refs: map[string]*v1alpha1.RefTarget{"$values": {Repo: v1alpha1.Repository{Repo: "https://git.example.com/other.git"}}},
		}, skipNative: true, pluginFails: "another source"},
	}
	for i := range matrix {
		matrix[i].files = repository
	}
	runMatrix(t, matrix)
}

// Parameters whose values are files.
func TestFileParameters(t *testing.T) {
	repository := files{
		"top.txt":                      "from the top\n",
		"certs/ca.pem":                 "-----BEGIN-----\nAAAA\n-----END-----\n",
		"certs/link.pem":               "link:ca.pem",
		"certs/a,b.txt":                "comma",
		"certs/with space.txt":         "space",
		defaultPath + "/files/a.txt":   "a, b: {c}\n",
		defaultPath + "/files/web.txt": "web",
		defaultPath + "/files/empty":   "",
		defaultPath + "/files/tpl.txt": "{{ .Release.Name }} $ARGOCD_APP_NAME",
	}
	matrix := []matrixCase{
		{name: "one", application: setFile("text", "files/a.txt")},
		{name: "two", application: setFile("text", "files/a.txt", "deep.key", "/certs/ca.pem")},
		{name: "above", application: setFile("text", above("top.txt"))},
		{name: "of the root", application: setFile("text", "/top.txt")},
		{name: "a link", application: setFile("text", "/certs/link.pem")},
		{name: "empty", application: setFile("text", "files/empty")},
		{name: "a space in its name", application: setFile("text", "/certs/with space.txt")},
		{name: "a template in it", application: setFile("text", "files/tpl.txt")},
		{name: "a variable", application: application{name: "web", helm: &source{FileParameters: []file{{Name: "text", Path: "files/$ARGOCD_APP_NAME.txt"}}}}},
		{name: "a key with dots", application: setFile(`labels.example\.com/x`, "files/a.txt")},
		{name: "an item", application: setFile("list[0]", "files/a.txt")},
		{name: "missing", application: setFile("text", "files/none"), nativeFails: "no such file or directory", pluginFails: "does not exist in the repository"},
		{name: "missing although values files may be", application: application{helm: &source{
			IgnoreMissingValueFiles: true, FileParameters: []file{{Name: "text", Path: "none"}},
		}}, nativeFails: "no such file or directory", pluginFails: "does not exist in the repository"},
		{name: "a folder", application: setFile("text", "files"), nativeFails: "is a directory", pluginFails: "is not a file"},
		{name: "outside", application: setFile("text", "../../../etc/passwd"), nativeFails: "outside repository root", pluginFails: "outside of the repository"},
		{name: "a comma in its name", application: setFile("text", "/certs/a,b.txt"), skipNative: true},
		{name: "a second file behind a comma", application: setFile("text", "files/a.txt,x=/etc/passwd"), skipNative: true, pluginFails: "does not exist in the repository"},
		{name: "a second file in the name", application: setFile("x=/etc/passwd,text", "files/a.txt"), skipNative: true, pluginFails: "the file parameter"},
		{name: "remote", application: setFile("text", "https://example.com/x"), skipNative: true, pluginFails: "remote address"},
	}
	for i := range matrix {
		matrix[i].files = repository
	}
	runMatrix(t, matrix)
}
