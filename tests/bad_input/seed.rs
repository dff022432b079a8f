//! The seed file.

use std::fs;
use std::path::Path;

use crate::raw::{Raw, good_chart};
use crate::support::{SEED, Test, each_helm, write_private};

#[test]
fn missing_seed() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        fs::remove_file(&raw.seed_file).unwrap();
        let file = raw.seed_file.display().to_string();
        raw.fail(&mut raw.with(chart.dir(), &helm.path), &[&file]);
    });
}

#[test]
fn short_seed() {
    each_helm(|helm| {
        let chart = good_chart();
        for length in [0, 1, 16, 31] {
            let seed = "k".repeat(length);
            let outcome = Test::new(helm, &chart).seed(&seed).fail();
            outcome.assert_says(&["32"]);
            assert!(
                length < 16 || !outcome.stderr.contains(&seed),
                "{}",
                outcome.stderr
            );
        }
        // 32 bytes are enough.
        let seed: String = (b'A'..=b'`').map(char::from).collect();
        Test::new(helm, &chart).seed(seed).pinned();
    });
}

/// A device never ends, a directory has nothing to read, a huge file is no seed.
#[test]
fn a_seed_that_is_no_file_of_sane_size() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let huge = raw.path("huge");
        write_private(&huge, &vec![b'k'; 1 << 20], 0o600);
        for seed in [Path::new("/dev/zero"), raw.place.root.path(), &huge] {
            let mut command = raw.command();
            command
                .arg(chart.dir())
                .arg("--seed-file")
                .arg(seed)
                .arg("--helm")
                .arg(&helm.path);
            let file = seed.display().to_string();
            raw.fail(&mut command, &[&file]);
        }
    });
}

/// The seed is taken as it is: a newline at its end counts.
#[test]
fn the_seed_is_taken_as_it_is() {
    each_helm(|helm| {
        let chart = good_chart();
        let token = |seed: &[u8]| {
            Test::new(helm, &chart)
                .seed(seed)
                .pinned()
                .secret("s", "token")
        };
        assert_ne!(
            token(SEED.as_bytes()),
            token(format!("{SEED}\n").as_bytes())
        );
        let binary: Vec<u8> = (0..=255).collect();
        assert_ne!(token(&binary), token(&binary[..255]));
    });
}

/// A warning, no failure: in a pod the mount may be read by the one user there is.
#[test]
fn a_seed_that_others_can_reach_is_warned_about() {
    each_helm(|helm| {
        let chart = good_chart();
        let test = Test::new(helm, &chart);
        let quiet = test.run();
        let outcome = test.seed_mode(0o666).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert_eq!(outcome.stdout, quiet.stdout);
        assert!(
            outcome.stderr.starts_with("warning: "),
            "{}",
            outcome.stderr
        );
        outcome.assert_says(&["seed"]);
        outcome.assert_hides(SEED.as_bytes());
    });
}
