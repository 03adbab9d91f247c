use plant_core::header::fingerprint;
use plant_core::job::{Decision, Refusal};
use plant_core::profile::{DateOrder, Profile};
use plant_core::state::ReasonCode;
use plant_core::variable::Variable;

use crate::tests::{Export, export, order};

const GOOD: &str = "Order;Machine;Posting Date;Good Qty;Scrap Qty
A1;M1;2025-02-03;100;3
A2;M1;2025-02-04;90;0
A3;M2;2025-02-05;70;2";

fn code(export: &Export) -> Option<ReasonCode> {
    export.held(&order()).map(|(code, _)| code)
}

fn with(profile: Profile) -> plant_core::job::IngestOrder {
    plant_core::job::IngestOrder {
        profiles: vec![profile],
        ..order()
    }
}

#[test]
fn a_certain_file_is_taken_in_by_a_profile_that_nobody_approved() {
    let head = export(GOOD).decide(&order());
    let Decision::Take { profile, is_new: true } = head.decision else {
        panic!("{:?}", head.decision)
    };
    assert_eq!(profile.header_fingerprint, fingerprint(&export(GOOD).header));
    assert!(!profile.approved && profile.version == 1 && profile.name.starts_with("Export_2025-"));
    assert!(
        head.columns
            .iter()
            .all(|column| column.variable.is_some() && column.filled == 1.0)
    );
    // The same again makes the same profile; another org another one.
    let again = export(GOOD).decide(&order());
    assert!(matches!(again.decision, Decision::Take { profile: same, .. } if same == profile));
    let mut other = order();
    other.org_id = plant_core::ids::OrgId(uuid::Uuid::from_bytes([2; 16]));
    assert!(
        matches!(export(GOOD).decide(&other).decision, Decision::Take { profile: mine, .. } if mine.profile_id != profile.profile_id)
    );
}

/// Names alone carry no column past what its cells say.
#[test]
fn cells_that_speak_against_a_name_hold_the_file() {
    for (text, expected) in [
        // A yield in per cent is no number of good pieces.
        (
            "Date;Total Qty;Scrap Qty;Yield\n2025-05-01;1000;27;97.3\n2025-05-02;1200;30;97.5\n2025-05-05;800;16;98.0",
            Some(ReasonCode::LowConfidence),
        ),
        // Two columns are called scrap, and differ.
        (
            "Date;Good Qty;Scrap Qty;Rejected Qty\n2025-05-01;500;9;4\n2025-05-02;480;8;5\n2025-05-05;425;7;7",
            Some(ReasonCode::LowConfidence),
        ),
        (
            "Date;Good Qty;Scrap Qty;Rejected Qty\n2025-05-01;500;9;9\n2025-05-02;480;8;8\n2025-05-05;425;7;7",
            None,
        ),
        // 5 May is the same in both orders and says nothing about the others.
        (
            "Machine;Posting Date;Start Time;Good Qty\nM1;05/05/2025;05/04/2025 22:10;5\nM1;05/05/2025;05/05/2025 02:00;6",
            Some(ReasonCode::AmbiguousDate),
        ),
        // A drawing index says nothing about the decimal sign of a quantity.
        (
            "Order;Date;Drawing Index;Good Qty\nA;2025-05-01;2.1;1.234\nB;2025-05-02;2.2;2.345\nC;2025-05-05;3.1;1.100",
            Some(ReasonCode::AmbiguousNumber),
        ),
        // Times of day whose date no variable takes.
        (
            "Auftrag;Startdatum;Startzeit;Gutmenge\n1;20250503;060000;5\n2;20250503;140000;6\n3;20250504;060000;7",
            Some(ReasonCode::LowConfidence),
        ),
        // Groups of a report.
        (
            "Machine;Date;Good Qty\nM1;2025-05-03;480\n;2025-05-03;100\nM2;2025-05-03;455\n;2025-05-03;90",
            Some(ReasonCode::LowConfidence),
        ),
        (
            "Machine;Date;Good Qty\nM1;2025-05-03;480\n;2025-05-03;100\nM1;2025-05-03;455\nM1;2025-05-03;90",
            None,
        ),
    ] {
        assert_eq!(code(&export(text)), expected, "{text}");
    }
}

#[test]
fn a_file_that_a_profile_can_hardly_read_any_more_is_held() {
    let profile = export(GOOD).profile(&[], |_| ());
    let drifted = |dates: [&str; 3]| {
        let lines = ["A4;M1;", "A5;M1;", "A6;M2;"];
        let rows = lines
            .iter()
            .zip(dates)
            .map(|(line, date)| format!("\n{line}{date};100;3"));
        let text = format!(
            "Order;Machine;Posting Date;Good Qty;Scrap Qty{}",
            rows.collect::<String>()
        );
        export(&text).held(&with(profile.clone())).map(|(code, _)| code)
    };
    assert_eq!(drifted(["2025-02-06", "2025-02-07", "Feb 8th"]), None);
    assert_eq!(drifted(["2025-02-06", "KW 6", "KW 7"]), Some(ReasonCode::LowConfidence));
    // A person may say that it is right.
    let forced = plant_core::job::IngestOrder {
        forced_profile: Some(profile),
        ..order()
    };
    let text = "Order;Machine;Posting Date;Good Qty;Scrap Qty\nA4;M1;KW 6;100;3";
    assert_eq!(export(text).held(&forced), None);
}

#[test]
fn doubts_hold_the_file_with_the_most_specific_reason() {
    for (text, expected) in [
        (
            "Order;Posting Date;Good Qty\nA;3/4/2025;1\nB;5/6/2025;2",
            Some(ReasonCode::AmbiguousDate),
        ),
        (
            "Order;Posting Date;Good Qty\nA;2025-01-01;1,234\nB;2025-01-02;5,678",
            Some(ReasonCode::AmbiguousNumber),
        ),
        (
            "Order;Posting Date;Qty\nA;2025-01-01;1\nB;2025-01-02;2",
            Some(ReasonCode::LowConfidence),
        ),
        (
            "Order;Posting Date;Good Qty\nA;25-05-03;1\nB;25-05-04;2",
            Some(ReasonCode::AmbiguousDate),
        ),
        (
            "Order;Posting Date;Good Qty\nA;2025-01-01;1.5\nB;2025-01-02;1,5",
            Some(ReasonCode::AmbiguousNumber),
        ),
        (
            "Order;Posting Date;Good Qty;Scrap Qty\nA;2025-01-01;1.5;0.5\nB;2025-01-02;1,5;0.25",
            Some(ReasonCode::AmbiguousNumber),
        ),
        ("Order;Posting Date;Good Qty\nA;03.05.2025;1\nB;04.05.2025;2", None),
        ("Foo;Bar\nx;1\ny;2", Some(ReasonCode::ProfileNeeded)),
        ("Order;Good Qty\nA;1\nB;2", Some(ReasonCode::ProfileNeeded)),
        ("Order;Posting Date;Good Qty", Some(ReasonCode::ProfileNeeded)),
        ("Order;Posting Date;Good Qty\nA;2025-01-01;1\nB;2025-01-02;2", None),
    ] {
        assert_eq!(code(&export(text)), expected, "{text}");
    }
    let (_, text) = export("Order;Posting Date;Good Qty").held(&order()).unwrap();
    assert!(text.contains("no rows"), "{text}");
    let (_, text) = export("Order;Posting Date;Qty\nA;2025-01-01;1").held(&order()).unwrap();
    assert!(text.contains("`Qty` may be quantity made"), "{text}");
    let (_, text) = export("Order;Good Qty;Date\nA;1;00:00.0\nB;2;00:00.0")
        .held(&order())
        .unwrap();
    assert!(text.contains("dates destroyed: every cell is 00:00.0"), "{text}");
}

#[test]
fn an_uncertain_layout_holds() {
    let file = export(GOOD);
    let mut layout = file.layout();
    layout.confidence = 0.1;
    let head = crate::decide(&layout, &file.facts(), &order());
    assert!(
        matches!(head.decision, Decision::Refuse(Refusal::Hold(reason)) if reason.code == ReasonCode::LowConfidence)
    );
}

#[test]
fn a_saved_profile_takes_its_header_in_any_order_and_spelling() {
    let profile = export(GOOD).profile(&[], |_| ());
    let file = export("SCRAP QTY;good_qty;Posting Date;machine;Order\n1;2;2025-03-01;M;A");
    let head = file.decide(&with(profile.clone()));
    assert!(
        matches!(head.decision, Decision::Take { is_new: false, .. }),
        "{:?}",
        head.decision
    );
    assert!(
        head.columns
            .iter()
            .all(|column| column.variable.is_some() && column.confidence == 1.0)
    );
    // Only the header: nothing to take in, but nothing wrong either.
    let empty = export("Order;Machine;Posting Date;Good Qty;Scrap Qty").decide(&with(profile.clone()));
    assert!(matches!(empty.decision, Decision::Take { is_new: false, .. }));
    let archived = Profile {
        archived: true,
        ..profile
    };
    assert!(matches!(
        file.decide(&with(archived)).decision,
        Decision::Take { is_new: true, .. }
    ));
}

#[test]
fn a_near_header_is_held_with_the_difference() {
    let profile = export(GOOD).profile(&[], |_| ());
    let file = export("Order;Machine;Posting Date;Good Qty;Reject Qty\nA;M;2025-02-03;1;2\nB;M;2025-02-04;1;2");
    // One name of five has changed: that may be the scrap under a new name.
    let (code, text) = file.held(&with(profile.clone())).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(
        text.contains("missing the column `Scrap Qty`; new the column `Reject Qty`"),
        "{text}"
    );
    // Two of five: another kind of file.
    let other = export("Order;Resource;Posting Date;Good Qty;Reject Qty\nA;M;2025-02-03;1;2\nB;M;2025-02-04;1;2");
    assert!(matches!(
        other.decide(&with(profile.clone())).decision,
        Decision::Take { is_new: true, .. }
    ));
    let more = export("Order;Machine;Posting Date;Good Qty;Scrap Qty;Lot\nA;M;2025-02-03;1;2;L\nB;M;2025-02-04;1;2;L");
    let (code, text) = more.held(&with(profile.clone())).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(
        text.contains("`saved`") && text.contains("new the column `Lot`"),
        "{text}"
    );
    let mut strict = profile;
    strict.columns[4].required = true;
    let fewer = export("Order;Machine;Posting Date;Good Qty\nA;M;2025-02-03;1\nB;M;2025-02-04;1");
    let (code, text) = fewer.held(&with(strict.clone())).unwrap();
    assert_eq!(code, ReasonCode::RequiredColumnMissing);
    assert!(text.contains("missing the column `Scrap Qty`"), "{text}");
    let forced = plant_core::job::IngestOrder {
        forced_profile: Some(strict),
        ..order()
    };
    assert_eq!(
        fewer.held(&forced).map(|(code, _)| code),
        Some(ReasonCode::RequiredColumnMissing)
    );
}

#[test]
fn a_profile_settles_what_the_file_leaves_open() {
    let file = export("Order;Posting Date;Good Qty\nA;3/4/2025;1,234\nB;5/6/2025;5,678");
    let forced = |profile| plant_core::job::IngestOrder {
        forced_profile: Some(profile),
        ..order()
    };
    let profile = file.profile(&[], |_| ());
    assert_eq!(
        file.held(&forced(profile.clone())).map(|(code, _)| code),
        Some(ReasonCode::AmbiguousDate)
    );
    let mut settled = profile;
    // No year stands first here: this says nothing about day and month.
    settled.settings.date_order = Some(DateOrder::Ymd);
    assert_eq!(
        file.held(&forced(settled.clone())).map(|(code, _)| code),
        Some(ReasonCode::AmbiguousDate)
    );
    settled.settings.date_order = Some(DateOrder::Mdy);
    assert_eq!(
        file.held(&forced(settled.clone())).map(|(code, _)| code),
        Some(ReasonCode::AmbiguousNumber)
    );
    settled.settings.decimal = Some('.');
    assert!(matches!(file.decide(&forced(settled)).decision, Decision::Take { .. }));
}

#[test]
fn columns_without_names_need_a_profile_by_position_whose_cells_agree() {
    let file = export("column_1;column_2;column_3\nM1;2025-01-01;5\nM2;2025-01-02;6");
    let headless = |file: &Export, order: &plant_core::job::IngestOrder| {
        let layout = plant_core::table::Layout {
            header_line: None,
            ..file.layout()
        };
        crate::decide(&layout, &file.facts(), order).decision
    };
    assert!(
        matches!(headless(&file, &order()), Decision::Refuse(Refusal::Hold(reason)) if reason.code == ReasonCode::NoHeader)
    );
    let sets = ["column_1=machine", "column_2=posting_date", "column_3=quantity_good"];
    let saved = with(file.profile(&sets, |_| ()));
    assert!(matches!(headless(&file, &saved), Decision::Take { is_new: false, .. }));
    let other = export("column_1;column_2;column_3\n5;bolt;2025-01-01\n6;nut;2025-01-02");
    assert!(
        matches!(headless(&other, &saved), Decision::Refuse(Refusal::Hold(reason)) if reason.code == ReasonCode::NoHeader && reason.text.contains("`column_2`"))
    );
}

#[test]
fn a_profile_says_that_a_two_digit_year_stands_first() {
    let file = export("Order;Posting Date;Good Qty\nA;25-05-03;1\nB;25-05-04;2");
    let mut profile = file.profile(&[], |_| ());
    profile.settings.date_order = Some(DateOrder::Ymd);
    let (records, ..) = file.typed(&profile, &order());
    let days: Vec<String> = records
        .iter()
        .filter_map(|r| r.day.map(|day| day.to_string()))
        .collect();
    assert_eq!(days, ["2025-05-03", "2025-05-04"]);
    assert!(file.held(&with(profile)).is_none());
}

#[test]
fn a_profile_picks_the_decimal_sign_of_a_contradictory_column_and_the_rest_are_problems() {
    let file = export("Order;Posting Date;Good Qty\nA;2025-01-01;1.5\nB;2025-01-02;1,5");
    let mut profile = file.profile(&[], |_| ());
    profile.settings.decimal = Some('.');
    assert!(file.held(&with(profile.clone())).is_none());
    let (records, problems, ..) = file.typed(&profile, &order());
    let good = plant_core::variable::Variable::QuantityGood;
    assert_eq!(records[0].number(good).map(|n| n.to_string()).as_deref(), Some("1.5"));
    assert_eq!(records[1].number(good), None);
    assert_eq!(problems[0].code, "bad_number");
}

#[test]
fn dates_with_points_say_that_the_day_is_first_by_custom() {
    let head = export("Order;Posting Date;Good Qty\nA;03.05.2025;1\nB;04.05.2025;2").decide(&order());
    assert!(head.columns[1].why.contains("custom"), "{}", head.columns[1].why);
    // A file whose other dates prove the month first is held.
    let file = export("Order;Posting Date;Due date;Good Qty\nA;03.05.2025;12/31/2025;1\nB;04.05.2025;12/30/2025;2");
    assert_eq!(code(&file), Some(ReasonCode::AmbiguousDate));
}

#[test]
fn a_date_that_may_lie_ahead_proves_no_order_by_today() {
    let file = |posting: [&str; 3], name: &str, ahead: [&str; 3]| {
        let rows = posting.iter().zip(ahead).zip(["P-100;100", "P-200;120", "P-300;80"]);
        let rows = rows.map(|((posting, ahead), rest)| format!("\n1001;{posting};{ahead};{rest}"));
        export(&format!(
            "Order;Posting Date;{name};Product;Good Qty{}",
            rows.collect::<String>()
        ))
    };
    let unsure = ["11/11/2026", "10/11/2026", "11/11/2026"];
    let ahead = ["04/12/2026", "05/12/2026", "03/12/2026"];
    for name in [
        "Due Date",
        "Planned End",
        "Scheduled Finish",
        "Requested Date",
        "Promised Date",
        "Delivery Date",
        "Expiry Date",
        "Valid Until",
        "Next Inspection",
        "Liefertermin",
        "Geplantes Ende",
        "Fecha prevista",
        "Date d'échéance",
        "Data consegna",
        "Prazo",
        "交货日期",
        "Text 7",
    ] {
        let held = file(unsure, name, ahead).held(&order());
        let (code, text) = held.unwrap_or_else(|| panic!("{name} proves nothing"));
        assert_eq!(code, ReasonCode::AmbiguousDate, "{name}: {text}");
    }
    let day = |file: &Export, order: &plant_core::job::IngestOrder| {
        let head = file.decide(order);
        let Decision::Take { profile, .. } = &head.decision else {
            panic!("{:?}", head.decision)
        };
        let (records, ..) = file.typed(profile, order);
        records[1].day.unwrap().to_string()
    };
    // A part over 12 proves it whatever the column, and what has happened can't lie ahead.
    let over = file(unsure, "Due Date", ["24/12/2026", "05/12/2026", "03/12/2026"]);
    assert_eq!(day(&over, &order()), "2026-11-10");
    let own = file(["11/11/2026", "13/11/2026", "12/11/2026"], "Due Date", ahead);
    assert_eq!(day(&own, &order()), "2026-11-13");
    let recent = file(["11/12/2026", "10/12/2026", "09/12/2026"], "Due Date", ahead);
    assert_eq!(day(&recent, &order()), "2026-10-12");
    let beside = file(unsure, "Created on", ["10/12/2026", "11/12/2026", "10/12/2026"]);
    assert_eq!(day(&beside, &order()), "2026-10-11");
    // A saved profile says what a column is whose name does not, and a name of what lies ahead stays one.
    let saved = |name: &str, cells: [&str; 3]| {
        let rows = cells.map(|cell| format!("\n1001;{cell};100"));
        let file = export(&format!("Order;{name};Good Qty{}", rows.concat()));
        let profile = file.profile(&[&format!("{name}=posting_date")], |_| ());
        file.held(&with(profile)).map(|(code, _)| code)
    };
    assert_eq!(saved("Day X", ahead), None);
    assert_eq!(saved("Day X", unsure), Some(ReasonCode::AmbiguousDate));
    assert_eq!(saved("Delivery Date", ahead), Some(ReasonCode::AmbiguousDate));
}

#[test]
fn a_doubtful_column_says_why_it_is_doubtful() {
    let (code, text) =
        export("Date;Material;Quantity;UoM\n2025-05-01;Scrap HMS 1;120.5;t\n2025-05-02;Scrap HMS 2;80.2;t")
            .held(&order())
            .unwrap();
    assert_eq!(code, ReasonCode::LowConfidence);
    assert!(text.contains("other things go by that name too"), "{text}");
}

#[test]
fn a_product_that_two_columns_claim_is_asked_for() {
    let mapped = |text: &str| {
        let file = export(text);
        let head = file.decide(&order());
        let columns = head.columns.iter();
        let product = columns.filter(|column| column.variable == Some(Variable::ProductCode));
        let names: Vec<String> = product.map(|column| column.source.clone()).collect();
        (names.join(","), matches!(head.decision, Decision::Take { .. }))
    };
    let taken = |name: &str| (name.to_owned(), true);
    let head = "Order;Item;Material;Posting Date;Good Qty";
    // Items of a document are numbered in tens, with or without zeros before them.
    for items in [
        ["0010", "0010", "0020"],
        ["10", "20", "10"],
        ["000010", "000020", "000030"],
    ] {
        let rows = items
            .map(|item| format!("\n1000123;{item};P-100;2025-05-03;480"))
            .concat();
        for product in ["Material", "Product"] {
            let head = head.replace("Material", product);
            assert_eq!(mapped(&format!("{head}{rows}")), taken(product));
        }
    }
    // Where nothing else is the product, an item is.
    let alone =
        "Item;Description;Posting Date;Good Qty\n10;Bolt;2025-05-03;4\n20;Nut;2025-05-03;5\n10;Bolt;2025-05-04;4";
    assert_eq!(mapped(alone), taken("Item"));
    // Codes that are numbers are codes: which of the two counts only a person knows.
    let held = |a: &str, b: &str| {
        let rows = [["7710040", "P-1"], ["7710050", "P-2"], ["7710040", "P-3"]];
        let rows = rows.map(|[one, other]| format!("\n1000123;{one};{other};2025-05-03;480"));
        export(&format!("Order;{a};{b};Posting Date;Good Qty{}", rows.concat())).held(&order())
    };
    for (a, b) in [
        ("Item", "Material"),
        ("Material", "Item"),
        ("Artikelnummer", "Referencia"),
    ] {
        let (code, text) = held(a, b).unwrap();
        assert_eq!(code, ReasonCode::LowConfidence);
        assert!(text.contains(&format!("`{b}` goes by that name too")), "{text}");
    }
    assert_eq!(held("Item", "Material Description"), None);
    assert_eq!(held("Part", "Material"), None, "the one name says more than the other");
    // Positions of one, two, three: as doubtful.
    let counted =
        "Order;Item;Material;Posting Date;Good Qty\n1;1;P-1;2025-05-03;4\n1;2;P-2;2025-05-03;5\n2;1;P-3;2025-05-04;4";
    assert_eq!(code(&export(counted)), Some(ReasonCode::LowConfidence));
    // Two numbers of each thing are one thing by two names.
    let rows: String = (0..12)
        .map(|row| format!("\n2025-05-03;7{0};P-{0};{row}", row % 3))
        .collect();
    assert_eq!(
        mapped(&format!("Posting Date;Item No;SKU;Good Qty{rows}")),
        taken("Item No")
    );
    // So are orders.
    let orders = "Order Number;Production Order;Posting Date;Good Qty\nS1;W1;2025-05-03;4\nS1;W2;2025-05-03;5";
    assert_eq!(code(&export(orders)), Some(ReasonCode::LowConfidence));
}

#[test]
fn two_columns_are_never_one_of_a_profile() {
    let profile =
        export("Order;Posting Date;Good Qty;Scrap Qty\nA;2025-02-03;1;2\nB;2025-02-04;1;2").profile(&[], |_| ());
    let file = export("Order;Posting Date;Good Qty;Scrap Qty;scrap_qty\nA;2025-02-03;1;2;50\nB;2025-02-04;1;2;60");
    let (code, text) = file.held(&with(profile.clone())).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(text.contains("new the column `scrap_qty`"), "{text}");
    // Nor where a person says that this profile is to be used.
    let forced = |profile| plant_core::job::IngestOrder {
        forced_profile: Some(profile),
        ..order()
    };
    let (code, text) = file.held(&forced(profile)).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(text.contains("`Scrap Qty` and `scrap_qty` would both be"), "{text}");
    // A profile that knows both reads each as itself, and one alone is another kind of file.
    let both = file.profile(&["Scrap Qty=quantity_scrap", "scrap_qty="], |_| ());
    assert!(file.held(&with(both.clone())).is_none());
    let (records, ..) = file.typed(&both, &order());
    let scrap = plant_core::variable::Variable::QuantityScrap;
    assert_eq!(records[0].number(scrap).map(|n| n.to_string()).as_deref(), Some("2"));
    let one = export("Order;Posting Date;Good Qty;scrap_qty\nA;2025-02-03;1;50\nB;2025-02-04;1;60");
    let (code, text) = one.held(&with(both)).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(text.contains("missing the column `Scrap Qty`"), "{text}");
}

#[test]
fn money_is_not_taken_for_the_orgs_where_an_unread_column_names_another_currency() {
    let head = "Order;Posting Date;Scrap Qty;Scrap Cost;Currency";
    let first = export(&format!("{head}\nA;2025-02-03;1;2.50;\nB;2025-02-04;1;2.50;"));
    let profile = first.profile(&["Scrap Cost=scrap_cost", "Currency="], |_| ());
    let order = |profile: Profile, currency: &str| plant_core::job::IngestOrder {
        currency: Some(currency.to_owned()),
        ..with(profile)
    };
    let pounds = export(&format!("{head}\nC;2025-02-05;1;2.50;GBP\nD;2025-02-06;1;2.50;GBP"));
    let (code, text) = pounds.held(&order(profile.clone(), "EUR")).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(text.contains("`Currency` says GBP") && text.contains("EUR"), "{text}");
    assert!(
        pounds.held(&order(profile.clone(), "GBP")).is_none(),
        "the same currency"
    );
    assert!(first.held(&order(profile.clone(), "EUR")).is_none(), "an empty column");
    let read = pounds.profile(&["Scrap Cost=scrap_cost", "Currency=currency"], |_| ());
    assert!(pounds.held(&order(read, "EUR")).is_none(), "a column that is read");
    // Nor where the file is the first of its kind, and its column is called as no currency is.
    let named = |name: &str, code: &str| {
        let head = format!("Order;Posting Date;Good Qty;Scrap Qty;Scrap Cost;{name}");
        export(&format!(
            "{head}\nA;2025-02-03;5;1;2.50;{code}\nB;2025-02-04;5;1;2.50;{code}"
        ))
    };
    let euro = || plant_core::job::IngestOrder {
        currency: Some("EUR".to_owned()),
        ..crate::tests::order()
    };
    let (code, text) = named("Wert 7", "GBP").held(&euro()).unwrap();
    assert_eq!(code, ReasonCode::ProfileNeeded);
    assert!(text.contains("`Wert 7` says GBP"), "{text}");
    assert!(named("Wert 7", "EUR").held(&euro()).is_none());
    assert!(named("Wert 7", "TOP").held(&euro()).is_none(), "a word of a plant");
}

#[test]
fn money_in_several_currencies_is_added_up_for_none() {
    let file = |one: &str, other: &str| {
        let head = "Posting Date;Order;Material;Scrap Qty;Total Cost";
        export(&format!(
            "{head}\n2025-05-01;WO1;P-100;2;{one}\n2025-05-14;WO2;P-100;3;{other}\n2025-05-15;WO3;P-100;5;{other}"
        ))
    };
    let held = |one, other| {
        let file = file(one, other);
        file.held(&with(file.profile(&["Total Cost=total_cost"], |_| ())))
    };
    let (code, text) = held("$1,200.00", "€900.00").unwrap();
    assert_eq!(code, ReasonCode::LowConfidence);
    assert!(
        text.contains("`$1,200.00` and `€900.00`") && text.contains("--currency EUR"),
        "{text}"
    );
    assert!(held("900.00 GBP", "900.00 CHF").is_some());
    for (one, other) in [
        ("$1,200.00", "900.00 USD"),
        ("€1,200.00", "EUR 900.00"),
        ("$5.00", "$6.00"),
        ("5.00", "€6.00"),
    ] {
        assert_eq!(held(one, other), None, "{one} {other}");
    }
    // Where it is known which one is meant, the others become problems.
    let mixed = file("$1,200.00", "€900.00");
    let of_euro = mixed.profile(&["Total Cost=total_cost"], |settings| {
        settings.currency = Some("EUR".to_owned())
    });
    assert_eq!(mixed.held(&with(of_euro)), None);
}

#[test]
fn rework_that_would_not_be_read_is_asked_about() {
    let file = |text: &str, says: &str| {
        export(&format!(
            "Buchungsdatum;Maschine;Auftrag;Vorgang;{text};Gutmenge;Ausschuss\n2025-04-07;M1;70001;0010;Drehen;900;20\n\
             2025-04-27;M2;70001;0015;{says};70;10\n2025-04-28;M1;70002;0010;Drehen;500;0"
        ))
    };
    let held = |file: crate::tests::Export| file.held(&crate::tests::order());
    let (code, text) = held(file("Vorgangstext", "Nacharbeit")).unwrap();
    assert_eq!(code, ReasonCode::LowConfidence);
    assert!(
        text.contains("`Vorgangstext` says `Nacharbeit`") && text.contains("'Vorgangstext=order_type'"),
        "{text}"
    );
    assert_eq!(held(file("Vorgangstext", "Fräsen")), None);
    assert_eq!(held(file("Bemerkung", "Nacharbeit")), None, "said of something else");
    let read = file("Vorgangstext", "Nacharbeit");
    let by = read.profile(&["Vorgangstext=order_type"], |_| ());
    assert_eq!(read.held(&with(by)), None);
}

#[test]
fn a_log_without_the_names_of_a_profile_is_held() {
    let log = |line: &str| {
        let lines: Vec<String> = (0..4).map(|row| format!("2025-03-03 13:0{row};a;1;{row};20")).collect();
        export(&format!(
            "Time;Name;Value;{line}.Energy;{line}.Temp\n{}",
            lines.join("\n")
        ))
    };
    let written = ["Time", "Name", "Value"].map(str::to_owned);
    let mut by = log("L5").profile(&["Time=event_start", "L5.Energy=energy_used", "Value="], |_| ());
    by.shape.pivot = Some(plant_core::profile::Pivot {
        name: "Name".to_owned(),
        value: "Value".to_owned(),
    });
    by.header_fingerprint = fingerprint(&written);
    let order = plant_core::job::IngestOrder {
        profiles: vec![by],
        ..order()
    };
    let held = |line: &str| {
        let layout = plant_core::table::Layout {
            written: written.to_vec(),
            ..log(line).layout()
        };
        match crate::decide(&layout, &log(line).facts(), &order).decision {
            Decision::Refuse(Refusal::Hold(reason)) => Some(reason.text),
            _ => None,
        }
    };
    assert_eq!(held("L5"), None);
    let text = held("L6").unwrap();
    assert!(
        text.contains("reads `L5.Energy` and") && text.contains("but `L6.Energy`, `L6.Temp`"),
        "{text}"
    );
}

#[test]
fn codes_that_lost_digits_hold_the_file_however_few() {
    let file =
        "Work Order;Posting Date;Good Qty\n1.23457E+14;2025-05-01;10\n1.23457E+14;2025-05-01;20\n4711;2025-05-01;30
4712;2025-05-02;40\n4713;2025-05-02;50";
    let held = |order: &plant_core::job::IngestOrder| export(file).held(order);
    let (code, text) = held(&order()).unwrap();
    assert_eq!(code, ReasonCode::LowConfidence);
    assert!(text.contains("digits lost: 2 of 5 cells"), "{text}");
    // By a saved profile as well, but not where a person takes this very file.
    let profile = export(file).profile(&[], |_| {});
    assert_eq!(held(&with(profile.clone())).unwrap().0, ReasonCode::LowConfidence);
    let forced = plant_core::job::IngestOrder {
        forced_profile: Some(profile),
        ..order()
    };
    assert_eq!(held(&forced), None);
    // In a column that tells no order it is a number.
    let spared = file.replace("Work Order", "Offset");
    assert!(
        export(&spared)
            .held(&order())
            .is_none_or(|(_, text)| !text.contains("digits lost"))
    );
}

#[test]
fn a_steel_works_that_books_its_material_makes_no_scrap_of_it() {
    let list = |column: &str| {
        let rows = "2025-05-01;Scrap HMS 1;120.5;t\n2025-05-01;Scrap shredded;80.2;t\n2025-05-02;Scrap HMS 1;131.0;t";
        export(&format!("Date;{column};Quantity;UoM\n{rows}")).first("Quantity")
    };
    let scrap = plant_core::variable::Variable::QuantityScrap;
    assert!(list("Material").is_none_or(|(variable, _)| variable != scrap));
    assert!(list("Movement").is_some_and(|(variable, _)| variable == scrap));
}

#[test]
fn a_workbook_with_two_tables_of_one_kind_is_held_until_one_is_chosen() {
    let file = export(GOOD);
    let mut layout = file.layout();
    layout.sheet = Some("April".into());
    layout.twins = vec!["May".into()];
    let held = |layout: &plant_core::table::Layout| match crate::decide(layout, &file.facts(), &order()).decision {
        Decision::Refuse(Refusal::Hold(reason)) => Some(reason.text),
        _ => None,
    };
    assert!(held(&layout).unwrap().contains("`April`, `May`"));
    layout.twins.clear();
    assert_eq!(held(&layout), None);
    // What was taken in by itself is tied to no sheet.
    let Decision::Take { profile, .. } = crate::decide(&layout, &file.facts(), &order()).decision else {
        panic!()
    };
    assert_eq!(profile.settings.layout.sheet, None);
}

#[test]
fn what_other_files_prove_is_read_so_and_said() {
    let teach = |proofs: &[(&str, Option<DateOrder>, Option<char>)]| {
        let mut learned = plant_core::learned::Learned::default();
        for (file, order, decimal) in proofs {
            let (order, decimal) = (*order, *decimal);
            let column = if order.is_some() { "postingdate" } else { "goodqty" };
            learned.add(
                file,
                &[(column.to_owned(), plant_core::learned::Proof { order, decimal })].into(),
            );
        }
        plant_core::job::IngestOrder { learned, ..order() }
    };
    let days = "Order;Posting Date;Good Qty\n3;04/05/2025;100\n4;04/05/2025;90";
    let (day, month) = (Some(DateOrder::Dmy), Some(DateOrder::Mdy));
    let read = |order: &plant_core::job::IngestOrder| {
        let head = export(days).decide(order);
        let Decision::Take { profile, .. } = &head.decision else {
            panic!("{:?}", head.decision)
        };
        let (records, ..) = export(days).typed(profile, order);
        (records[0].day.unwrap().to_string(), head.layout.unwrap().notes)
    };
    assert_eq!(code(&export(days)), Some(ReasonCode::AmbiguousDate));
    let (read_as, notes) = read(&teach(&[("a.csv", day, None)]));
    assert_eq!(read_as, "2025-05-04");
    assert_eq!(notes, ["`Posting Date`: the day comes first, as `a.csv` proves."]);
    assert_eq!(read(&teach(&[("a.csv", month, None)])).0, "2025-04-05");
    // Files that contradict each other teach nothing.
    let contested = teach(&[("a.csv", day, None), ("b.csv", month, None)]);
    assert_eq!(export(days).held(&contested).unwrap().0, ReasonCode::AmbiguousDate);
    // Nor does one that this file's own columns contradict.
    let beside = "Order;Posting Date;Due Date;Good Qty\n3;04/05/2025;05/25/2025;100\n4;04/05/2025;05/26/2025;90";
    assert_eq!(
        export(beside).held(&teach(&[("a.csv", day, None)])).unwrap().0,
        ReasonCode::AmbiguousDate
    );
    // What a column proves itself is never overruled.
    let own = days.replace("04/05/2025;90", "25/05/2025;90");
    assert_eq!(export(&own).held(&teach(&[("a.csv", month, None)])), None);
    let numbers = "Order;Posting Date;Good Qty\n3;2025-05-04;1.234\n4;2025-05-04;2.345";
    assert_eq!(code(&export(numbers)), Some(ReasonCode::AmbiguousNumber));
    assert_eq!(export(numbers).held(&teach(&[("a.csv", None, Some(','))])), None);
}

#[test]
fn begin_end_and_a_reason_are_a_stop_without_a_person() {
    let taken = |text: &str| matches!(export(text).decide(&order()).decision, Decision::Take { .. });
    let rows =
        "M1;03.05.2025 06:00;03.05.2025 06:10;Werkzeugwechsel\nM2;14.05.2025 07:00;14.05.2025 07:30;Materialmangel\n";
    assert!(taken(&format!("Maschine;Start;Ende;Grund\n{rows}")));
    assert!(
        !taken(&format!("Maschine;Start;Ende;Text 7\n{rows}")),
        "of what kind it was is not said"
    );
}
