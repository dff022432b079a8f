//! The command line: its commands, flags and their help.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

mod help;
pub(crate) mod set;

use help::{ADOPT_HELP, AFTER_HELP, DIFF_HELP, GENERATE_HELP, SEED_STATUS_HELP};

/// Pin the secrets that Helm charts generate, so that every render is byte-identical
///
/// Charts that generate a password, a token or a time give other manifests at each render, and Argo CD sees a
/// change at each sync. This plugin has helm render such a chart with each generating call giving the value that is
/// chosen for it: derived from a seed, the Application, and the place where the value stands.
#[derive(Debug, Parser)]
#[command(name = "argocd-pin-plugin", version, about, after_long_help = AFTER_HELP, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print a chart's manifests with every generated value pinned
    ///
    /// Under Argo CD, everything is taken from the environment. By hand, name the Application, because the values
    /// depend on it, and render in the destination's namespace.
    #[command(after_long_help = GENERATE_HELP)]
    Generate(RenderArgs),
    /// Show which values are pinned, where, and where the chart generates them; never a value
    Explain(ExplainArgs),
    /// Write down which pins there are, so that a later render can tell whether one changed
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Tell what becomes of the pins in another version of the chart, or with other values
    ///
    /// Renders both charts with a seed of its own and compares: a pin stays, changes (the same name, another value), moves (the
    /// same call, another name and so another value), goes or appears. The exit status is 0 if nothing that stays live gets
    /// another value, and 1 if something changes or moves. No seed is needed for two charts.
    #[command(after_long_help = DIFF_HELP)]
    Diff(DiffArgs),
    /// Check that pinning makes a chart's render repeatable and changes nothing else
    ///
    /// Renders with plain helm twice and with pinning twice, and tells what varies under plain helm (also what
    /// varies only with the clock), whether the pinned renders are byte-identical, and whether every other line is
    /// helm's own. The exit status is 0 if all of it holds and 1 if not.
    Verify(VerifyArgs),
    /// Seal the values that live objects have, so that the pins keep them
    ///
    /// Reads live objects from stdin or --live, finds in them what the chart's pins are, and prints sealed values in the
    /// form of .argocd-pins.yaml: for that file in the Application's folder, or for its parameter `pins`. Only this
    /// Application's render opens them.
    #[command(after_long_help = ADOPT_HELP)]
    Adopt(AdoptArgs),
    /// Print whom to seal values for: the Application's recipient (age1…)
    Recipient(RecipientArgs),
    /// Print the chart's values as parameters for Argo CD's user interface
    ///
    /// Argo CD runs this by `parameters.dynamic` in plugin.yaml. The values come from the chart's values.yaml and
    /// from the values files and values of the Application, as a JSON list of announcements.
    Parameters(ParametersArgs),
    /// Check that what renders need is there: the seed, helm, room for temporary files
    ///
    /// It reads the admin's settings as a render does, runs helm once, and renders nothing. The sidecar runs it as its
    /// startup probe, so that a pod with a wrong seed does not replace one that works. The exit status is 0 unless
    /// something has failed; a warning is no failure.
    Check(CheckArgs),
    /// Make seeds, and tell them apart
    #[command(subcommand)]
    Seed(SeedCommand),
    /// Stand in for helm: run it, and pin what `template` renders
    ///
    /// The same as this program does when it is called `helm`. Everything but `template` is the real helm's, and so is
    /// `template` for each release that PIN_STAND_IN_FOR does not list.
    #[command(disable_help_flag = true)]
    Helm {
        /// What helm is given
        #[arg(
            value_name = "ARGUMENT",
            trailing_var_arg = true,
            allow_hyphen_values = true
        )]
        arguments: Vec<OsString>,
    },
    /// Copy this program into a folder as `helm`
    ///
    /// For an init container of argocd-repo-server, which then finds it before its own helm; docs/stand-in.md.
    InstallHelm {
        /// The folder, which must be there
        dir: PathBuf,
    },
    /// Print the shell completions
    ///
    /// For bash: argocd-pin-plugin completions bash > /etc/bash_completion.d/argocd-pin-plugin
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the man page, or write the pages of all commands
    Man {
        /// Write one page for each command into this folder, which must be there.
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// What `generate` takes, and every command that renders.
#[derive(Debug, Clone, Args)]
pub struct RenderArgs {
    /// The chart's folder; by hand, also its archive
    #[arg(default_value = ".")]
    pub chart: PathBuf,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub whose: Whose,

    /// The release's name [default: the Application's name without its namespace]
    #[arg(long, value_name = "NAME", help_heading = "Helm")]
    pub release_name: Option<String>,
    /// The release's namespace [default under Argo CD: the destination's]
    #[arg(long, short, value_name = "NAME", help_heading = "Helm")]
    pub namespace: Option<String>,
    /// A file with values; the last one wins, and the Application's own win over these
    #[arg(long, short = 'f', value_name = "FILE", help_heading = "Helm")]
    pub values: Vec<PathBuf>,
    /// Set values, as helm does: `image.tag=1.2,replicas=3`
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Helm", value_parser = set::split)]
    pub set: Vec<Pairs>,
    /// Set values that stay strings
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Helm", value_parser = set::split)]
    pub set_string: Vec<Pairs>,
    /// Set a value to the content of a file
    #[arg(long, value_name = "NAME=FILE", help_heading = "Helm", value_parser = set::split)]
    pub set_file: Vec<Pairs>,
    /// The Kubernetes version that the chart sees [default under Argo CD: the cluster's, else: helm's]
    #[arg(long, value_name = "VERSION", help_heading = "Helm")]
    pub kube_version: Option<String>,
    /// An API version that the chart sees [default under Argo CD: the cluster's, else: helm's]
    #[arg(
        long,
        short,
        value_name = "VERSION",
        value_delimiter = ',',
        help_heading = "Helm"
    )]
    pub api_versions: Vec<String>,
    /// Leave out the chart's CRDs
    #[arg(long, help_heading = "Helm")]
    pub skip_crds: bool,
    /// Leave out the chart's helm tests
    #[arg(long, help_heading = "Helm")]
    pub skip_tests: bool,
    /// Do not check the values against the chart's schema
    #[arg(long, help_heading = "Helm")]
    pub skip_schema_validation: bool,
    /// The helm binary [default: PIN_HELM, else `helm` on PATH]
    #[arg(long, value_name = "PATH", help_heading = "Helm")]
    pub helm: Option<PathBuf>,

    /// Give pins another value: a pin's name as `explain` prints it, `*` for any text, and a number that was not used yet
    /// [the first value has 0]
    #[arg(long, value_name = "PIN=NUMBER", help_heading = "Pinning", value_parser = set::rotation)]
    pub rotate: Vec<(String, String)>,
}

/// What values follow from: the Application and the seed.
#[derive(Debug, Clone, Args)]
pub struct Whose {
    /// The Application's name, as Argo CD has it: `name`, or `namespace_name` for one outside Argo CD's namespace
    /// [default under Argo CD: ARGOCD_APP_NAME]
    #[arg(long, value_name = "NAME", help_heading = "Application")]
    pub app: Option<String>,
    /// The Application's project [default under Argo CD: ARGOCD_APP_PROJECT_NAME, else: default]
    #[arg(long, value_name = "NAME", help_heading = "Application")]
    pub project: Option<String>,
    /// The file with the seed [default: PIN_SEED_FILE, else /etc/argocd-pin-plugin/seed]
    #[arg(long, value_name = "FILE", help_heading = "Pinning")]
    pub seed_file: Option<PathBuf>,
}

/// Names and values of one `--set`.
pub type Pairs = Vec<(String, String)>;

/// What `explain` takes.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The form of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Form,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub render: RenderArgs,
}

/// What `diff` takes. The new chart is the one of [`RenderArgs`].
#[derive(Debug, Args)]
#[command(mut_arg("chart", |arg| arg
    .value_name("NEW")
    .help("The new chart's folder or archive")
    .long_help(None)))]
pub struct DiffArgs {
    /// The old chart's folder or archive; or a baseline, for which the seed is needed
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// A file with values for the old chart alone, after those of --values
    #[arg(long, value_name = "FILE", help_heading = "Helm")]
    pub old_values: Vec<PathBuf>,
    /// A file with values for the new chart alone, after those of --values
    #[arg(long, value_name = "FILE", help_heading = "Helm")]
    pub new_values: Vec<PathBuf>,
    /// The form of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Output,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub render: RenderArgs,
}

/// What `verify` takes.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The form of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Output,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub render: RenderArgs,
}

/// What `check` takes.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The form of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Output,
}

/// What `recipient` takes.
#[derive(Debug, Args)]
pub struct RecipientArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub whose: Whose,
    /// The id of one of several seeds, as the Application's parameter `seed` names it [default: PIN_SEED_ID]
    #[arg(
        long,
        value_name = "ID",
        conflicts_with = "seed_file",
        help_heading = "Pinning"
    )]
    pub seed: Option<String>,
}

/// What `adopt` takes.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// The file with the live objects, as `kubectl get -o yaml` prints them [default: stdin]
    #[arg(long, value_name = "FILE")]
    pub live: Option<PathBuf>,
    /// Print what becomes of each place instead: kept, changed, new or lost; the exit status is 1 if one is lost
    #[arg(long)]
    pub check: bool,
    /// Print values for plain helm instead: those of the chart's values that stand for its pins, as a values file. It is
    /// secret. Without --live they are what the pins are, with it what is live; stderr tells which pins have one
    #[arg(long, conflicts_with_all = ["check", "recipient"])]
    pub as_values: bool,
    /// Seal for this recipient, as `recipient` prints it; then no seed is needed
    #[arg(long, value_name = "RECIPIENT")]
    pub recipient: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub render: RenderArgs,
}

/// What `parameters` takes.
#[derive(Debug, Args)]
pub struct ParametersArgs {
    /// The chart's folder
    #[arg(default_value = ".")]
    pub chart: PathBuf,
}

/// The form of what `explain` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Form {
    /// Tables for people
    #[default]
    Table,
    /// JSON for programs
    Json,
    /// Tables for a pull request
    Markdown,
    /// A page for a browser, which needs nothing else
    Html,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Output {
    /// Tables for people
    #[default]
    Table,
    /// JSON for programs
    Json,
}

/// What can be done about baselines.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Print the names and the fingerprints of the pins, for .argocd-baseline.yaml
    ///
    /// It holds no value, and its fingerprints tell nothing of one: they follow from the seed, too. With the parameter
    /// `baseline`, or where the admin has set PIN_BASELINE, `generate` refuses a render in which one of these pins would have
    /// another value; `diff` takes the file in the place of the old chart.
    Write(RenderArgs),
}

/// What can be done about seeds.
#[derive(Debug, Subcommand)]
pub enum SeedCommand {
    /// Print a Kubernetes Secret with a fresh seed, ready for `kubectl create -f -`
    ///
    /// The seed is 32 bytes from the operating system. The Secret is immutable, so that no other seed
    /// replaces it by mistake: every pinned value follows from the seed, and a new one changes them all. (`kubectl
    /// apply` would store it a second time, in an annotation.) Its annotation `argocd-pin-plugin/seed-id` is the
    /// seed's id, which tells nothing of the seed: set PIN_SEED_ID to it in the sidecar, and another seed is an error.
    New {
        /// The Secret's name [default: argocd-pin-plugin-seed, with --beside: argocd-pin-plugin-seeds]
        #[arg(long)]
        name: Option<String>,
        /// The Secret's namespace, where Argo CD's repo-server runs
        #[arg(long, short, default_value = "argocd")]
        namespace: String,
        /// A Secret with seeds, as kubectl prints it in YAML or JSON, that the new one holds beside the fresh seed,
        /// each under its id; `-` is stdin
        #[arg(long, value_name = "FILE")]
        beside: Option<PathBuf>,
    },
    /// Print a seed's id, which tells nothing of the seed
    Id {
        /// The file with the seed [default: the one that the settings name]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Tell which seeds there are, and which Applications need them
    ///
    /// The seeds are those of PIN_SEED_DIR or PIN_SEED_FILE, the Applications those of `--applications`. A parameter
    /// `seed` that only a file in Git sets (.argocd-source.yaml) is not seen. The exit status is 1 if a seed cannot be
    /// used, or an Application needs one that is not there.
    #[command(after_long_help = SEED_STATUS_HELP)]
    Status {
        /// The Applications as kubectl prints them, in YAML or JSON; `-` is stdin
        #[arg(long, value_name = "FILE")]
        applications: Option<PathBuf>,
        /// The form of the report
        #[arg(long, short, value_enum, default_value_t)]
        output: Output,
    },
}

#[cfg(test)]
mod tests;
