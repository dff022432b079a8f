//! Work on all processors.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What `work` makes of each job, in the jobs' order; the first ones begin first.
pub(crate) fn on_all_processors<J: Sync, R: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else {
                return;
            };
            let made = work(job);
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((index, made));
        }
    };
    thread::scope(|scope| {
        // This thread works too. One that the system refuses to start is not missed.
        for _ in 1..threads.min(jobs.len()) {
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..100).rev().collect();
        // The first ones take longest.
        let made = on_all_processors(&jobs, |job| (0..job * 1000).fold(*job, |a, b| a ^ b ^ b));
        assert_eq!(made, jobs);
        assert!(on_all_processors(&jobs[..0], |job| *job).is_empty());
    }
}
