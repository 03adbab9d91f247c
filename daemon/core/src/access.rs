//! Who may do what: roles and the order between them.

use crate::word::words;

words! {
    /// The role of a principal in an org, each including those before it.
    Role, "a role" {
        /// Reads.
        Viewer = "viewer",
        /// Asks and exports.
        Analyst = "analyst",
        /// Saves mappings, retries files.
        Operator = "operator",
        /// Folders, orgs, grants.
        Admin = "admin",
    }
}

/// Who acts where nobody asked for it, in the audit log.
pub const DAEMON: &str = "daemon";

/// Longest name of an account, in bytes: what Linux keeps (`LOGIN_NAME_MAX`).
const ACCOUNT_NAME_MAX: usize = 256;

/// An account of the daemon's machine as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// By its number: `unix:1000` or `1000`. It need not be in the list of accounts.
    Uid(u32),
    /// By its name: `unix:anna` or `anna`.
    Name(String),
}

impl Account {
    /// Reads what a person wrote; `None` where it can be neither a number nor a name of an account.
    pub fn parse(text: &str) -> Option<Account> {
        let text = text.trim();
        let account = text.strip_prefix("unix:").unwrap_or(text);
        if !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit()) {
            // The largest number stands for "no account" in the kernel's calls.
            return account.parse().ok().filter(|uid| *uid != u32::MAX).map(Account::Uid);
        }
        let is_name = !account.is_empty()
            && account.len() <= ACCOUNT_NAME_MAX
            && !account.starts_with('-')
            && !account
                .chars()
                .any(|c| c.is_control() || c.is_whitespace() || matches!(c, ':' | '/' | ','));
        is_name.then(|| Account::Name(account.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn an_account_is_a_number_or_a_name() {
        let name = |name: &str| Some(Account::Name(name.to_owned()));
        for (text, expected) in [
            ("unix:4242", Some(Account::Uid(4242))),
            (" 4242 ", Some(Account::Uid(4242))),
            ("unix:0", Some(Account::Uid(0))),
            ("unix:anna", name("anna")),
            ("anna", name("anna")),
            ("plant\\anna", name("plant\\anna")),
            ("anna@plant.example", name("anna@plant.example")),
            ("4294967294", Some(Account::Uid(4_294_967_294))),
            ("4294967295", None),
            ("99999999999", None),
            ("", None),
            ("unix:", None),
            ("unix:unix:4", None),
            ("-1", None),
            ("+1", name("+1")),
            ("a b", None),
            ("a:b", None),
            ("../a", None),
            ("a\u{1b}[2J", None),
        ] {
            assert_eq!(Account::parse(text), expected, "{text:?}");
        }
        assert_eq!(Account::parse(&"x".repeat(257)), None);
    }
}
