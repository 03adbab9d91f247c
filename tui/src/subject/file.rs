//! Files: where each stands, what it gave, and what to do next.

use plant_core::balance::Balance;
use plant_core::ids::FileId;
use plant_core::measure::MeasureKind;
use plant_core::model::{FileDetail, FileItem, LineView};
use plant_core::sanitize;
use plant_core::series::Why;
use plant_core::state::FileState;
use plant_proto::client::FileFilter;
use rust_decimal::Decimal;

use super::{Asked, Content, Described, Form, Listed, Opens, PAGE, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field, left, right};

/// All files, the newest first.
pub static FILES: Spec = Spec {
    name: "files",
    form: Form::List {
        columns: FileItem::COLUMNS,
        empty: &[
            "No files yet.",
            "Drop an export into a watched folder, or hand one over: plant push FILE",
            "Watch a folder: plant folders add PATH",
        ],
    },
    scopes: &[
        Scope::Open,
        Scope::List,
        Scope::File,
        Scope::About,
        Scope::Scroll,
        Scope::Anywhere,
    ],
    opens: Opens::Row(&FILE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let filter = FileFilter {
                limit: Some(PAGE),
                page: wanted.page,
                ..FileFilter::default()
            };
            Ok(Content::rows(client.list_files(filter).await?))
        })
    }),
};

/// One file.
pub static FILE: Spec = Spec {
    name: "file",
    form: Form::Text,
    scopes: &[Scope::File, Scope::About, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_file(&wanted.about).await?.document())) })
    }),
};

/// One line of a file as it was read; see [`line_id`].
pub static LINE: Spec = Spec {
    name: "line",
    form: Form::Text,
    scopes: &[Scope::Open, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Link(&FILE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let (file, line) = wanted.about.split_once(':').unwrap_or((&wanted.about, ""));
            // What is no number is no line either, and the daemon says so.
            let line = client.get_line(file, line.parse().unwrap_or(0)).await?;
            Ok(Content::Text(line.document()))
        })
    }),
};

/// What the screen of a line is about.
pub fn line_id(file: FileId, line: u64) -> String {
    format!("{file}:{line}")
}

impl Described for LineView {
    fn document(&self) -> Document {
        let mut document = Document::new(&format!("{} line {}", self.name, self.line));
        document.link(
            &format!("{} line {}", self.name, self.line),
            theme::ACCENT,
            &self.file_id.to_string(),
        );
        // Tabs are what a person looks for in a file that is read in a wrong way.
        document.text(&sanitize::display(&self.text));
        if self.is_cut {
            document.styled("the line is longer; the rest was cut here", theme::DIM);
        }
        document
    }
}

impl Listed for FileItem {
    const COLUMNS: &'static [Column] = &[
        field("file_id"),
        Column::text("name", "FILE", 0).width(Width::Rest(3)),
        Column::text("state", "STATE", 11),
        Column::number("rows", "ROWS", 9),
        Column::number("quarantined", "ASIDE", 6).from(96),
        Column::number("tier", "TIER", 4),
        Column::text("profile", "PROFILE", 12).from(76),
        Column::text("seen_at", "SEEN", 11).bare(),
        Column::text("reason", "WHY", 0).width(Width::Rest(4)).from(110),
    ];

    fn id(&self) -> String {
        self.file_id.to_string()
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let place = FileState::ALL.iter().position(|state| *state == self.state);
        let aside = self.balance.map(|balance| balance.quarantined);
        let reason = self.reason.as_ref().map(|reason| reason.text.clone());
        let mut shown_aside = Cell::count(aside);
        if aside == Some(0) {
            shown_aside.text.clear();
        }
        shown_aside.style = theme::CARE;
        vec![
            self.file_id.to_string().into(),
            self.name.clone().into(),
            Cell::styled(self.state.name(), theme::state(self.state)).largest(place.map(|place| -Decimal::from(place))),
            Cell::count(self.balance.map(|balance| balance.rows())),
            shown_aside,
            Cell::count(self.tier.map(u64::from)),
            self.profile.clone().unwrap_or_default().into(),
            Cell::time(self.seen_at),
            reason.unwrap_or_default().into(),
        ]
    }
}

impl Described for FileDetail {
    fn document(&self) -> Document {
        let mut document = Document::new(&self.item.name);
        summary(self, &mut document);
        if let Some(balance) = &self.item.balance {
            document.heading("Balance: each line has one fate");
            document.styled(
                &self::balance(balance),
                if balance.closes() { theme::PLAIN } else { theme::BAD },
            );
        }
        timeline(self, &mut document);
        columns(self, &mut document);
        problems(self, &mut document);
        if !self.notes.is_empty() {
            document.heading("How it was read");
            self.notes.iter().for_each(|note| document.text(note));
        }
        document
    }
}

fn summary(detail: &FileDetail, document: &mut Document) {
    let item = &detail.item;
    document.styled_field("state", item.state.name(), theme::state(item.state));
    if let Some(reason) = &item.reason {
        document.field("why", &reason.text);
    }
    document.styled_field("next", &detail.next_step, theme::STRONG);
    document.field("folder", &item.folder);
    let hash = if item.sha256.is_empty() {
        "not read yet".to_owned()
    } else {
        format!("sha256 {}", figure::prefix(&item.sha256))
    };
    document.field(
        "file",
        &format!("{}, {hash}, {}", figure::bytes(item.bytes), reading(item)),
    );
    let mut profile = vec![item.profile.as_deref().unwrap_or("none").to_owned()];
    profile.extend(item.tier.map(|tier| format!("tier {tier}")));
    if item.first_day.is_some() {
        profile.push(format!("rows of {}", figure::dates(item.first_day, item.last_day)));
    }
    document.field("profile", &profile.join(", "));
    let rows: u64 = detail.row_counts.values().sum();
    if rows > 0 {
        let mut parts = vec![format!(
            "{} of {} count",
            figure::count(detail.row_counts.get(Why::Counts.name()).copied().unwrap_or(0)),
            figure::count(rows)
        )];
        parts.extend(
            detail
                .row_counts
                .iter()
                .filter(|(why, _)| *why != Why::Counts.name())
                .map(|(why, rows)| format!("{} {}", figure::count(*rows), figure::plain(why))),
        );
        document.field("rows", &parts.join(", "));
    }
    if let Some(question) = &detail.question {
        super::question::asked(question, document);
    }
}

/// How it is written: `text, utf-8, delimited by ";", header in line 4`.
fn reading(item: &FileItem) -> String {
    let dialect = item.dialect.as_ref();
    let mut parts: Vec<String> = dialect
        .map(|dialect| dialect.form.spoken().to_owned())
        .into_iter()
        .collect();
    // What a workbook says of itself is no encoding of its own.
    let is_sheet = dialect.is_some_and(|dialect| dialect.sheet.is_some());
    parts.extend(item.encoding.clone().filter(|_| !is_sheet));
    if let Some(dialect) = dialect {
        parts.extend(dialect.delimiter.as_ref().map(|sign| format!("delimited by {sign:?}")));
        parts.extend(dialect.decimal.as_ref().map(|sign| format!("decimal {sign}")));
        parts.extend(dialect.sheet.as_ref().map(|sheet| format!("sheet {sheet}")));
        parts.push(match dialect.header_line {
            Some(line) => format!("header in line {line}"),
            None if dialect.form.rows_name_columns() => "names in each line".to_owned(),
            None => "no header".to_owned(),
        });
    }
    if parts.is_empty() {
        "layout not known yet".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The equation of the balance, without the fates that no line had.
fn balance(balance: &Balance) -> String {
    let fates = [
        ("header", balance.header),
        ("preamble", balance.preamble),
        ("rulers", balance.ruler),
        ("totals", balance.total),
        ("blank", balance.blank),
        ("continued", balance.continued),
        ("taken", balance.taken),
        ("quarantined", balance.quarantined),
        ("left out", balance.dropped),
        ("duplicate", balance.duplicate),
    ];
    let shown = fates.iter().filter(|(name, lines)| *lines > 0 || *name == "taken");
    let parts: Vec<String> = shown
        .map(|(name, lines)| format!("{} {name}", figure::count(*lines)))
        .collect();
    let sign = if balance.closes() { "=" } else { "is NOT" };
    format!("{} lines {sign} {}", figure::count(balance.physical), parts.join(" + "))
}

fn timeline(detail: &FileDetail, document: &mut Document) {
    document.heading("Timeline (UTC)");
    for entry in &detail.timeline {
        let text = format!("{}  {:<11}  {}", figure::time(entry.at), entry.state.name(), entry.note);
        document.styled(&text, theme::PLAIN);
    }
    if detail.timeline.is_empty() {
        document.styled("nothing happened yet", theme::DIM);
    }
}

fn columns(detail: &FileDetail, document: &mut Document) {
    if detail.columns.is_empty() {
        return;
    }
    let mapped = detail.columns.iter().filter(|column| column.variable.is_some()).count();
    document.heading(&format!(
        "Columns: {mapped} of {} feed a variable",
        detail.columns.len()
    ));
    let rows = detail.columns.iter().map(|column| {
        let variable = match column.variable {
            Some(variable) => Cell::from(variable.name()),
            None => Cell::styled(column.measure.map_or("kept as it is", MeasureKind::noun), theme::DIM),
        };
        let sure = if column.variable.is_none() {
            Cell::from("")
        } else if column.confidence >= 0.9 {
            figure::estimate(column.confidence).into()
        } else {
            Cell::styled(format!("{}?", figure::estimate(column.confidence)), theme::CARE)
        };
        vec![
            column.source.clone().into(),
            variable,
            sure,
            figure::estimate(column.filled).into(),
            column.samples.join(" | ").into(),
        ]
    });
    let shown = [
        left("COLUMN", 0).width(Width::Quarter(12, 30)),
        left("VARIABLE", 20),
        right("SURE", 6),
        right("FILLED", 6),
        left("SAMPLES", 0),
    ];
    document.table(&shown, rows);
}

fn problems(detail: &FileDetail, document: &mut Document) {
    if detail.problems.is_empty() {
        return;
    }
    document.heading(&format!("Problems: {}", figure::count(detail.problem_count)));
    let rows = detail.problems.iter().map(|problem| {
        let line = if problem.line == 0 {
            "file".to_owned()
        } else {
            problem.line.to_string()
        };
        vec![
            line.into(),
            problem.column.clone().unwrap_or_default().into(),
            if problem.quarantined {
                Cell::styled("aside", theme::CARE)
            } else {
                Cell::styled("remark", theme::DIM)
            },
            problem.value.clone().unwrap_or_default().into(),
            problem.text.clone().into(),
        ]
    });
    let shown = [
        right("LINE", 7),
        left("COLUMN", 14),
        left("FATE", 6),
        left("VALUE", 14),
        left("WHAT IS WRONG", 0),
    ];
    document.table(&shown, rows);
    let further = detail.problem_count.saturating_sub(detail.problems.len() as u64);
    if further > 0 {
        document.styled(&format!("and {} more", figure::count(further)), theme::DIM);
    }
}
