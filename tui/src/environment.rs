//! What the environment says, read once at the start and passed on as plain values.
//!
//! Invariant: nothing else in this crate reads the environment.

use std::path::PathBuf;

/// The values that this program takes from its environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `PLANT_HOST`: where the daemon is.
    pub host: Option<String>,
    /// `PLANT_ORG`: the org to act in, for principals with several.
    pub org: Option<String>,
    /// `VISUAL` or `EDITOR`.
    pub editor: Option<String>,
    /// Whether the terminal can show characters beyond ASCII.
    pub unicode: bool,
    /// `NO_COLOR` is set to something.
    pub no_color: bool,
    /// The socket in the user's state directory, if there is such a directory.
    pub user_socket: Option<PathBuf>,
}

/// Reads the environment.
pub fn read() -> Environment {
    let charset = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let term = variable("TERM").unwrap_or_default();
    Environment {
        host: variable("PLANT_HOST"),
        org: variable("PLANT_ORG"),
        editor: variable("VISUAL").or_else(|| variable("EDITOR")),
        unicode: shows_unicode(charset.as_deref(), &term),
        no_color: variable("NO_COLOR").is_some(),
        user_socket: directories::ProjectDirs::from("", "", "plantd")
            .and_then(|dirs| dirs.state_dir().map(|dir| dir.join("plantd.sock"))),
    }
}

/// Whether a terminal of this kind with this locale shows box drawing and braille; an unset locale counts as the bare
/// `C` locale, as it does for every other program.
fn shows_unicode(charset: Option<&str>, term: &str) -> bool {
    let charset = charset.unwrap_or_default().to_ascii_lowercase();
    (charset.contains("utf-8") || charset.contains("utf8")) && !matches!(term, "linux" | "dumb")
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place of this crate where the environment is read"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::shows_unicode;

    #[test]
    fn braille_needs_a_utf8_locale_and_a_graphical_terminal() {
        for (charset, term, expected) in [
            (Some("en_US.UTF-8"), "xterm-256color", true),
            (Some("de_DE.utf8"), "tmux-256color", true),
            (Some("C"), "xterm", false),
            (None, "xterm", false),
            (Some("en_US.UTF-8"), "linux", false),
            (Some("en_US.UTF-8"), "dumb", false),
        ] {
            assert_eq!(shows_unicode(charset, term), expected, "{charset:?} {term}");
        }
    }
}
