//! Analyses: what each covered, what the data allowed, and per analyzer its figures, its chart and its findings.

use plant_core::model::{AnalysisStatus, AnalysisView, AnalyzerStatus, AnalyzerView};

use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec, finding};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field, left, right};

/// All analyses, the newest first.
pub static ANALYSES: Spec = Spec {
    name: "analyses",
    form: Form::List {
        columns: AnalysisView::COLUMNS,
        empty: &[
            "No analyses yet.",
            "A file is analysed by itself once its rows are in; 2 shows where each file stands.",
        ],
    },
    scopes: &[Scope::Open, Scope::List, Scope::About, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&ANALYSIS),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            Ok(Content::rows(client.list_analyses(None, listing).await?))
        })
    }),
};

/// One analysis, each analyzer in a pane of its own.
pub static ANALYSIS: Spec = Spec {
    name: "analysis",
    form: Form::Text,
    scopes: &[Scope::Analysis, Scope::About, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Own(&finding::FINDINGS),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_analysis(&wanted.about).await?.document())) })
    }),
};

impl Listed for AnalysisView {
    const COLUMNS: &'static [Column] = &[
        field("analysis_id"),
        Column::text("scope", "SCOPE", 0).width(Width::Rest(1)),
        Column::number("tier", "TIER", 4),
        Column::text("levels", "LEVELS", 11),
        Column::text("status", "STATUS", 10),
        field("stale").only_csv(),
        Column::number("records", "RECORDS", 10).from(76),
        Column::text("created_at", "MADE", 11).bare(),
    ];

    fn id(&self) -> String {
        self.analysis_id.to_string()
    }

    fn label(&self) -> String {
        self.scope.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let shown = match (self.stale, self.status) {
            (true, AnalysisStatus::Completed) => "stale",
            (_, status) => status.name(),
        };
        let levels = figure::levels(&self.tiers);
        vec![
            self.analysis_id.to_string().into(),
            self.scope.clone().into(),
            Cell::count(Some(u64::from(self.tier))),
            levels.into(),
            Cell::styled(shown, theme::word(shown)).bare(self.status.to_string()),
            if self.stale { "yes" } else { "" }.into(),
            Cell::count(Some(self.records)),
            Cell::time(self.created_at),
        ]
    }
}

impl Described for AnalysisView {
    fn document(&self) -> Document {
        let mut document = Document::new(&self.scope);
        document.pane("summary");
        summary(self, &mut document);
        for analyzer in &self.analyzers {
            document.pane(&format!("{} {}", analyzer.name, analyzer.level));
            self::analyzer(analyzer, &mut document);
        }
        document
    }
}

fn summary(analysis: &AnalysisView, document: &mut Document) {
    let status = if analysis.stale {
        "stale: rows changed since, it is made again"
    } else {
        analysis.status.name()
    };
    document.field("scope", &analysis.scope);
    document.styled_field(
        "status",
        status,
        theme::word(status.split(':').next().unwrap_or_default()),
    );
    document.field(
        "tier",
        &format!("{} ({})", analysis.tier, figure::levels(&analysis.tiers)),
    );
    document.field(
        "records",
        &format!(
            "{}, made {}",
            figure::count(analysis.records),
            figure::time(analysis.created_at)
        ),
    );
    if let Some(error) = &analysis.error {
        document.styled_field("error", error, theme::BAD);
    }
    if !analysis.summary.is_empty() {
        document.heading("Summary");
        analysis.summary.iter().for_each(|sentence| document.text(sentence));
    }
    if !analysis.uses.is_empty() {
        document.heading("Taken from other files");
        analysis
            .uses
            .iter()
            .for_each(|used| document.text(&figure::use_of(used)));
    }
    if !analysis.tiers.unlocks.is_empty() {
        document.heading("What one more column would unlock");
        analysis.tiers.unlocks.iter().for_each(|unlock| document.text(unlock));
    }
    document.heading("Analyzers");
    let rows = analysis.analyzers.iter().map(|analyzer| {
        let figures = analyzer.metrics.iter().filter(|item| item.value.is_some()).count();
        vec![
            analyzer.name.name().into(),
            Cell::styled(analyzer.status.name(), theme::word(analyzer.status.name())),
            analyzer.level.to_string().into(),
            format!("{figures}/{}", analyzer.metrics.len()).into(),
            analyzer.findings.len().to_string().into(),
        ]
    });
    let columns = [
        left("ANALYZER", 12),
        left("STATUS", 10),
        right("LEVEL", 5),
        right("FIGURES", 8),
        right("FINDINGS", 8),
    ];
    document.table(&columns, rows);
}

fn analyzer(analyzer: &AnalyzerView, document: &mut Document) {
    if analyzer.status != AnalyzerStatus::Completed {
        let status = analyzer.status.name();
        document.styled(&figure::plain(status), theme::word(status));
    }
    if let Some(error) = &analyzer.error {
        document.text(error);
    }
    if !analyzer.metrics.is_empty() {
        let rows = analyzer.metrics.iter().map(|item| {
            let style = if item.value.is_none() { theme::DIM } else { theme::CARE };
            let remark = Cell::styled(figure::remark(item), style);
            let value = match item.value {
                Some(_) => Cell::styled(figure::metric(item), theme::STRONG),
                None => Cell::from(figure::NONE),
            };
            vec![
                figure::name(&item.metric).into(),
                value,
                figure::count(item.n).into(),
                remark,
            ]
        });
        document.table(
            &[
                left("FIGURE", 26),
                right("VALUE", 16),
                right("ROWS", 9),
                left("REMARK", 0),
            ],
            rows,
        );
    }
    if let Some(chart) = &analyzer.chart {
        document.blank();
        document.chart(chart);
    }
    document.heading("Findings");
    analyzer.findings.iter().for_each(|title| document.text(title));
    if analyzer.findings.is_empty() {
        document.styled("none", theme::DIM);
    }
}
