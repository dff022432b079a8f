//! Password hashes as Sprig makes them, with a salt that is derived instead of random.

use super::VERSION;
use super::encode::Fields;
use super::key::Key;
use super::stream::Stream;

/// bcrypt's cost in Sprig's `bcrypt` and `htpasswd` (Go's `bcrypt.DefaultCost`).
const SPRIG_COST: u32 = 10;

/// The greatest length of a password, in bytes, that Go's bcrypt takes.
const MAX_PASSWORD: usize = 72;

/// The bcrypt hash of a password in Go's format, `$2a$10$…`, 60 characters. Nothing if the password is longer than 72 bytes, or
/// the cost is not of 4..=31.
fn bcrypt(password: &[u8], cost: u32, salt: [u8; 16]) -> Option<String> {
    let is_short = password.len() <= MAX_PASSWORD;
    let hash = is_short.then(|| ::bcrypt::hash_with_salt(password, cost, salt).ok())?;
    Some(hash?.format_for_version(::bcrypt::Version::TwoA))
}

/// What Sprig's `bcrypt` prints: the hash, or for a password that is too long the sentence that
/// Sprig puts in its place.
#[must_use]
pub(crate) fn sprig_bcrypt(password: &[u8], salt: [u8; 16]) -> String {
    bcrypt(password, SPRIG_COST, salt).unwrap_or_else(|| {
        "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".to_owned()
    })
}

/// What Sprig's `htpasswd` prints: `user:` and the bcrypt hash, or for a user name with a colon the
/// sentence that Sprig puts in its place.
#[must_use]
pub(crate) fn htpasswd(user: &str, password: &[u8], salt: [u8; 16]) -> String {
    if user.contains(':') {
        return format!("invalid username: {user}");
    }
    format!("{user}:{}", sprig_bcrypt(password, salt))
}

/// The bcrypt salt for a place. The password enters it, so that a new password has a new salt.
#[must_use]
pub(crate) fn bcrypt_salt(
    key: &Key,
    place: &[String],
    generation: u32,
    password: &[u8],
) -> [u8; 16] {
    let info = Fields::labelled("bcrypt salt")
        .number(VERSION)
        .list(place)
        .number(u64::from(generation))
        .bytes(password);
    let mut salt = [0; 16];
    Stream::new(key, &info).fill(&mut salt);
    salt
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    /// Hashes that Helm 3.17.3, Helm 4.3.1 and golang.org/x/crypto v0.36.0 printed; their salts are
    /// in them.
    #[test]
    fn hashes_as_go_does() {
        let file = include_str!("../../tests/vectors/sprig-crypto.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let cases: Vec<[String; 2]> = serde_json::from_value(file["bcrypt"].clone()).unwrap();
        assert_eq!(cases.len(), 24);
        for [password, hash] in cases {
            let parts: ::bcrypt::HashParts = hash.parse().unwrap();
            let ours = bcrypt(password.as_bytes(), parts.get_cost(), parts.get_salt_raw());
            assert_eq!(ours.unwrap(), hash, "{password:?}");
        }
    }

    #[test]
    fn what_cannot_be_hashed() {
        let long = [b'a'; 73];
        for (password, cost) in [(&long[..], 10), (b"a", 3), (b"a", 32)] {
            assert_eq!(bcrypt(password, cost, [0; 16]), None);
        }
        // As Helm 3.17.3 and 4.3.1 print them.
        let sentence =
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
        assert_eq!(sprig_bcrypt(&long, [0; 16]), sentence);
        assert_eq!(htpasswd("u", &long, [0; 16]), format!("u:{sentence}"));
        assert_eq!(htpasswd("u:x", b"p", [0; 16]), "invalid username: u:x");
    }

    #[test]
    fn an_htpasswd_line_holds_the_hash() {
        let line = htpasswd("admin", b"secret", [7; 16]);
        assert_eq!(line, format!("admin:{}", sprig_bcrypt(b"secret", [7; 16])));
        let hash = line.strip_prefix("admin:").unwrap();
        assert!(hash.starts_with("$2a$10$") && hash.len() == 60);
        assert!(::bcrypt::verify("secret", hash).unwrap());
        assert!(!::bcrypt::verify("Secret", hash).unwrap());
    }

    #[test]
    fn the_salt_follows_everything() {
        let key = Key::from_bytes([1; 32]);
        let place = vec!["a".to_owned()];
        let salt = bcrypt_salt(&key, &place, 0, b"pw");
        assert_eq!(salt, bcrypt_salt(&key, &place, 0, b"pw"));
        let others = [
            bcrypt_salt(&key, &["b".to_owned()], 0, b"pw"),
            bcrypt_salt(&key, &place, 1, b"pw"),
            bcrypt_salt(&key, &place, 0, b"pw2"),
            bcrypt_salt(&Key::from_bytes([2; 32]), &place, 0, b"pw"),
        ];
        assert!(others.iter().all(|other| *other != salt));
    }
}
