//! Many keys at once: on all processors, and none twice.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use zeroize::Zeroizing;

use super::key_error::KeyError;
use super::private_key::{KeyKind, PrivateKey};

/// A key to derive: its kind and its seed.
pub(crate) type KeyRequest = (KeyKind, Zeroizing<[u8; 32]>);

/// Derives the keys of all requests, in their order, with as many threads as there are processors.
/// Requests that are equal cost one derivation.
///
/// # Errors
///
/// The error of the first request that [`PrivateKey::derive`] refuses.
pub(crate) fn derive_all(requests: &[KeyRequest]) -> Result<Vec<PrivateKey>, KeyError> {
    // Which of the different requests each one is.
    let mut different: Vec<&KeyRequest> = Vec::new();
    let mut known: HashMap<(KeyKind, &[u8; 32]), usize> = HashMap::new();
    let indices: Vec<usize> = requests
        .iter()
        .map(|request| {
            *known.entry((request.0, &request.1)).or_insert_with(|| {
                different.push(request);
                different.len() - 1
            })
        })
        .collect();
    let keys = derive_in_parallel(&different)?;
    Ok(indices
        .into_iter()
        .filter_map(|index| keys.get(index).cloned())
        .collect())
}

fn derive_in_parallel(requests: &[&KeyRequest]) -> Result<Vec<PrivateKey>, KeyError> {
    let derive = |request: &KeyRequest| PrivateKey::derive(request.0, &request.1);
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(requests.len()));
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(request) = requests.get(index) else {
                return;
            };
            let key = derive(request);
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((index, key));
        }
    };
    thread::scope(|scope| {
        // This thread works too. One that the system refuses to start is not missed.
        for _ in 1..threads.min(requests.len()) {
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn keys_come_in_the_order_of_the_requests() {
        let requests: Vec<KeyRequest> = (0..40)
            .map(|i| {
                let kind = match i % 3 {
                    0 => KeyKind::EcdsaP256,
                    1 => KeyKind::Ed25519,
                    _ => KeyKind::Dsa,
                };
                (kind, Zeroizing::new([i / 2 % 7; 32]))
            })
            .collect();
        let keys = derive_all(&requests).unwrap();
        assert_eq!(keys.len(), requests.len());
        for (key, (kind, seed)) in keys.iter().zip(&requests) {
            let alone = PrivateKey::derive(*kind, seed).unwrap();
            assert_eq!(*key.to_pem().unwrap(), *alone.to_pem().unwrap());
        }
        assert!(derive_all(&[]).unwrap().is_empty());
    }
}
