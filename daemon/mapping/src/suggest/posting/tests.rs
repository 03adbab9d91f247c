use plant_core::job::Decision;
use plant_core::profile::Profile;
use plant_core::record::Value;

use super::*;
use crate::tests::{Export, export, order};

fn profile(export: &Export) -> Profile {
    match export.decide(&order()).decision {
        Decision::Take { profile, .. } => *profile,
        Decision::Refuse(refusal) => panic!("{refusal:?}"),
    }
}

/// What the columns of an export that is taken in are mapped to, by their names.
fn mapped(text: &str) -> Vec<(String, Variable)> {
    let columns = profile(&export(text)).columns;
    let mapped = columns
        .into_iter()
        .filter_map(|column| Some((column.source, column.variable?)));
    mapped.filter(|(_, variable)| is_of(*variable)).collect()
}

fn check(text: &str, expected: &[(&str, Variable)]) {
    let expected: Vec<(String, Variable)> = expected
        .iter()
        .map(|(name, variable)| ((*name).to_owned(), *variable))
        .collect();
    assert_eq!(mapped(text), expected, "{text}");
}

const HEAD: &str =
    "Confirmation;Counter;Order;Operation;Work Center;Posting Date;Yield;Scrap;Cancelled;Cancels Counter\n";

#[test]
fn confirmations_are_read_from_the_first_file_on_in_which_nothing_was_cancelled() {
    use Variable::{Confirmation, ConfirmationItem, IsCancelled, ReversesItem};
    let all = [
        ("Confirmation", Confirmation),
        ("Counter", ConfirmationItem),
        ("Cancelled", IsCancelled),
        ("Cancels Counter", ReversesItem),
    ];
    let first = format!(
        "{HEAD}0000700001;00000001;60001;0010;FRS-1;03.03.2025;50;0;;\n0000700002;00000001;60002;0010;FRS-1;03.03.2025;400;6;;\n"
    );
    let second = format!(
        "{HEAD}0000700001;00000001;60001;0010;FRS-1;03.03.2025;50;0;X;\n0000700001;00000002;60001;0010;FRS-1;04.03.2025;50;0;;00000001\n"
    );
    check(&first, &all);
    check(&second, &all);
    // The profile of the first reads the second, and the other way round.
    let (first, second) = (export(&first), export(&second));
    for made_of in [&first, &second] {
        let profile = profile(made_of);
        let (records, remarks, ..) = second.typed(&profile, &order());
        assert_eq!(remarks, []);
        assert_eq!(records[0].get(IsCancelled), Some(&Value::Flag(true)));
        assert_eq!(records[1].get(IsCancelled), None);
        assert_eq!(records[1].text(ReversesItem), Some("00000001"));
        assert_eq!(first.typed(&profile, &order()).0[0].get(IsCancelled), None);
    }
    let no = first.header.iter().map(String::as_str).collect::<Vec<_>>().join(";");
    let no = export(&format!(
        "{no}\n7;1;6;0010;F;03.03.2025;50;0;N;\n8;1;6;0010;F;13.03.2025;50;0;N;\n"
    ));
    assert_eq!(
        no.typed(&profile(&no), &order()).0[0].get(IsCancelled),
        Some(&Value::Flag(false))
    );
}

#[test]
fn names_of_other_languages_and_of_fields_are_known() {
    use Variable::{Confirmation, ConfirmationItem, IsCancelled, Reverses, ReversesItem};
    let row = "0000700001;00000002;60001;FRS-1;03.03.2025;50;0;X;00000001\n0000700001;00000003;60001;FRS-1;13.03.2025;50;0;;\n";
    for ([own, item, mark, cancels], by) in [
        (["Rückmeldung", "Zähler", "Storniert", "Storno zu Zähler"], ReversesItem),
        (
            [
                "Rueckmeldung",
                "Rückmeldezähler",
                "Stornokennzeichen",
                "Stornierter Zähler",
            ],
            ReversesItem,
        ),
        (["RUECK", "RMZHL", "STOKZ", "STZHL"], ReversesItem),
        (["MBLNR", "ZEILE", "Storniert", "SMBLN"], Reverses),
        (
            ["Mat. Doc.", "Mat. Doc. Item", "Reversed", "Reversed Document"],
            Reverses,
        ),
        (["Documento de material", "Contador", "Anulado", "Anula a"], Reverses),
        (
            ["Numéro de confirmation", "Compteur", "Annulé", "Annulation de"],
            Reverses,
        ),
        (["物料凭证", "凭证项目", "已冲销", "被冲销凭证"], Reverses),
    ] {
        check(
            &format!("{own};{item};Auftrag;Maschine;Buchungsdatum;Gutmenge;Ausschuss;{mark};{cancels}\n{row}"),
            &[
                (own, Confirmation),
                (item, ConfirmationItem),
                (mark, IsCancelled),
                (cancels, by),
            ],
        );
    }
}

#[test]
fn without_a_document_a_counter_is_none_and_what_is_no_mark_becomes_none() {
    let head = "Counter;Order;Machine;Posting Date;Yield;Scrap;Cancelled;Cancels";
    let with = |cells: [&str; 3]| {
        let [counter, first, second] = cells;
        let row = |day: &str, cancelled: &str| format!("{counter};60001;F;{day}.03.2025;50;0;{cancelled};7\n");
        format!("{head}\n{}{}", row("03", first), row("13", second))
    };
    check(&with(["1", "", "X"]), &[("Cancelled", Variable::IsCancelled)]);
    for cells in [
        ["1", "", ""],
        ["1", "04.03.2025", ""],
        ["1", "12", "3"],
        ["1", "by Miller", "X"],
    ] {
        check(&with(cells), &[]);
    }
    // A name that is only like it, and a confirmation that says yes.
    let row = "yes;60001;F;03.03.2025;50;0;3\nno;60001;F;13.03.2025;50;0;4\n";
    check(
        &format!("Confirmation;Order;Machine;Posting Date;Yield;Scrap;Cancelled Qty\n{row}"),
        &[],
    );
}

#[test]
fn what_only_looks_like_cancellations_is_none() {
    let body = |cells: [[&str; 3]; 3]| -> String {
        let row = |at: usize, [own, mark, cancels]: [&str; 3]| {
            format!("{own};{at};60001;F;{:02}.03.2025;50;0;{mark};{cancels}\n", 3 + 10 * at)
        };
        cells
            .into_iter()
            .enumerate()
            .map(|(at, cells)| row(at, cells))
            .collect()
    };
    let with = |cells: [[&str; 3]; 3]| {
        format!(
            "Confirmation;Counter;Order;Machine;Posting Date;Yield;Scrap;Cancelled;Cancels\n{}",
            body(cells)
        )
    };
    let names = |text: &str| -> Vec<Variable> { mapped(text).into_iter().map(|(_, variable)| variable).collect() };
    // A number of rows, of each file anew, is no document; without one 0 and 1 may be pieces.
    assert_eq!(names(&with([["1", "0", "0"], ["2", "1", "0"], ["3", "0", "0"]])), []);
    // Pieces that were cancelled stand in each row.
    let quantities = with([["4711", "X", "0"], ["4711", "", "1"], ["4712", "", "2"]]);
    assert!(!names(&quantities).contains(&Variable::Reverses), "{quantities}");
    // Document and item in two columns.
    let both = "MBLNR;ZEILE;AUFNR;Maschine;Buchungsdatum;Gutmenge;Ausschuss;SMBLN;SMBLP\n4900000001;0001;60001;F;03.03.2025;10;0;;0000\n4900000009;0001;60001;F;14.03.2025;10;0;4900000001;0002\n";
    let found = names(both);
    for variable in [Variable::Reverses, Variable::ReversesItem] {
        assert!(found.contains(&variable), "{found:?}");
    }
}
