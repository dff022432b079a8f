//! One helm process: started, read and waited for.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use super::error::{HelmError, Stderr};
use crate::workdir::{self, Group};

/// The most that helm may print: more than etcd holds in many releases.
const MAX_STDOUT: u64 = 256 << 20;

/// How much of helm's messages is kept; the rest is read and dropped.
const MAX_STDERR: usize = 64 << 10;

/// Runs `command` to its end and returns what it printed.
pub(super) fn run(mut command: Command) -> Result<Vec<u8>, HelmError> {
    start(&mut command, Stdio::null())?.finish()
}

/// Runs `command`, of which nothing is wanted but that it succeeds. Where it fails, what it said is what it printed
/// and then what it wrote on stderr: `helm dependency build` prints why it cannot fetch something.
pub(super) fn run_telling(mut command: Command) -> Result<(), HelmError> {
    let (result, printed) = start(&mut command, Stdio::null())?.end(MAX_STDOUT)?;
    let mut error = match result {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    if let HelmError::Failed { stderr, .. } | HelmError::Killed { stderr, .. } = &mut error {
        let printed = &printed[..printed.len().min(MAX_STDERR)];
        let printed = String::from_utf8_lossy(printed);
        stderr.0 = format!("{}\n{}", printed.trim_end(), stderr.0);
    }
    Err(error)
}

/// A helm process that was started and is not waited for yet. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Running {
    group: Group,
    messages: JoinHandle<String>,
}

/// Starts `command`.
pub(super) fn start(command: &mut Command, stdin: Stdio) -> Result<Running, HelmError> {
    command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut group = workdir::spawn(command).map_err(|source| cannot_run(command, source))?;
    let stderr = group.child.stderr.take();
    // Both at once: a child that fills the one pipe while we read the other would wait for ever.
    let messages = thread::Builder::new()
        .name("helm stderr".to_owned())
        .spawn(move || stderr.map(read_messages).unwrap_or_default())?;
    Ok(Running { group, messages })
}

impl Running {
    /// Gives it its standard input, all at once: no more than a pipe holds.
    pub(super) fn give(&mut self, input: &[u8]) {
        if let Some(mut stdin) = self.group.child.stdin.take() {
            // It may have ended without reading it: then it says itself why.
            let _ = stdin.write_all(input);
        }
    }

    /// Reads what it prints, and waits for its end.
    ///
    /// # Errors
    /// It fails, is killed, or prints too much.
    pub(crate) fn finish(self) -> Result<Vec<u8>, HelmError> {
        self.finish_limited(MAX_STDOUT)
    }

    /// The same, with what it says on stderr although it succeeds.
    ///
    /// # Errors
    /// It fails, is killed, or prints too much.
    pub(crate) fn finish_saying(self) -> Result<(Vec<u8>, Stderr), HelmError> {
        let (result, output) = self.end(MAX_STDOUT)?;
        result.map(|said| (output, said))
    }

    fn finish_limited(self, max_stdout: u64) -> Result<Vec<u8>, HelmError> {
        let (result, output) = self.end(max_stdout)?;
        result.map(|_| output)
    }

    /// How it ends, with what it says on stderr, and what it has printed.
    fn end(self, max_stdout: u64) -> Result<(Result<Stderr, HelmError>, Vec<u8>), HelmError> {
        let Running {
            mut group,
            messages,
        } = self;
        let mut output = Vec::new();
        let read = match group.child.stdout.take() {
            Some(stdout) => stdout.take(max_stdout + 1).read_to_end(&mut output),
            None => Ok(0),
        };
        let too_large = output.len() as u64 > max_stdout;
        if too_large || read.is_err() {
            group.kill();
        }
        let status = group.wait()?;
        let stderr = Stderr(messages.join().unwrap_or_default());
        read?;
        if too_large {
            return Err(HelmError::OutputTooLarge { limit: max_stdout });
        }
        let result = match (status.code(), status.signal()) {
            (Some(0), _) => Ok(stderr),
            (Some(code), _) => Err(HelmError::Failed { code, stderr }),
            (None, signal) => Err(HelmError::Killed {
                signal: signal.unwrap_or(0),
                stderr,
            }),
        };
        Ok((result, output))
    }
}

fn cannot_run(command: &Command, source: io::Error) -> HelmError {
    let binary = command.get_program().into();
    // A directory to run in that is gone gives the same error, but ours is there.
    if source.kind() == io::ErrorKind::NotFound {
        return HelmError::Missing { binary };
    }
    HelmError::CannotRun { binary, source }
}

/// All that comes, of which the beginning is kept, as text.
fn read_messages(mut stderr: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        match stderr.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                let room = MAX_STDERR.saturating_sub(kept.len()).min(length);
                kept.extend_from_slice(&buffer[..room]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_pipes_are_read_at_once() {
        // More than a pipe holds, first on the one and then on the other.
        let script = "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 3";
        match run(shell(script)) {
            Err(HelmError::Failed { code: 3, stderr }) => {
                assert_eq!(stderr.text().len(), MAX_STDERR)
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            run(shell("head -c 300000 /dev/zero")).unwrap().len(),
            300_000
        );
    }

    #[test]
    fn what_is_printed_before_a_failure_is_told() {
        match run_telling(shell("echo out; echo err >&2; exit 1")) {
            Err(HelmError::Failed { code: 1, stderr }) => assert_eq!(stderr.text(), "out\nerr\n"),
            other => panic!("{other:?}"),
        }
        assert!(run_telling(shell("echo out; echo err >&2")).is_ok());
        match run_telling(shell("head -c 300000 /dev/zero; exit 1")) {
            Err(HelmError::Failed { stderr, .. }) => {
                assert_eq!(stderr.text().len(), MAX_STDERR + 1);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_stdin_reaches_it() {
        assert_eq!(run(shell("cat; echo end")).unwrap(), b"end\n");
    }

    #[test]
    fn it_waits_for_what_it_is_given() {
        let mut running = start(&mut shell("cat; echo end"), Stdio::piped()).unwrap();
        running.give(b"all\n");
        assert_eq!(running.finish().unwrap(), b"all\nend\n");
        // One that is gone by then is no error of ours.
        let mut running = start(&mut shell("exec <&-; echo end"), Stdio::piped()).unwrap();
        thread::sleep(std::time::Duration::from_millis(50));
        running.give(b"all\n");
        assert_eq!(running.finish().unwrap(), b"end\n");
    }

    #[test]
    fn endless_output_ends() {
        let running = start(&mut shell("yes"), Stdio::null()).unwrap();
        let result = running.finish_limited(1 << 20);
        assert!(matches!(
            result,
            Err(HelmError::OutputTooLarge { limit: 1_048_576 })
        ));
    }

    #[test]
    fn a_kill_is_told_from_a_failure() {
        match run(shell("echo why >&2; kill -9 $$")) {
            Err(HelmError::Killed { signal: 9, stderr }) => assert_eq!(stderr.text(), "why\n"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn programs_that_are_missing_or_cannot_run() {
        let missing = run(Command::new("/no/such/helm"));
        assert!(
            matches!(missing, Err(HelmError::Missing { .. })),
            "{missing:?}"
        );
        let directory = run(Command::new("/"));
        assert!(
            matches!(directory, Err(HelmError::CannotRun { .. })),
            "{directory:?}"
        );
        let mut nul = shell("true");
        nul.arg("a\0b");
        assert!(matches!(run(nul), Err(HelmError::CannotRun { .. })));
    }
}
