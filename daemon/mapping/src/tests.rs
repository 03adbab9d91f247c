//! Small exports for the tests of the stages: a header, rows, and what becomes of them.

use plant_core::ids::{OrgId, ProfileId};
use plant_core::job::{Decision, IngestHead, IngestOrder, Refusal};
use plant_core::model::SuggestionView;
use plant_core::profile::{Profile, Settings};
use plant_core::record::Record;
use plant_core::state::ReasonCode;
use plant_core::table::{Form, Layout, Problem};
use plant_core::variable::Variable;

use crate::{ColumnFacts, Overrides, Typed, Typer, TyperEnd};

/// An export as text: columns apart by `;`, the first line is the header.
pub(crate) struct Export {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

pub(crate) fn export(text: &str) -> Export {
    let mut lines = text
        .trim_matches('\n')
        .lines()
        .map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
    Export {
        header: lines.next().unwrap(),
        rows: lines.collect(),
    }
}

/// What the columns of a file could be, as it is decided.
pub(crate) fn suggest(layout: &Layout, facts: &ColumnFacts, order: &IngestOrder) -> SuggestionView {
    crate::decide(layout, facts, order).suggestion.unwrap()
}

pub(crate) fn order() -> IngestOrder {
    IngestOrder {
        org_id: OrgId(uuid::Uuid::from_bytes([1; 16])),
        name: "Export 2025.csv".to_owned(),
        folder: "/srv/L1".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        says: Default::default(),
        currency: None,
        profiles: Vec::new(),
        forced_profile: None,
        today: "2026-11-21".parse().unwrap(),
        hints: Default::default(),
        shape: None,
        operators: None,
        learned: Default::default(),
        base: None,
    }
}

impl Export {
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            form: Form::Delimited,
            encoding: "utf-8".to_owned(),
            bom: false,
            delimiter: Some(';'),
            quote: Some('"'),
            header_line: Some(1),
            sheet: None,
            twins: Vec::new(),
            sheets: Vec::new(),
            header: self.header.clone(),
            written: Vec::new(),
            preamble: Vec::new(),
            confidence: 0.9,
            notes: Vec::new(),
            date_1904: false,
        }
    }

    pub(crate) fn facts(&self) -> ColumnFacts {
        let Ok(looked) = crate::look(&self.header, None, |each| {
            for row in &self.rows {
                each(&row.iter().map(String::as_str).collect::<Vec<_>>());
            }
            Ok::<_, std::convert::Infallible>(())
        });
        looked.facts
    }

    pub(crate) fn decide(&self, order: &IngestOrder) -> IngestHead {
        crate::decide(&self.layout(), &self.facts(), order)
    }

    pub(crate) fn held(&self, order: &IngestOrder) -> Option<(ReasonCode, String)> {
        match self.decide(order).decision {
            Decision::Refuse(Refusal::Hold(reason)) => Some((reason.code, reason.text)),
            _ => None,
        }
    }

    /// The profile that the suggestion and these words make.
    pub(crate) fn profile(&self, sets: &[&str], change: impl FnOnce(&mut Settings)) -> Profile {
        let suggestion = suggest(&self.layout(), &self.facts(), &order());
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let id = ProfileId(uuid::Uuid::nil());
        let mut profile = crate::build(
            "saved",
            id,
            1,
            &self.layout(),
            &suggestion,
            &sets,
            &Overrides::default(),
        )
        .unwrap();
        change(&mut profile.settings);
        profile
    }

    pub(crate) fn typed(
        &self,
        profile: &Profile,
        order: &IngestOrder,
    ) -> (Vec<Record>, Vec<Problem>, Vec<Problem>, TyperEnd) {
        let mut typer = Typer::new(profile, &self.layout(), &self.facts(), order).unwrap();
        let (mut records, mut remarks, mut quarantined) = (Vec::new(), Vec::new(), Vec::new());
        for (row, line) in self.rows.iter().zip(2..) {
            match typer.row(line, &row.iter().map(String::as_str).collect::<Vec<_>>()) {
                Typed::Record(record, more) => {
                    records.push(record);
                    remarks.extend(more);
                }
                Typed::Quarantine(problem) => quarantined.push(problem),
            }
        }
        (records, remarks, quarantined, typer.finish())
    }

    /// What a column is mapped to by its first suggestion, with its confidence.
    pub(crate) fn first(&self, source: &str) -> Option<(Variable, f64)> {
        let suggestion = suggest(&self.layout(), &self.facts(), &order());
        let column = suggestion
            .columns
            .into_iter()
            .find(|column| column.source == source)
            .unwrap();
        column.suggestions.first().map(|best| (best.variable, best.confidence))
    }
}

#[test]
fn a_week_of_production_goes_all_the_way() {
    let export = export(
        "Auftrag;Maschine;Datum;Gutmenge;Ausschuß;Bemerkung
A1;M1;03.02.2025;1.100,5;3;x
A2;M1;14.02.2025;90;0;
A3;M2;15.02.2025;70;2;y",
    );
    let head = export.decide(&order());
    let Decision::Take { profile, is_new: true } = head.decision else {
        panic!("{:?}", head.decision)
    };
    assert!(!profile.approved);
    let (records, remarks, quarantined, end) = export.typed(&profile, &order());
    assert_eq!((records.len(), remarks.len(), quarantined.len()), (3, 0, 0));
    assert_eq!(
        records[0].number(Variable::QuantityGood),
        Some("1100.5".parse().unwrap())
    );
    assert_eq!(
        records[0].number(Variable::QuantityProduced),
        Some("1103.5".parse().unwrap())
    );
    assert_eq!(records[0].day, Some("2025-02-03".parse().unwrap()));
    assert_eq!(records[0].ts.unwrap().to_rfc3339(), "2025-02-02T23:00:00+00:00");
    assert!(records[0].extra.contains(&("Bemerkung".to_owned(), "x".to_owned())));
    assert!(
        records[0]
            .extra
            .contains(&("_derived".to_owned(), "quantity_produced".to_owned()))
    );
    assert!(end.present.contains(&Variable::QuantityProduced));
    // What the daemon makes the tier of.
    assert_eq!(plant_core::tier::assess(&end.tier_input).overall, 1);
    assert_eq!(end.tier_input.span_days, 13);
    assert_eq!(
        (end.first_day, end.last_day, end.days),
        (
            Some("2025-02-03".parse().unwrap()),
            Some("2025-02-15".parse().unwrap()),
            3
        )
    );
}
