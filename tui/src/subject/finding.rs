//! Findings: the loss, what saving the rules allow and how it was computed, and the rows that show it.

use plant_core::model::{FindingView, SavingView};
use plant_proto::client::FindingFilter;

use super::{Asked, Content, Described, Form, Listed, Opens, PAGE, Scope, Spec, file};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field};

/// Findings of all analyses, or of the one that the screen is about; the weightiest first.
pub static FINDINGS: Spec = Spec {
    name: "findings",
    form: Form::List {
        columns: FindingView::COLUMNS,
        empty: &[
            "No findings.",
            "An analysis (3) says which column the data lacks for more.",
        ],
    },
    scopes: &[Scope::Open, Scope::List, Scope::About, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&FINDING),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let filter = FindingFilter {
                analysis: Some(wanted.about).filter(|id| !id.is_empty()),
                limit: Some(PAGE),
                page: wanted.page,
                ..FindingFilter::default()
            };
            Ok(Content::rows(client.list_findings(filter).await?))
        })
    }),
};

/// One finding; its evidence leads to the lines of the files.
pub static FINDING: Spec = Spec {
    name: "finding",
    form: Form::Text,
    scopes: &[Scope::Open, Scope::About, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Link(&file::LINE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_finding(&wanted.about).await?.document())) })
    }),
};

impl Listed for FindingView {
    const COLUMNS: &'static [Column] = &[
        field("finding_id"),
        field("analyzer"),
        Column::text("title", "FINDING", 0).width(Width::Rest(1)),
        Column::text("", "ANALYZER", 10).from(76),
        Column::number("loss", "LOSS", 14),
        field("unit").only_csv(),
        Column::number("saving_low", "SAVING LOW", 14),
        Column::number("saving_expected", "EXPECTED", 12).from(100),
        field("currency").only_csv(),
        field("grade").only_csv(),
        Column::text("state", "STATE", 11).from(100),
    ];

    fn id(&self) -> String {
        self.finding_id.to_string()
    }

    fn label(&self) -> String {
        self.title.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let saving = self.saving.as_ref();
        let of = |part: fn(&SavingView) -> String| saving.map(part).unwrap_or_default();
        // By either of its bounds: the largest careful one first, signals at the end.
        let low = saving.map(|saving| saving.low);
        let weight = if saving.is_some() { theme::STRONG } else { theme::DIM };
        let loss = self.loss.quantity.map(|quantity| quantity.normalize().to_string());
        vec![
            self.finding_id.to_string().into(),
            self.analyzer.to_string().into(),
            self.title.clone().into(),
            self.analyzer.to_string().into(),
            Cell::from(figure::loss(&self.loss))
                .bare(loss.unwrap_or_default())
                .keyed(&self.loss.unit.to_string(), self.loss.quantity),
            self.loss.unit.to_string().into(),
            Cell::styled(figure::saving(saving), weight)
                .bare(of(|saving| saving.low.normalize().to_string()))
                .largest(low),
            Cell::from(of(|saving| figure::money(saving.expected, &saving.currency)))
                .bare(of(|saving| saving.expected.normalize().to_string()))
                .largest(low),
            of(|saving| saving.currency.clone()).into(),
            of(|saving| saving.grade.to_string()).into(),
            Cell::styled(self.state.to_string(), theme::word(self.state.name())),
        ]
    }
}

impl Described for FindingView {
    fn document(&self) -> Document {
        let mut document = Document::new(&self.title);
        document.styled(&self.title, theme::STRONG);
        document.blank();
        let scope = self
            .scope
            .iter()
            .map(|(name, value)| format!("{} {value}", figure::plain(name)));
        let scope: Vec<String> = scope.collect();
        let all = || "all rows".to_owned();
        document.field("scope", &if scope.is_empty() { all() } else { scope.join(", ") });
        document.field("period", &figure::period(&self.period));
        document.styled_field("loss", &figure::loss(&self.loss), theme::STRONG);
        let weight = if self.saving.is_some() {
            theme::STRONG
        } else {
            theme::PLAIN
        };
        document.styled_field("saving", &saving(self), weight);
        if let Some(saving) = self.saving.as_ref().filter(|saving| !saving.note.is_empty()) {
            document.field("limits", &saving.note);
        }
        document.field("state", self.state.name());
        document.heading("How it was computed");
        document.field("method", &self.method);
        document.field("working", &self.working);
        document.heading(&format!(
            "Evidence: {}",
            figure::counted(self.evidence_count, "row", "rows")
        ));
        for evidence in &self.evidence {
            let hash = figure::prefix(&evidence.sha256);
            let text = format!("{} {hash} line {}", evidence.file, evidence.at());
            document.link(&text, theme::ACCENT, &file::line_id(evidence.file_id, evidence.line));
            let values = evidence.values.iter().map(|(name, value)| format!("{name}={value}"));
            document.field("", &values.collect::<Vec<_>>().join("  "));
        }
        let further = self.evidence_count.saturating_sub(self.evidence.len() as u64);
        if further > 0 {
            document.styled(
                &format!("and {}", figure::counted(further, "more row", "more rows")),
                theme::DIM,
            );
        }
        document
    }
}

/// The saving in words: both bounds, the grade and the pool, or that there is none.
fn saving(finding: &FindingView) -> String {
    let Some(saving) = &finding.saving else {
        return "none: a signal, as the rules allow no money yet".to_owned();
    };
    let money = |value| figure::money(value, &saving.currency);
    let run_rate = saving
        .run_rate
        .map(|rate| format!("; {} lost a year", money(rate)))
        .unwrap_or_default();
    format!(
        "{} low, {} expected, grade {}, pool {}; {} lost in the period{run_rate}",
        money(saving.low),
        money(saving.expected),
        saving.grade,
        figure::plain(saving.pool.name()),
        money(saving.observed)
    )
}
