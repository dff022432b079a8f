//! How much memory helm may take. A chart is a program: it doubles a text until there is none left.

use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// What one helm may take unless the admin says otherwise: many times what the largest public charts need.
const DEFAULT: u64 = 1 << 30;

/// The part of it that may come out again, as manifests, or go in, as a chart: reading both takes several times as much.
const PART: u64 = 8;

/// The most of either where there is no limit: more than etcd holds in many releases.
const MOST: u64 = 256 << 20;

/// A limit in bytes, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory(Option<u64>);

impl Default for Memory {
    fn default() -> Self {
        Memory(Some(DEFAULT))
    }
}

impl Memory {
    /// So many MiB; 0 is no limit.
    pub(crate) fn of_mib(count: u32) -> Self {
        Memory((count > 0).then_some(u64::from(count) << 20))
    }

    /// The most that helm may print, and that a chart may unpack to, in bytes.
    pub(crate) fn largest_part(self) -> u64 {
        self.0.map_or(MOST, |bytes| (bytes / PART).min(MOST))
    }

    /// Sets the limit of a helm that has begun. Where the system has no such limit, that of the container holds.
    pub(super) fn set(self, helm: Pid) {
        if let Some(bytes) = self.0 {
            // Its data, not its addresses: Go reserves many more of these than it uses.
            let limit = Rlimit {
                current: Some(bytes),
                maximum: Some(bytes),
            };
            let _ = prlimit(Some(helm), Resource::Data, limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_never_all() {
        assert_eq!(Memory::default().largest_part(), 128 << 20);
        assert_eq!(Memory::of_mib(64).largest_part(), 8 << 20);
        assert_eq!(Memory::of_mib(0).largest_part(), MOST);
        assert_eq!(Memory::of_mib(u32::MAX).largest_part(), MOST);
    }
}
