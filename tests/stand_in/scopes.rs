//! Who is pinned, and whose values he gets.

use crate::caller::{Caller, chart, token};
use crate::support::{Helm, Test, each_helm};

#[test]
fn only_who_is_listed_is_pinned() {
    let chart = chart();
    let dir = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        for (list, namespace, is_pinned) in [
            ("", "team-a", false),
            ("other/web", "team-a", false),
            ("team-a/db", "team-a", false),
            ("team-a/web", "team-a", true),
            ("other/x, team-*/w*", "team-a", true),
            ("*", "team-a", true),
        ] {
            let caller = Caller::new(helm).env("PIN_STAND_IN_FOR", list);
            let arguments = ["template", "web", dir, "--namespace", namespace];
            let [first, second] = [0, 1].map(|_| caller.pinned(arguments));
            assert_eq!(first == second, is_pinned, "{list}");
        }
    });
}

#[test]
fn a_list_that_is_misspelt_is_warned_of() {
    let helm = Helm::v4();
    let chart = chart();
    let caller = Caller::new(&helm)
        .env("PIN_STAND_IN_FOR", "")
        .env("PIN_STANDIN_FOR", "*")
        .env("PIN_PARALLELISM", "none of them is read");
    let outcome = caller.helm(["template", "web", chart.dir().to_str().unwrap()]);
    assert_eq!(outcome.status, 0);
    let caller = caller.env("PIN_PARALLELISM", "2");
    caller
        .helm(["template", "web", chart.dir().to_str().unwrap()])
        .assert_says(&["did you mean PIN_STAND_IN_FOR?"]);
}

#[test]
fn values_belong_to_the_namespace_and_the_release() {
    let helm = Helm::v4();
    let chart = chart();
    let dir = chart.dir().to_str().unwrap();
    let caller = Caller::new(&helm);
    let render = |arguments: &[&str]| token(&caller.pinned(arguments)).to_owned();
    let base = render(&["template", "web", dir, "-n", "x"]);
    assert_eq!(
        render(&["template", dir, "--name-template=web", "--namespace=x"]),
        base
    );
    assert_ne!(render(&["template", "web2", dir, "-n", "x"]), base);
    assert_ne!(render(&["template", "web", dir, "-n", "y"]), base);
    let other = Caller::new(&helm);
    std::fs::write(other.dir().join("seed"), "another-seed-for-tests-987654321").unwrap();
    assert_ne!(
        token(&other.pinned(["template", "web", dir, "-n", "x"])),
        base
    );

    // Where the call names no namespace it is the one that helm takes.
    let environment = Caller::new(&helm).env("HELM_NAMESPACE", "x");
    assert_eq!(token(&environment.pinned(["template", "web", dir])), base);
    let file = caller.write("config", "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: c, user: u, namespace: x}}]\nclusters: [{name: c, cluster: {server: \"http://127.0.0.1:1\"}}]\n");
    assert_eq!(
        render(&[
            "template",
            "web",
            dir,
            "--kubeconfig",
            file.to_str().unwrap()
        ]),
        base
    );
    let context = Caller::new(&helm)
        .env("KUBECONFIG", &file)
        .env("PIN_STAND_IN_FOR", "x/web");
    assert_eq!(token(&context.pinned(["template", "web", dir])), base);
    assert_eq!(
        render(&["template", "web", dir]),
        render(&["template", "web", dir, "-n", "default"])
    );
}

#[test]
fn a_scope_that_is_given_is_the_plugins() {
    each_helm(|helm| {
        let chart = chart();
        let arguments = [
            "template",
            "app",
            chart.dir().to_str().unwrap(),
            "-n",
            "ns",
            "--include-crds",
        ];
        let plugin = |project: &str, app: &str| {
            Test::new(helm, &chart)
                .project(project)
                .app(app)
                .run()
                .stdout
        };
        let given = Caller::new(helm).env("PIN_SCOPE", "team/web-live");
        assert_eq!(given.pinned(arguments), plugin("team", "web-live"));
        let own = Caller::new(helm);
        assert_eq!(own.pinned(arguments), plugin("namespace:ns", "app"));
        assert_ne!(own.pinned(arguments), plugin("ns", "app"));
        let wrong = Caller::new(helm).env("PIN_SCOPE", "web");
        wrong
            .helm(arguments)
            .assert_says(&["PIN_SCOPE must be PROJECT/APPLICATION"]);
    });
}

#[test]
fn the_source_hydrator_is_refused_where_the_admin_says_so() {
    let helm = Helm::v4();
    let chart = chart();
    let arguments = ["template", "web", chart.dir().to_str().unwrap(), "-n", "x"];
    let refusing = Caller::new(&helm).env("PIN_ALLOW_HYDRATOR", "false");
    refusing
        .helm(arguments)
        .assert_says(&["source hydrator", "hint: set PIN_ALLOW_HYDRATOR"]);
    refusing.pinned(arguments.iter().chain(&["--kube-version", "1.31.0"]));
    Caller::new(&helm)
        .env("PIN_ALLOW_HYDRATOR", "true")
        .pinned(arguments);
    Caller::new(&helm).pinned(arguments);
}
