//! A stream of uniform bytes: HMAC-SHA256 in counter mode, with unbiased draws from it.

use std::fmt;
use std::num::NonZeroU64;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encode::Fields;
use super::key::{KEY_SIZE, Key, finish};

/// The bytes that a key yields for one piece of information: as many as are asked for, always the
/// same, and unrelated to those of any other key or information.
///
/// Block `i`, counted from 0, is HMAC-SHA256 under the key over the fields `stream`, the
/// information, and `i`; the stream is the blocks one after the other.
#[derive(Clone)]
pub(crate) struct Stream {
    /// The HMAC state after the key, the label and the information.
    prefix: Hmac<Sha256>,
    counter: u64,
    block: Zeroizing<[u8; KEY_SIZE]>,
    used: usize,
}

impl Stream {
    /// The stream of `key` for `info`, an encoding that [`Fields`] made.
    #[must_use]
    pub(crate) fn new(key: &Key, info: &Fields) -> Stream {
        let start = Fields::labelled("stream").bytes(info.as_bytes());
        Stream {
            prefix: key.mac().chain_update(start.as_bytes()),
            counter: 0,
            block: Zeroizing::default(),
            used: KEY_SIZE,
        }
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        if self.used == KEY_SIZE {
            // A number's field: its length, 8, and its 8 bytes.
            let mut counter = [0; 16];
            counter[..8].copy_from_slice(&8_u64.to_be_bytes());
            counter[8..].copy_from_slice(&self.counter.to_be_bytes());
            self.block = finish(self.prefix.clone().chain_update(counter));
            // 2^64 blocks are out of reach.
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        let byte = self.block[self.used];
        self.used += 1;
        byte
    }

    /// Fills `out` with the next bytes.
    pub(crate) fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            *byte = self.byte();
        }
    }

    /// A number below `n`, each equally likely.
    ///
    /// Takes as few bytes as can count to `n`, at least one, and reads them as a big-endian number;
    /// a number at or above the greatest multiple of `n` is thrown away and the next bytes are
    /// taken, so that no remainder is more likely than another.
    pub(crate) fn below(&mut self, n: NonZeroU64) -> u64 {
        let n = u128::from(n.get());
        let mut width = 1;
        let mut space: u128 = 256;
        while space < n {
            width += 1;
            space <<= 8;
        }
        let limit = space - space % n;
        loop {
            let mut draw = 0;
            for _ in 0..width {
                draw = draw << 8 | u128::from(self.byte());
            }
            if draw < limit {
                // Below n, which fits.
                return (draw % n) as u64;
            }
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn stream(info: &str) -> Stream {
        Stream::new(&Key::from_bytes([3; 32]), &Fields::labelled(info))
    }

    #[test]
    fn bytes_and_fill_read_the_same_stream() {
        let mut all = [0; 100];
        stream("a").fill(&mut all);
        let mut parts = stream("a");
        let mut piecewise: Vec<u8> = (0..33).map(|_| parts.byte()).collect();
        let mut rest = [0; 67];
        parts.fill(&mut rest);
        piecewise.extend(rest);
        assert_eq!(all.to_vec(), piecewise);
        assert_ne!(all[..32], all[32..64]);
    }

    #[test]
    fn other_information_is_another_stream() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        stream("a").fill(&mut a);
        stream("b").fill(&mut b);
        assert_ne!(a, b);
    }

    #[test]
    fn below_stays_below_at_every_width() {
        for n in [
            1,
            2,
            3,
            62,
            255,
            256,
            257,
            65_536,
            65_537,
            1 << 32,
            u64::MAX,
        ] {
            let mut stream = stream("n");
            let limit = NonZeroU64::new(n).unwrap();
            for _ in 0..200 {
                assert!(stream.below(limit) < n);
            }
        }
    }

    /// 256 fits in one byte: one draw takes one byte, and 257 takes two.
    #[test]
    fn below_takes_the_fewest_bytes() {
        let mut one = stream("w");
        let byte = stream("w").byte();
        assert_eq!(one.below(NonZeroU64::new(256).unwrap()), u64::from(byte));
        let mut bytes = [0; 2];
        stream("w").fill(&mut bytes);
        let wide = stream("w").below(NonZeroU64::new(65_536).unwrap());
        assert_eq!(wide, u64::from(u16::from_be_bytes(bytes)));
    }

    #[test]
    fn debug_hides_the_state() {
        assert_eq!(format!("{:?}", stream("a")), "Stream(..)");
    }
}
