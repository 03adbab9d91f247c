use clap::{CommandFactory, Parser};

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split_whitespace())
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_documented_line_is_understood() {
    for line in [
        "plant",
        "plant status --json",
        "plant --json status",
        "plant folders",
        "plant folders add /srv/exports --site north --mode poll",
        "plant folders list --csv",
        "plant folders remove /srv/exports",
        "plant files",
        "plant files --state held --folder /srv/exports --since 2025-03-01 --json",
        "plant files list --name orders --limit 5 --page abc",
        "plant files show 0199 --json",
        "plant files wait --all --timeout 60",
        "plant files wait a b --json",
        "plant files explain 0199",
        "plant files retry 0199",
        "plant files answer 0199 repeat",
        "plant series set 0199 --mode auto --key work_order,operation",
        "plant series set 0199 --mode increment",
        "plant push orders.csv",
        "plant profiles",
        "plant profiles show orders",
        "plant profiles suggest orders.csv",
        "plant profiles save orders --from 0199 --set Qty=quantity_good --set Span=duration:h --key work_order,operation",
        "plant profiles save orders --from 0199 --date-order dmy --decimal , --encoding windows-1252 --require Qty",
        "plant profiles clone orders orders2",
        "plant profiles archive orders",
        "plant profiles export orders",
        "plant profiles import -",
        "plant profiles edit orders",
        "plant records --file 0199 --where machine=M1 --limit 3",
        "plant metrics list",
        "plant metrics show oee --json",
        "plant metrics get oee quality_ratio --by machine --from 2025-03-01 --to 2025-04-01 --where line=A --grain day",
        "plant analyses show 0199",
        "plant findings list --csv --no-header",
        "plant savings --json",
        "plant ask - --about 0199",
        "plant usage --month 2025-03",
        "plant audit verify",
        "plant health --nagios",
        "plant org create acme --zone Europe/Berlin --currency EUR",
        "plant org grants --json",
        "plant org grant unix:1000 --role viewer",
        "plant org grant acme --to unix:1000 --role viewer",
        "plant org grant acme anna --role admin",
        "plant org revoke unix:1000",
        "plant org revoke acme --from unix:1000",
        "plant org revoke acme unix:1000",
        "plant completions bash",
        "plant man",
    ] {
        assert!(
            parse(line).is_ok(),
            "{line}: {:?}",
            parse(line).err().map(|error| error.to_string())
        );
    }
}

#[test]
fn what_can_not_be_meant_is_a_usage_error() {
    for line in [
        "plant statsu",
        "plant status --json --csv",
        "plant files list --limit 0",
        "plant metrics get",
        "plant records --where machine",
        "plant profiles save orders",
        "plant folders add /x --mode sometimes",
        "plant files answer 0199 perhaps",
        "plant series set 0199 --mode sometimes",
        "plant org grant unix:1000",
        "plant org grant unix:1000 --role king",
        "plant org grant a b c --role viewer",
    ] {
        assert_eq!(parse(line).expect_err(line).exit_code(), 2, "{line}");
    }
}

#[test]
fn an_account_is_named_with_its_org_or_without() {
    let whose = |line: &str| match parse(line).expect(line).command {
        Some(Command::Org { what: Some(what) }) => what.whose().expect(line),
        other => panic!("{line}: {other:?}"),
    };
    for (line, org, account) in [
        ("plant org grant unix:1 --role viewer", None, "unix:1"),
        ("plant org grant --to unix:1 --role viewer", None, "unix:1"),
        ("plant org grant acme unix:1 --role viewer", Some("acme"), "unix:1"),
        ("plant org grant acme --to unix:1 --role viewer", Some("acme"), "unix:1"),
        ("plant org grant --role viewer --to unix:1 acme", Some("acme"), "unix:1"),
        ("plant org revoke anna", None, "anna"),
        ("plant org revoke --from unix:1", None, "unix:1"),
        ("plant org revoke acme unix:1", Some("acme"), "unix:1"),
        ("plant org revoke acme --from unix:1", Some("acme"), "unix:1"),
    ] {
        let expected = Whose {
            org: org.map(str::to_owned),
            account: account.to_owned(),
        };
        assert_eq!(whose(line), Ok(expected), "{line}");
    }
    for line in [
        "plant org grant --role viewer",
        "plant org revoke",
        "plant org revoke acme unix:1 --from unix:2",
    ] {
        let wrong = whose(line).expect_err(line);
        assert!(wrong.contains("plant org "), "{line}: {wrong}");
    }
}

#[test]
fn an_unknown_word_is_a_usage_error_that_names_those_known() {
    for (line, known) in [
        ("plant findings list --state bogus", "signal, identified, accepted"),
        (
            "plant findings list --analyzer bogus",
            "cost, equipment, quality, efficiency",
        ),
        ("plant files list --state bogus", "seen, waiting, stable"),
        ("plant files --state held --state bogus", "seen, waiting, stable"),
        ("plant metrics get oee --grain year", "day, shift, week, month"),
        (
            "plant org grant unix:1 --role owner",
            "viewer, analyst, operator, admin",
        ),
        ("plant profiles save x --from 0199 --date-order xyz", "ymd, dmy, mdy"),
        ("plant folders add /srv --mode bogus", "watch, poll"),
    ] {
        let error = parse(line).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(known), "{line}: {error}");
    }
}
