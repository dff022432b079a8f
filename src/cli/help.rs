//! What stands below the help pages: the variables, the exit codes, and examples.

/// Exit codes and the variables that matter, below every help page.
pub(super) const AFTER_HELP: &str = "\
Environment:
  PIN_SEED_FILE      the file with the seed [default: /etc/argocd-pin-plugin/seed]
  PIN_SEED_ID        the id of the seed that is to be used; another one is an error
  PIN_SEED_DIR       instead of PIN_SEED_FILE, a folder with several seeds in files called by
                     their ids; PIN_SEED_ID is the default, the parameter `seed` another one
  PIN_SCOPES_FILE    which Application has the values of which other name or project
  PIN_HELM           the helm binary [default: the first `helm` on PATH]
  PIN_ALLOW          functions that charts may call although their results change, with commas
                     between them
  PIN_STAND_IN_FOR   in the place of helm: which releases are pinned, as NAMESPACE/RELEASE with
                     commas between them, `*` for all [default: none]
  PIN_SCOPE          in the place of helm: whose values they get, as PROJECT/APPLICATION
                     [default: those of the namespace and the release]
  PIN_VALUES_SCHEMES, PIN_PARALLELISM, PIN_MEMORY, PIN_ALLOW_HYDRATOR, PIN_ALLOW_LOCAL,
  PIN_ALLOW_UNKNOWN_PINS, PIN_BASELINE, PIN_REPOSITORY_CONFIG, PIN_REGISTRY_CONFIG,
  PIN_CERTIFICATE_TIME, PIN_TMPDIR
                     for the sidecar; docs/settings.md
  SOURCE_DATE_EPOCH  the clock that charts see, in seconds since 1970
                     [default: 1704067200, which is 2024-01-01 00:00 UTC]
  ARGOCD_APP_*, KUBE_VERSION, KUBE_API_VERSIONS
                     what Argo CD says about the Application

Exit status:
  0  done
  1  failed, with nothing on stdout and one message on stderr; `verify`, `diff`, `check`,
     `seed status` and `adopt --check`: the check failed
  2  the command line is wrong";

/// Examples, and the parameters under Argo CD.
pub(super) const GENERATE_HELP: &str = "\
Examples:
  A seed to try with (a cluster gets its own by `argocd-pin-plugin seed new`):
    (umask 077; head -c 32 /dev/urandom > seed)
  By hand, as Argo CD renders the Application `web` of the project `default`:
    argocd-pin-plugin generate ./chart --app web --namespace web --seed-file seed

Parameters, in the Application's spec.source.plugin.parameters:
  release-name, namespace, kube-version        string: as the options of these names
  api-versions                                 array: as --api-versions
  values-files                                 array: files in the repository, globs too; / is the top
  values                                       string: YAML that wins over all values files
  helm-parameters, helm-string-parameters      map: as --set and --set-string, commas kept
  file-parameters                              map: as --set-file, from files in the repository
  rotate                                       map: as --rotate
  pins                                         map: pins' names and sealed values, as `adopt` prints them
  baseline                                     string: a file that `baseline write` printed; the render is
                                               refused if a pin in it would change
  seed                                         string: the id of one of the admin's seeds
  skip-crds, skip-tests, skip-schema-validation, ignore-missing-value-files
                                               string: \"true\" or \"false\"
  $ARGOCD_APP_* are expanded in the values of the maps and in paths; $$ is a dollar.";

/// How the seeds of a running sidecar are listed.
pub(super) const SEED_STATUS_HELP: &str = "\
Examples:
  In the sidecar, with all Applications:
    kubectl get applications --all-namespaces --output json |
      kubectl --namespace argocd exec --stdin deployment/argocd-repo-server \\
        --container argocd-pin-plugin -- argocd-pin-plugin seed status --applications -";

/// An example.
pub(super) const ADOPT_HELP: &str = "\
Examples:
  Before the switch, place by place; then the sealed values, into the Application's folder:
    kubectl get secret,configmap -n web -o yaml > live.yaml
    argocd-pin-plugin adopt ./chart --app web -n web --seed-file seed --live live.yaml --check
    argocd-pin-plugin adopt ./chart --app web -n web --seed-file seed --live live.yaml > pins.yaml
    mv pins.yaml chart/.argocd-pins.yaml
  Back to plain helm with the same secrets, as far as the chart has values for them:
    argocd-pin-plugin adopt ./chart --app web -n web --seed-file seed --as-values > kept.yaml";

/// An example.
pub(super) const DIFF_HELP: &str = "\
Examples:
  Before an upgrade is merged: the chart as it was, and as it is here.
    git worktree add ../main main
    argocd-pin-plugin diff ../main/chart ./chart --app web -n web
  Two archives, each with its values:
    argocd-pin-plugin diff web-1.2.0.tgz web-2.0.0.tgz --app web -n web \\
      --old-values values-1.yaml --new-values values-2.yaml";
