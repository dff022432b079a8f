//! One helm process: started, read and waited for.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use super::error::{HelmError, Stderr};
use super::memory::Memory;
use crate::workdir::{self, Group};

/// How much of helm's messages is kept, half from the beginning and half from the end, where the reason of a long chain of
/// includes stands; the rest is read and dropped.
const MAX_STDERR: usize = 64 << 10;

/// What stands where something was dropped.
const DROPPED: &str = "\n[…]\n";

/// The exit code with which Go's runtime ends a program.
const CRASHED: i32 = 2;

/// How Go's runtime begins to say why.
const CRASHES: [&str; 6] = [
    "SIG",
    "panic: ",
    "fatal error: ",
    "runtime: ",
    "unexpected fault address ",
    "[signal ",
];

/// Runs `command` to its end and returns what it printed.
pub(super) fn run(mut command: Command, memory: Memory) -> Result<Vec<u8>, HelmError> {
    start(&mut command, Stdio::null(), memory)?.finish()
}

/// Runs `command`, of which nothing is wanted but that it succeeds. Where it fails, what it said is what it printed
/// and then what it wrote on stderr: `helm dependency build` prints why it cannot fetch something.
pub(super) fn run_telling(mut command: Command, memory: Memory) -> Result<(), HelmError> {
    let (result, printed) = start(&mut command, Stdio::null(), memory)?.end()?;
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
    /// The most that it may print.
    max_stdout: u64,
}

/// Starts `command`, with so much memory.
pub(super) fn start(
    command: &mut Command,
    stdin: Stdio,
    memory: Memory,
) -> Result<Running, HelmError> {
    command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut group = workdir::spawn(command).map_err(|source| cannot_run(command, source))?;
    memory.set(group.pid());
    let stderr = group.child.stderr.take();
    // Both at once: a child that fills the one pipe while we read the other would wait for ever.
    let messages = thread::Builder::new()
        .name("helm stderr".to_owned())
        .spawn(move || stderr.map(read_messages).unwrap_or_default())?;
    Ok(Running {
        group,
        messages,
        max_stdout: memory.largest_part(),
    })
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
        let (result, output) = self.end()?;
        result.map(|_| output)
    }

    /// The same, with what it says on stderr although it succeeds.
    ///
    /// # Errors
    /// It fails, is killed, or prints too much.
    pub(crate) fn finish_saying(self) -> Result<(Vec<u8>, Stderr), HelmError> {
        let (result, output) = self.end()?;
        result.map(|said| (output, said))
    }

    /// How it ends, with what it says on stderr, and what it has printed.
    ///
    /// # Errors
    /// It prints too much, or cannot be waited for.
    pub(crate) fn end(self) -> Result<(Result<Stderr, HelmError>, Vec<u8>), HelmError> {
        let Running {
            mut group,
            messages,
            max_stdout,
        } = self;
        // What it leaves running may hold the pipe open: without its end there is no end of the output.
        let end = group.kill_rest_at_end()?;
        let mut output = Vec::new();
        let read = match group.child.stdout.take() {
            Some(stdout) => stdout.take(max_stdout + 1).read_to_end(&mut output),
            None => Ok(0),
        };
        let too_large = output.len() as u64 > max_stdout;
        if too_large || read.is_err() {
            group.kill();
        }
        let _ = end.join();
        let status = group.wait()?;
        let stderr = Stderr(messages.join().unwrap_or_default());
        read?;
        if too_large {
            return Err(HelmError::OutputTooLarge { limit: max_stdout });
        }
        let result = match (status.code(), status.signal()) {
            (Some(0), _) => Ok(stderr),
            // Go's runtime ends a program so that it cannot go on with: by SIGQUIT, out of memory, with a broken address.
            (Some(CRASHED), _) if is_crash(&stderr.0) => Err(HelmError::Crashed { stderr }),
            (Some(code), _) => Err(HelmError::Failed { code, stderr }),
            (None, signal) => Err(HelmError::Killed {
                signal: signal.unwrap_or(0),
                stderr,
            }),
        };
        Ok((result, output))
    }
}

/// Whether it is Go's runtime that says why the process ends, and not helm: helm's errors begin with `Error:`.
fn is_crash(said: &str) -> bool {
    said.lines()
        .any(|line| CRASHES.iter().any(|sign| line.starts_with(sign)))
}

fn cannot_run(command: &Command, source: io::Error) -> HelmError {
    let binary = command.get_program().into();
    // A directory to run in that is gone gives the same error, but ours is there.
    if source.kind() == io::ErrorKind::NotFound {
        return HelmError::Missing { binary };
    }
    HelmError::CannotRun { binary, source }
}

/// All that comes, of which the beginning and the end are kept, as text.
fn read_messages(mut stderr: impl Read) -> String {
    let (mut begin, mut end) = (Vec::new(), Vec::new());
    let mut dropped = false;
    let mut buffer = [0; 8192];
    loop {
        match stderr.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                let room = (MAX_STDERR / 2).saturating_sub(begin.len()).min(length);
                begin.extend_from_slice(&buffer[..room]);
                end.extend_from_slice(&buffer[room..length]);
                let excess = end.len().saturating_sub(MAX_STDERR / 2);
                end.drain(..excess);
                dropped |= excess > 0;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let between = if dropped { DROPPED } else { "" };
    let kept = [&begin, between.as_bytes(), &end].concat();
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

    fn run_shell(script: &str) -> Result<Vec<u8>, HelmError> {
        run(shell(script), Memory::default())
    }

    #[test]
    fn both_pipes_are_read_at_once() {
        // More than a pipe holds, first on the one and then on the other.
        let script = "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 3";
        match run_shell(script) {
            Err(HelmError::Failed { code: 3, stderr }) => {
                assert_eq!(stderr.text().len(), MAX_STDERR + DROPPED.len())
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            run_shell("head -c 300000 /dev/zero").unwrap().len(),
            300_000
        );
    }

    #[test]
    fn the_end_of_a_long_message_is_kept() {
        let script = "echo first >&2; head -c 300000 /dev/zero >&2; echo last >&2; exit 1";
        match run_shell(script) {
            Err(HelmError::Failed { stderr, .. }) => {
                assert!(stderr.text().starts_with("first") && stderr.text().ends_with("last\n"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_printed_before_a_failure_is_told() {
        match run_telling(shell("echo out; echo err >&2; exit 1"), Memory::default()) {
            Err(HelmError::Failed { code: 1, stderr }) => assert_eq!(stderr.text(), "out\nerr\n"),
            other => panic!("{other:?}"),
        }
        assert!(run_telling(shell("echo out; echo err >&2"), Memory::default()).is_ok());
        match run_telling(shell("head -c 300000 /dev/zero; exit 1"), Memory::default()) {
            Err(HelmError::Failed { stderr, .. }) => {
                assert_eq!(stderr.text().len(), MAX_STDERR + 1);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_stdin_reaches_it() {
        assert_eq!(run_shell("cat; echo end").unwrap(), b"end\n");
    }

    #[test]
    fn it_waits_for_what_it_is_given() {
        let mut running = start(
            &mut shell("cat; echo end"),
            Stdio::piped(),
            Memory::default(),
        )
        .unwrap();
        running.give(b"all\n");
        assert_eq!(running.finish().unwrap(), b"all\nend\n");
        // One that is gone by then is no error of ours.
        let mut running = start(
            &mut shell("exec <&-; echo end"),
            Stdio::piped(),
            Memory::default(),
        )
        .unwrap();
        thread::sleep(std::time::Duration::from_millis(50));
        running.give(b"all\n");
        assert_eq!(running.finish().unwrap(), b"end\n");
    }

    #[test]
    fn endless_output_ends() {
        let running = start(&mut shell("yes"), Stdio::null(), Memory::of_mib(8)).unwrap();
        let result = running.finish();
        assert!(matches!(
            result,
            Err(HelmError::OutputTooLarge { limit: 1_048_576 })
        ));
    }

    #[test]
    fn a_kill_is_told_from_a_failure() {
        match run_shell("echo why >&2; kill -9 $$") {
            Err(HelmError::Killed { signal: 9, stderr }) => assert_eq!(stderr.text(), "why\n"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_crash_is_told_from_a_failure() {
        for said in [
            "SIGQUIT: quit",
            "fatal error: runtime: out of memory",
            "panic: runtime error: x",
            "warning\nfatal error: stack overflow",
        ] {
            let script = format!("printf '{said}\\n' >&2; exit 2");
            let crashed = run_shell(&script);
            assert!(
                matches!(crashed, Err(HelmError::Crashed { .. })),
                "{crashed:?}"
            );
        }
        for script in [
            "echo 'Error: panic: x' >&2; exit 2",
            "echo 'panic: x' >&2; exit 1",
        ] {
            let failed = run_shell(script);
            assert!(
                matches!(failed, Err(HelmError::Failed { .. })),
                "{failed:?}"
            );
        }
    }

    /// It holds both pipes, and a third process reads neither.
    #[test]
    fn what_a_helm_leaves_running_does_not_hold_us_up() {
        let begin = std::time::Instant::now();
        assert_eq!(run_shell("sleep 60 & echo end").unwrap(), b"end\n");
        let failed = run_shell("sleep 60 & echo why >&2; exit 1");
        assert!(matches!(failed, Err(HelmError::Failed { .. })));
        assert!(begin.elapsed() < std::time::Duration::from_secs(30));
    }

    #[test]
    fn programs_that_are_missing_or_cannot_run() {
        let missing = run(Command::new("/no/such/helm"), Memory::default());
        assert!(
            matches!(missing, Err(HelmError::Missing { .. })),
            "{missing:?}"
        );
        let directory = run(Command::new("/"), Memory::default());
        assert!(
            matches!(directory, Err(HelmError::CannotRun { .. })),
            "{directory:?}"
        );
        let mut nul = shell("true");
        nul.arg("a\0b");
        assert!(matches!(
            run(nul, Memory::default()),
            Err(HelmError::CannotRun { .. })
        ));
    }
}
