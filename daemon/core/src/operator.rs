//! Operators are people: rows keep a code of each in the place of the name.
//!
//! Invariants: one name has one code in an org, whatever file says it, and another one in another org; without the key of
//! the org neither follows from the other.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::word::words;

words! {
    /// How the operators of an org are kept in its rows.
    Operators, "a way to keep operators" {
        /// By a code that only an administrator can take back to the name.
        Codes = "codes",
        /// By the name that the export says.
        Names = "names",
    }
}

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of a block of SHA-256.
const BLOCK_BYTES: usize = 64;
/// What every code begins with.
const PREFIX: &str = "op-";
/// Bytes of the hash that a code shows: 48 bits. Among 10,000 people two have the same code once in five million plants.
const CODE_BYTES: usize = 6;

/// The secret of an org from which the codes of its operators are made.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorKey([u8; KEY_BYTES]);

impl OperatorKey {
    /// The key of these bytes; `None` where they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<OperatorKey> {
        bytes.try_into().ok().map(OperatorKey)
    }

    /// The code of an operator: `op-` and twelve digits of the HMAC-SHA256 (RFC 2104) of the name without blanks around it.
    pub fn code(&self, name: &str) -> String {
        let name = name.trim();
        // A shorter key is filled up with zeros, so that is what HMAC makes of it itself.
        let mut block = [0; BLOCK_BYTES];
        for (to, from) in block.iter_mut().zip(self.0) {
            *to = from;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(name.as_bytes());
        let digest = mac.finalize().into_bytes();
        let shown = digest.get(..CODE_BYTES).unwrap_or_default();
        format!("{PREFIX}{}", hex::encode(shown))
    }
}

/// Whether a text has the form of a code.
pub fn is_code(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|digits| {
        digits.len() == 2 * CODE_BYTES && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// No log and no message shows a key.
impl std::fmt::Debug for OperatorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OperatorKey(…)")
    }
}

impl Serialize for OperatorKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for OperatorKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = hex::decode(text.as_ref()).map_err(serde::de::Error::custom)?;
        OperatorKey::from_bytes(&bytes).ok_or_else(|| serde::de::Error::custom("a key of another length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> OperatorKey {
        OperatorKey::from_bytes(&[byte; KEY_BYTES]).unwrap()
    }

    #[test]
    fn a_code_follows_from_the_name_and_the_key_alone() {
        let code = key(1).code("Anna Berg");
        assert!(is_code(&code), "{code}");
        assert_eq!(
            key(1).code("  Anna Berg\t"),
            code,
            "blanks around it are no part of a name"
        );
        assert_ne!(key(1).code("anna berg"), code, "as the export writes it");
        assert_ne!(key(2).code("Anna Berg"), code, "another org");
        assert!(!code.contains("Anna"));
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // RFC 4231, test case 1, with its key of 20 bytes filled up with zeros as HMAC itself does.
        let mut bytes = [0; KEY_BYTES];
        bytes[..20].fill(0x0b);
        let key = OperatorKey::from_bytes(&bytes).unwrap();
        assert_eq!(key.code("Hi There"), "op-b0344c61d8db");
    }

    #[test]
    fn only_the_form_of_a_code_is_one() {
        for (text, is) in [
            ("op-b0344c61d8db", true),
            ("op-B0344C61D8DB", false),
            ("op-b0344c61d8d", false),
            ("op-b0344c61d8dg", false),
            ("b0344c61d8db", false),
            ("", false),
        ] {
            assert_eq!(is_code(text), is, "{text}");
        }
    }

    #[test]
    fn a_key_goes_to_a_worker_and_into_no_message() {
        let text = serde_json::to_string(&key(7)).unwrap();
        assert_eq!(serde_json::from_str::<OperatorKey>(&text).unwrap(), key(7));
        assert!(serde_json::from_str::<OperatorKey>("\"0707\"").is_err());
        assert!(!format!("{:?}", key(7)).contains("07"));
    }
}
