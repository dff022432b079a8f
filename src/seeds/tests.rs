//! One seed or several, the right one and the wrong one.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::hint::hints;
use std::os::unix::fs::{PermissionsExt, symlink};
use tempfile::TempDir;

/// A seed in a file of this name, and its id.
fn seed_in(folder: &TempDir, name: Option<&str>, first: u8) -> SeedId {
    let bytes: Vec<u8> = (first..first + 32).collect();
    let id = Seed::from_bytes(bytes.clone()).unwrap().id();
    let path = folder.path().join(name.unwrap_or(id.as_str()));
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    id
}

/// The seed in this file, which must have this id.
fn one(file: &Path, id: Option<&SeedId>) -> Kept {
    Kept::One {
        file: file.to_owned(),
        id: id.cloned(),
    }
}

fn choice(kept: &Kept, parameter: Option<&SeedId>) -> SeedChoice {
    SeedChoice::new(kept, parameter.cloned(), Path::new("/"))
}

fn error(choice: &SeedChoice) -> (String, Vec<String>) {
    let error = choice.read().unwrap_err();
    let hints = hints(&error).into_iter().map(str::to_owned).collect();
    (format!("{error:#}"), hints)
}

#[test]
fn another_seed_than_the_wanted_one_is_an_error() {
    let folder = TempDir::new().unwrap();
    let id = seed_in(&folder, Some("seed"), 0);
    let other = seed_in(&folder, Some("other"), 9);
    let (right, wrong) = (folder.path().join("seed"), folder.path().join("other"));
    for (setting, parameter, by) in [
        (Some(&id), None, NamedBy::Setting),
        (None, Some(&id), NamedBy::Parameter),
        // The Application's word counts more.
        (Some(&other), Some(&id), NamedBy::Parameter),
    ] {
        let found = choice(&one(&right, setting), parameter).watched(true);
        assert_eq!(found.read().unwrap().1, [""; 0]);
        let (message, hints) = error(&choice(&one(&wrong, setting), parameter));
        for part in [by.words(), id.as_str(), other.as_str()] {
            assert!(message.contains(part), "no {part} in {message}");
        }
        assert_eq!(hints.len(), 1);
    }
}

#[test]
fn without_an_id_any_seed_is_taken_and_only_a_watched_render_warns() {
    let folder = TempDir::new().unwrap();
    let id = seed_in(&folder, Some("seed"), 0);
    let plain = choice(&one(&folder.path().join("seed"), None), None);
    assert_eq!(plain.read().unwrap().1, [""; 0]);
    let (_, warnings) = plain.watched(true).read().unwrap();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].ends_with(&format!("set PIN_SEED_ID to {id} in the sidecar")));
}

#[test]
fn a_folder_holds_each_seed_under_its_id() {
    let folder = TempDir::new().unwrap();
    let first = seed_in(&folder, None, 0);
    let second = seed_in(&folder, None, 9);
    let with_default = |id: &SeedId| Kept::Several {
        folder: folder.path().to_owned(),
        default: id.clone(),
    };
    // As Kubernetes mounts a Secret, with a key that is no seed.
    fs::create_dir(folder.path().join("..2026")).unwrap();
    symlink("..2026", folder.path().join("..data")).unwrap();
    fs::write(folder.path().join("README"), "").unwrap();
    let mut both = [first.clone(), second.clone()];
    both.sort();
    assert_eq!(ids(folder.path()).unwrap(), both);
    let kept = with_default(&first);
    for (parameter, id) in [
        (None, &first),
        (Some(&first), &first),
        (Some(&second), &second),
    ] {
        let (seed, warnings) = choice(&kept, parameter).watched(true).read().unwrap();
        assert_eq!((&seed.id(), warnings.len()), (id, 0));
    }

    let all = kept.all(Path::new("/")).unwrap();
    assert_eq!(
        all.iter()
            .filter_map(SeedChoice::wanted)
            .collect::<Vec<_>>(),
        [&first, &second]
    );
    let gone = SeedId::parse("seed-00000000000000ff").unwrap();
    let (message, hints) = error(&choice(&kept, Some(&gone)));
    assert!(
        message.starts_with("there is no seed seed-00000000000000ff in "),
        "{message}"
    );
    assert!(
        message.ends_with("the parameter `seed` asks for it"),
        "{message}"
    );
    assert_eq!(hints, [format!("there are {}, {}", both[0], both[1])]);
    let all = with_default(&gone).all(Path::new("/")).unwrap();
    assert_eq!(all.len(), 3);
    assert!(all[0].read().is_err() && all[1].read().is_ok() && all[2].read().is_ok());

    // A seed under another one's name.
    let wrong = seed_in(&folder, Some(gone.as_str()), 20);
    let (message, _) = error(&choice(&with_default(&gone), None));
    assert!(message.contains(wrong.as_str()), "{message}");
}
