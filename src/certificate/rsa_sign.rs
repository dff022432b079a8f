//! RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2): a signature that only the message and the key
//! decide.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::natural::{Modulus, Natural};
use super::rsa::RsaPrivateKey;

/// The DER of a DigestInfo with SHA-256, up to the digest (RFC 8017, 9.2, note 1).
const SHA256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The padding's first two bytes, its least eight 0xff, and its end.
const MIN_PADDING: usize = 11;

impl RsaPrivateKey {
    /// Signs a message. None only for a key that contradicts itself: a signature that does not
    /// verify never leaves this function, because it would give the primes away.
    pub(super) fn sign_sha256(&self, message: &[u8]) -> Option<Vec<u8>> {
        let length = usize::try_from(self.n.bits().div_ceil(8)).ok()?;
        let encoded = Natural::from_be(&encode(message, length)?);
        let signature = self.private_power(&encoded)?;
        let verifies = Modulus::new(&self.n)?.power(&signature, &self.e) == encoded;
        if !verifies {
            return None;
        }
        Some(signature.to_be_padded(length)?.to_vec())
    }

    /// RSADP with the Chinese remainder theorem (RFC 8017, 5.1.2).
    fn private_power(&self, message: &Natural) -> Option<Natural> {
        let p = Modulus::new(&self.p)?;
        let q = Modulus::new(&self.q)?;
        let of_p = p.power(message, &self.dp);
        let of_q = q.power(message, &self.dq);
        let h = p.difference_times(&of_p, &of_q, &self.q_inverse);
        Some(of_q.plus(&h.times(&self.q)))
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2), `length` bytes long.
fn encode(message: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let digest = Sha256::digest(message);
    let tail = SHA256_DIGEST_INFO.len() + digest.len();
    let padding = length.checked_sub(tail).filter(|n| *n >= MIN_PADDING)?;
    let mut encoded = Zeroizing::new(vec![0xff; padding]);
    encoded[0] = 0;
    encoded[1] = 1;
    encoded[padding - 1] = 0;
    encoded.extend(SHA256_DIGEST_INFO);
    encoded.extend(digest);
    Some(encoded)
}
