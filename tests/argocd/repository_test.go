package argocd

import (
	"testing"
)

// Where the chart and its files stand in the repository, and how much of it is sent to the plugin.
func TestRepositoryShapes(t *testing.T) {
	common := files{"common.yaml": "common: top\n", "envs/prod/values.yaml": "env: prod\n", "apps/shared.yaml": "shared: yes\n"}
	helm := &source{ValueFiles: []string{"/common.yaml", "/envs/prod/values.yaml"}}
	relative := &source{ValueFiles: []string{above("common.yaml"), "../shared.yaml"}}
	at := func(path string) application { return application{path: path, helm: helm} }
	sent := func(helm *source, annotation string) application {
		return application{helm: helm, generatePaths: annotation, onlyPaths: true}
	}
	const notSent = "outside of the part of the repository that Argo CD handed over"
	const outside = "outside of the"
	runMatrix(t, []matrixCase{
		{name: "root", files: common, application: at(".")},
		{name: "one folder", files: common, application: at("chart")},
		{name: "six folders", files: common, application: at("a/b/c/d/e/f")},
		{name: "a space in its path", files: common, application: at("my apps/a chart")},
		{name: "letters of all kinds in its path", files: common, application: at("äpps/日本")},
		{name: "a comma in its path", files: common, application: application{path: "apps/a,b", helm: set("text", "x")}},
		{name: "a hidden folder", files: common, application: at(".hidden/chart")},
		{name: "a path that is not clean", files: common, application: at("./apps//probe/")},
		{name: "relative, all is sent", files: common, application: application{helm: relative}},

		{name: "chart of a Helm repository", application: application{chart: "probe", namespace: "prod"}},
		{name: "chart of a Helm repository, options", application: application{chart: "probe", name: "team-a_web", helm: set("text", "$ARGOCD_APP_SOURCE_PATH-$ARGOCD_APP_SOURCE_TARGET_REVISION")}},
		{name: "chart of a Helm repository, its files", files: files{"ci/values.yaml": "ci: yes\n"}, application: application{chart: "probe", helm: &source{ValueFiles: []string{"ci/values.yaml", "/values.yaml"}}}},
		{name: "chart of a Helm repository, outside", application: application{chart: "probe", helm: &source{ValueFiles: []string{"../x.yaml"}}}, nativeFails: "outside repository root", pluginFails: outside},

		{name: "an annotation, not heeded", files: common, application: application{helm: helm, generatePaths: "."}},
		{name: "sent: no annotation", files: common, application: sent(helm, "")},
		{name: "sent: no annotation, relative", files: common, application: sent(relative, "")},
		{name: "sent: the root", files: common, application: sent(helm, "/")},
		{name: "sent: its own folder and what it needs", files: common, application: sent(helm, ".;/common.yaml;/envs")},
		{name: "sent: above, relative", files: common, application: sent(relative, ".;../..")},
		{name: "sent: the folder above", files: common, application: sent(&source{ValueFiles: []string{"../shared.yaml"}}, ".;..")},
		{name: "sent: the folder above, from the root", files: common, application: sent(&source{ValueFiles: []string{"/apps/shared.yaml"}}, "/apps")},
		{name: "sent: the folder above, a glob", files: common, application: sent(&source{ValueFiles: []string{"/apps/*.yaml"}}, "/apps")},
		{name: "sent: the folder above, a file parameter", files: common, application: application{
			helm: &source{FileParameters: []file{{Name: "text", Path: "/apps/shared.yaml"}}}, generatePaths: "/apps", onlyPaths: true,
		}},
		{name: "sent: only its own folder", application: sent(set("text", "x"), ".")},
		{name: "sent: only its own folder, with its files", files: files{defaultPath + "/x.yaml": "x: 1\n"}, application: sent(&source{ValueFiles: []string{"x.yaml", "/apps/probe/x.yaml"}}, ".")},
		// What is not sent the plugin cannot have.
		{name: "sent: not what it needs", files: common, application: sent(helm, "."), pluginFails: notSent},
		{name: "sent: not what it needs, relative", files: common, application: sent(relative, ".;.."), pluginFails: notSent},
		{name: "sent: not what it needs, ignored", files: common, application: sent(&source{ValueFiles: helm.ValueFiles, IgnoreMissingValueFiles: true}, "."), pluginFails: notSent},

		{name: ".helmignore", files: files{
			defaultPath + "/.helmignore":         "*.bak\nfiles/\n",
			defaultPath + "/templates/x.bak":     "{{ fail \"ignored\" }}",
			defaultPath + "/templates/y.txt.bak": "x",
		}},
		{name: "links in the chart", files: common.with("", files{
			defaultPath + "/files/link.yaml":     "link:../../../common.yaml",
			defaultPath + "/templates/link.yaml": "link:../../../shared/cm.yaml",
			"shared/cm.yaml":                     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linked}\n",
		}), application: at(defaultPath)},
		{name: "a linked folder in the chart", files: common.with("", files{
			defaultPath + "/templates/linked": "link:../../../shared",
			"shared/cm.yaml":                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linked}\n",
		}), application: at(defaultPath)},
		{name: "no chart", chart: files{"README.md": "x"}, application: at(defaultPath), nativeFails: "Chart.yaml", pluginFails: "Chart.yaml"},
		{name: "a chart without a version", files: files{}, chart: files{"Chart.yaml": "apiVersion: v2\nname: x\n", "templates/a.yaml": ""}, application: application{}, nativeFails: "version", pluginFails: "version"},
		{name: "a chart that fails", chart: files{
			"Chart.yaml":       "apiVersion: v2\nname: x\nversion: 1.0.0\n",
			"templates/a.yaml": `{{ fail "you must set a password" }}`,
		}, nativeFails: "you must set a password", pluginFails: "you must set a password"},
		{name: "a chart that requires", chart: files{
			"Chart.yaml":       "apiVersion: v2\nname: x\nversion: 1.0.0\n",
			"templates/a.yaml": `a: {{ required "a host is needed" .Values.host }}`,
		}, nativeFails: "a host is needed", pluginFails: "a host is needed"},
		{name: "a chart with a syntax error", chart: files{
			"Chart.yaml":       "apiVersion: v2\nname: x\nversion: 1.0.0\n",
			"templates/a.yaml": `a: {{ if }}`,
		}, nativeFails: "missing value for if", pluginFails: "a.yaml"},
		{name: "a template that is no YAML", chart: files{
			"Chart.yaml":       "apiVersion: v2\nname: x\nversion: 1.0.0\n",
			"templates/a.yaml": "kind: ConfigMap\n  a: [\n",
		}, nativeFails: "a.yaml", pluginFails: "a.yaml"},
	})
}

// `.argocd-source.yaml` and `.argocd-source-<application>.yaml` in the chart's folder.
func TestOverrides(t *testing.T) {
	const one, two = ".argocd-source.yaml", ".argocd-source-web.yaml"
	override := func(name, native, plugin string) (files, files) {
		return files{defaultPath + "/" + name: native}, files{defaultPath + "/" + name: plugin}
	}
	both := func(name, native, plugin string, c matrixCase) matrixCase {
		c.onlyNative, c.onlyPlugin = override(name, native, plugin)
		return c
	}
	const named = "plugin:\n  name: argocd-pin-plugin\n"
	tag := "helm:\n  parameters: [{name: image.tag, value: \"5\"}]\n"
	tagPlugin := named + "  parameters: [{name: helm-parameters, map: {image.tag: \"5\"}}]\n"
	name := "helm:\n  releaseName: from-git\n  values: \"text: git\"\n"
	namePlugin := named + "  parameters: [{name: release-name, string: from-git}, {name: values, string: \"text: git\"}]\n"
	inNamespace := both(".argocd-source-team-a_web.yaml", tag, tagPlugin, matrixCase{
		name: "of an application in any namespace", application: application{name: "team-a_web"},
	})
	two1, two2 := override(two, name, namePlugin)
	one1, one2 := override(one, tag, tagPlugin)
	_, all2 := override(two, "", tagPlugin[:len(tagPlugin)-2]+", {name: release-name, string: from-git}, {name: values, string: \"text: git\"}]\n")
	runMatrix(t, []matrixCase{
		both(one, tag, tagPlugin, matrixCase{name: "a parameter"}),
		both(one, tag, tagPlugin, matrixCase{name: "a parameter over another", application: application{helm: set("image.tag", "1")}}),
		both(one, name, namePlugin, matrixCase{name: "a release name and values"}),
		both(two, name, namePlugin, matrixCase{name: "of the application"}),
		both(".argocd-source-other.yaml", name, namePlugin, matrixCase{name: "of another application"}),
		inNamespace,
		{name: "both files", onlyNative: one1.with("", two1), onlyPlugin: one2.with("", all2)},
		// A list takes the place of a list: the first file's is lost, while `helm:` would keep what is another field. And
		// Argo CD leaves `map:` of the first list's first entry in the second's: the plugin goes by what the name holds.
		{name: "both files, the second without what is in the first", onlyPlugin: one2.with("", two2), skipNative: true},
		both(one, "helm:\n  valueFiles: [/envs.yaml]\n", named+"  parameters: [{name: values-files, array: [/envs.yaml]}]\n",
			matrixCase{name: "values files", files: files{"envs.yaml": "env: git\n"}}),
		both(one, "helm:\n  valueFiles: [/../../etc/passwd]\n", named+"  parameters: [{name: values-files, array: [../../../etc/passwd]}]\n",
			matrixCase{name: "values files outside", nativeFails: "outside repository root", pluginFails: "outside of the repository"}),
		// An old file for `helm:` makes an Application of two kinds, which Argo CD refuses.
		both(one, tag, tag, matrixCase{name: "for helm only", pluginFails: "multiple application sources defined"}),
		both(one, "path: elsewhere\n", "path: elsewhere\n", matrixCase{name: "the path stays"}),
		both(one, "a: [\n", "a: [\n", matrixCase{name: "no YAML", nativeFails: "error while parsing source parameters", pluginFails: "error while parsing source parameters"}),
		// Git cannot name another application, another seed or helm's flags.
		both(one, "{}\n", named+"  env: [{name: ARGOCD_APP_NAME, value: other}, {name: PIN_SEED_FILE, value: /x}]\n",
			matrixCase{name: "variables"}),
		both(one, "{}\n", named+"  parameters: [{name: helm-args, array: [--post-renderer, /bin/sh]}]\n",
			matrixCase{name: "raw flags", pluginFails: "has no parameter"}),
	})
}
