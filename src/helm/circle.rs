//! A helm that calls us with what we call it with: where this program stands in for helm, the real one can be a script
//! that looks for `helm` on `PATH`, and finds us. It would do so for ever.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The variable that says with what we have called helm.
pub(crate) const CALL: &str = "PIN_STAND_IN_CALL";

/// The same command, so that we know if it comes back to us.
pub(crate) fn marked(mut command: Command) -> Command {
    let call = digest(command.get_args());
    command.env(CALL, call);
    command
}

/// Whether what called us with these arguments is what we have called with them.
pub(crate) fn is_closed<'a>(arguments: impl Iterator<Item = &'a OsStr>) -> bool {
    std::env::var_os(CALL).is_some_and(|call| call == *digest(arguments))
}

/// What tells calls apart.
fn digest<'a>(arguments: impl Iterator<Item = &'a OsStr>) -> String {
    let mut digest = Sha256::new();
    for argument in arguments {
        digest.update(argument.as_bytes());
        digest.update([0]);
    }
    hex(&digest.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn other_arguments_are_another_call() {
        let of = |words: &[&str]| digest(words.iter().map(AsRef::as_ref));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        for other in [&["a"][..], &["ab"], &["a", "b", ""], &["b", "a"], &[]] {
            assert_ne!(of(&["a", "b"]), of(other));
        }
    }
}
