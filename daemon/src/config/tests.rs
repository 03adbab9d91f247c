use std::io::Write;

use super::sources::load;
use super::*;
use crate::environment::Environment;

fn check(text: &str) -> Result<Config, String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    load(Some(file.path()), &Environment::default())
        .map(|effective| effective.config)
        .map_err(|error| error.to_string())
}

#[test]
fn an_empty_file_is_the_defaults() {
    assert_eq!(check("").unwrap(), Config::default());
}

#[test]
fn an_unknown_key_is_an_error_that_names_it() {
    let error = check("[intake]\nworkerz = 3\n").unwrap_err();
    assert!(error.contains("workerz") && error.contains("line 2"), "{error}");
}

#[test]
fn a_value_out_of_range_is_an_error_that_names_the_range() {
    for (text, part) in [
        ("[intake]\nworkers = 0\n", "1 to 64"),
        ("[originals]\nmax_gib = 0\n", "1 to 1048576"),
        ("[originals]\nkeep = \"30\"\n", "36500d"),
        ("[originals]\nkeep = \"0d\"\n", "36500d"),
        ("[originals]\nkeep = \"some\"\n", "none"),
        ("[org]\nzone = \"Mars/Base\"\n", "IANA"),
        ("[org]\ncurrency = \"euro\"\n", "ISO 4217"),
    ] {
        let error = check(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn how_long_originals_are_kept_is_read_as_it_is_written() {
    for (text, keep) in [("all", Keep::All), ("30d", Keep::Days(30)), ("none", Keep::None)] {
        let config = check(&format!("[originals]\nkeep = \"{text}\"\nmax_gib = 5\n")).unwrap();
        assert_eq!((config.originals.keep, config.originals.max_gib), (keep, Some(5)));
        assert_eq!(check(&toml::to_string_pretty(&config).unwrap()).unwrap(), config);
    }
}

#[test]
fn the_environment_wins_over_the_file_and_secrets_are_not_shown() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"[database]\nurl = \"postgres://a:canary1@h/p\"\n")
        .unwrap();
    let environment = Environment {
        database_url: Some("postgres://b:canary2@h/p".to_owned()),
        ..Environment::default()
    };
    let effective = load(Some(file.path()), &environment).unwrap();
    assert_eq!(
        effective.config.database.url.as_deref(),
        Some("postgres://b:canary2@h/p")
    );
    let shown = format!("{:?} {:?}", effective.config, effective.origins);
    assert!(!shown.contains("canary"), "{shown}");
    assert!(
        effective
            .origins
            .iter()
            .any(|(key, _, source)| key == "database.url" && source == "environment")
    );
}
