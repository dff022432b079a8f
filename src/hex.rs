//! Bytes as lower-case hexadecimal digits. It leaves copies behind: what is secret is written in another way.

/// Two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
