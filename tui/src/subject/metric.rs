//! The catalogue of metrics: what can be asked for, and how each is made.

use plant_core::metric::MetricKind;
use plant_core::model::{MetricComponent, MetricDetail, MetricInfo, Page};
use plant_core::unit::Unit;

use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field};

/// Every metric of the catalogue.
pub static METRICS: Spec = Spec {
    name: "metrics",
    form: Form::List {
        columns: MetricInfo::COLUMNS,
        empty: &["The catalogue is empty."],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&METRIC),
    asked: Asked::OnEvents,
    fetch: Some(|client, _| {
        Box::pin(async move {
            Ok(Content::rows(Page {
                items: client.list_metrics().await?,
                next_page: None,
            }))
        })
    }),
};

/// One metric with what it is made of.
pub static METRIC: Spec = Spec {
    name: "metric",
    form: Form::Text,
    scopes: &[Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_metric(&wanted.about).await?.document())) })
    }),
};

impl Listed for MetricInfo {
    const COLUMNS: &'static [Column] = &[
        Column::text("metric", "METRIC", 22),
        field("code"),
        Column::text("label", "NAME", 0).width(Width::Rest(1)),
        Column::text("unit", "UNIT", 33).from(100),
        field("kind"),
        field("formula"),
        field("source"),
    ];

    fn id(&self) -> String {
        self.metric.clone()
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.metric.clone().into(),
            self.code.clone().into(),
            self.label.clone().into(),
            Cell::from(figure::unit(&self.unit).unwrap_or_default()).bare(self.unit.to_string()),
            self.kind.to_string().into(),
            self.formula.clone().into(),
            self.source.clone().into(),
        ]
    }
}

impl Described for MetricDetail {
    fn document(&self) -> Document {
        let info = &self.info;
        let mut document = Document::new(&info.label);
        document.styled(&info.label, theme::STRONG);
        document.blank();
        document.field("metric", &info.metric);
        let unnamed = match info.unit {
            Unit::Unnamed => "that of the rows",
            _ => "a pure number",
        };
        let unit = figure::unit(&info.unit).unwrap_or_else(|| unnamed.to_owned());
        document.field("unit", &unit);
        document.field("formula", &info.formula);
        document.field("made as", made_as(info.kind));
        document.field("source", &info.source);
        document.field("version", &self.version.to_string());
        document.field(
            "better",
            match self.higher_is_better {
                Some(true) => "more is better",
                Some(false) => "less is better",
                None => "neither more nor less",
            },
        );
        if !info.needs.is_empty() {
            document.field("needs", &info.needs.join(", and "));
        }
        let dimensions: Vec<&str> = info.dimensions.iter().map(|dimension| dimension.name()).collect();
        document.field("by", &dimensions.join(", "));
        let (made_of, beside): (Vec<_>, Vec<_>) = self.components.iter().partition(|component| component.required);
        list(&mut document, "Made of", made_of.into_iter().map(component));
        list(
            &mut document,
            "Read beside it, for checks, counts and remarks",
            beside.into_iter().map(component),
        );
        let reasons = self.null_reasons.iter().map(|why| figure::explain(*why));
        list(&mut document, "No value where", reasons);
        let warnings = self.warnings.iter().map(|one| figure::warning(*one).to_owned());
        list(&mut document, "What may be remarked", warnings);
        document
    }
}

/// A heading and what stands below it; nothing where there is nothing.
fn list(document: &mut Document, heading: &str, items: impl Iterator<Item = String>) {
    for (at, item) in items.enumerate() {
        if at == 0 {
            document.heading(heading);
        }
        document.text(&format!("- {item}"));
    }
}

fn component(component: &MetricComponent) -> String {
    let unit = figure::unit(&component.unit).map(|unit| format!(" [{unit}]"));
    format!(
        "{}{}: {}",
        component.component,
        unit.unwrap_or_default(),
        component.meaning
    )
}

fn made_as(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Sum => "a sum",
        MetricKind::Ratio => "a ratio of sums, never a mean of ratios",
        MetricKind::Extreme => "the least or the greatest of the values",
        MetricKind::Derived => "computed from several sums",
    }
}
