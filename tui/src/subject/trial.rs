//! What a change would make of files, tried and not kept.

use plant_core::model::TrialView;
use plant_core::words::counted;

use super::Described;
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{left, right};

impl Described for TrialView {
    fn document(&self) -> Document {
        let mut document = Document::new("effect");
        document.styled("Nothing is changed: this is what it would make", theme::STRONG);
        document.blank();
        let more = match self.left_out {
            0 => String::new(),
            more => format!("; {} older than these are not tried", counted(more, "file", "files")),
        };
        document.field(
            "tried on",
            &format!("{}{more}", figure::counted(self.files, "file", "files")),
        );
        let pair = |before: u64, after: u64| match before == after {
            true => format!("{before}, as now"),
            false => format!("{after}, now {before}"),
        };
        document.field("rows", &pair(self.rows_before, self.rows_after));
        document.field("that count", &pair(self.live_before, self.live_after));
        let tier = |tier: Option<u8>| tier.map_or("none".to_owned(), |tier| tier.to_string());
        document.field(
            "tier",
            &match self.tier_before == self.tier_after {
                true => format!("{}, as now", tier(self.tier_after)),
                false => format!("{}, now {}", tier(self.tier_after), tier(self.tier_before)),
            },
        );
        if !self.sums.is_empty() {
            document.heading("Sums of the rows that count");
            let rows = self.sums.iter().map(|sum| {
                let figure = |value: Option<rust_decimal::Decimal>| value.map(figure::exact).unwrap_or_default();
                vec![
                    sum.variable.name().into(),
                    figure(sum.before).into(),
                    figure(sum.after).into(),
                ]
            });
            let columns = [left("VARIABLE", 22), right("NOW", 16), right("THEN", 16)];
            document.table(&columns, rows);
        }
        if self.analysed > 0 {
            document.field("findings", &pair(self.findings_before, self.findings_after));
        }
        let (come, go): (Vec<_>, Vec<_>) = self.findings.iter().partition(|change| change.comes);
        for (heading, changes) in [("Findings that would go", go), ("Findings that would come", come)] {
            if !changes.is_empty() {
                document.heading(heading);
                changes.iter().for_each(|change| document.text(&change.title));
            }
        }
        if self.unsummed {
            document.field("sums", "there are too many rows to add them up for this");
        }
        if !self.questions.is_empty() {
            document.heading("What would be asked");
            for question in &self.questions {
                document.styled(question, theme::CARE);
            }
        }
        if !self.held.is_empty() {
            document.heading("Files that would be held");
            let rows = self
                .held
                .iter()
                .map(|held| vec![held.file.clone().into(), held.reason.clone().into()]);
            document.table(&[left("FILE", 30), left("WHY", 0)], rows);
        }
        document
    }
}
