//! Where the daemon is: told, or found at its usual places.

use std::path::Path;

use plant_proto::client::Target;

use crate::environment::Environment;

/// The socket of the daemon that the system runs.
const SYSTEM_SOCKET: &str = "/run/plantd/plantd.sock";

/// The target: `--host`, else `PLANT_HOST`, else the system's socket where there is one, else the one in the user's
/// state directory where there is one, else the system's (so that the message names it). An error names what can't be
/// understood.
pub fn default_target(host: Option<&str>, environment: &Environment) -> Result<Target, String> {
    let text = choose(host, environment, &|path| path.exists());
    text.parse::<Target>()
        .map_err(|error| format!("--host {text}: {error}"))
}

fn choose(host: Option<&str>, environment: &Environment, exists: &dyn Fn(&Path) -> bool) -> String {
    if let Some(told) = host.or(environment.host.as_deref()) {
        return told.to_owned();
    }
    match &environment.user_socket {
        Some(user) if !exists(Path::new(SYSTEM_SOCKET)) && exists(user) => format!("unix:{}", user.display()),
        _ => format!("unix:{SYSTEM_SOCKET}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_first_place_that_applies_wins() {
        let user = PathBuf::from("/home/me/.local/state/plantd/plantd.sock");
        let environment = |host: Option<&str>| Environment {
            host: host.map(str::to_owned),
            user_socket: Some(user.clone()),
            ..Environment::default()
        };
        let both = |_: &Path| true;
        let none = |_: &Path| false;
        let only_user = |path: &Path| path == user;
        let system = "unix:/run/plantd/plantd.sock";
        assert_eq!(choose(Some("unix:/a"), &environment(Some("unix:/b")), &both), "unix:/a");
        assert_eq!(choose(None, &environment(Some("unix:/b")), &both), "unix:/b");
        assert_eq!(choose(None, &environment(None), &both), system);
        assert_eq!(
            choose(None, &environment(None), &only_user),
            "unix:/home/me/.local/state/plantd/plantd.sock"
        );
        assert_eq!(choose(None, &environment(None), &none), system);
    }
}
