//! Words: enums whose variants each have one name, the same in the database, in JSON, on the wire and on the command
//! line.

/// A word that is none of those known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not {expected}")]
pub struct UnknownWord {
    /// The word as it came.
    pub word: String,
    /// What it should be, with the words known: `a grade (A, B, C, D)`.
    pub expected: &'static str,
}

/// Whether it can be the name of something: what is stored and compared is no sentence, which may be reworded.
pub(crate) const fn is_word(name: &str) -> bool {
    let mut rest = name.as_bytes();
    while let [first, more @ ..] = rest {
        if !(first.is_ascii_alphanumeric() || *first == b'_') {
            return false;
        }
        rest = more;
    }
    !name.is_empty()
}

/// An enum of words: what it is, each variant and its name, further names that are read and never written.
///
/// Gives `ALL` (in the order written), `EXPECTED`, `name`, `from_name`, `Display`, `FromStr` and serde by the names.
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        $Word:ident, $what:literal { $($(#[$doc:meta])* $Variant:ident = $name:literal $(| $alias:literal)*),+ $(,)? }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Word { $($(#[$doc])* $Variant,)+ }

        const _: () = { $(assert!($crate::word::is_word($name), "the name is no word");)+ };

        impl $Word {
            /// Every one, in the order in which they are shown.
            pub const ALL: [$Word; [$($name),+].len()] = [$($Word::$Variant),+];

            /// What it is, with the words known, for the sentence that refuses another.
            pub const EXPECTED: &'static str = concat!($what, " (", $crate::word::words!(@list $($name),+), ")");

            /// The name in the database, in JSON, on the wire and on the command line.
            pub const fn name(self) -> &'static str {
                match self { $($Word::$Variant => $name,)+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<$Word> {
                match name { $($name $(| $alias)* => Some($Word::$Variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $Word {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $Word {
            type Err = $crate::word::UnknownWord;

            fn from_str(word: &str) -> Result<$Word, Self::Err> {
                $Word::from_name(word).ok_or_else(|| $crate::word::UnknownWord {
                    word: word.to_owned(),
                    expected: $Word::EXPECTED,
                })
            }
        }

        impl serde::Serialize for $Word {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Word {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$Word, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
    (@list $first:literal $(, $other:literal)*) => { concat!($first $(, ", ", $other)*) };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::UnknownWord;

    words! {
        /// For the test.
        Colour, "a colour" {
            /// Red.
            Red = "red" | "scarlet",
            /// Blue.
            DarkBlue = "dark_blue",
        }
    }

    #[test]
    fn a_word_is_the_same_everywhere_and_another_is_refused_with_those_known() {
        for colour in Colour::ALL {
            assert_eq!(colour.name().parse(), Ok(colour));
            let json = format!("\"{colour}\"");
            assert_eq!(serde_json::to_string(&colour).unwrap(), json);
            assert_eq!(serde_json::from_str::<Colour>(&json).unwrap(), colour);
        }
        assert_eq!(Colour::from_name("scarlet"), Some(Colour::Red));
        assert_eq!(format!("{:<5}|", Colour::Red), "red  |");
        let unknown: UnknownWord = "green".parse::<Colour>().unwrap_err();
        assert_eq!(unknown.to_string(), "`green` is not a colour (red, dark_blue)");
        let error = serde_json::from_str::<Colour>("\"green\"").unwrap_err().to_string();
        assert!(error.starts_with("`green` is not a colour (red, dark_blue)"), "{error}");
    }
}
