//! Aliases: names of machines and products that go by another name, decided or suggested, and what deciding one changes.

use plant_core::alias::AliasKind;
use plant_core::model::{AliasEffect, AliasItem, AliasMember, AliasOverlap};
use plant_core::variable::Variable;
use plant_proto::client::{Client, ClientError};
use plant_proto::fault::Fault;

use super::{Asked, Content, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, left, right};

/// What stands in the place of aliases where there are none.
pub const NO_ALIASES: &str =
    "no aliases, and no names that look alike; add one with `plant aliases add machine NAME=CANONICAL`";

/// Those that were decided, then those that are suggested.
pub static ALL: Spec = Spec {
    name: "aliases",
    form: Form::List {
        columns: AliasItem::COLUMNS,
        empty: &[NO_ALIASES],
    },
    scopes: &[Scope::Alias, Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&ONE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            Ok(Content::rows(client.list_aliases(listing).await?))
        })
    }),
};

/// What one that is suggested would change, or one that was decided if it were taken away.
pub static ONE: Spec = Spec {
    name: "alias",
    form: Form::Text,
    scopes: &[Scope::Alias, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::ByPerson,
    fetch: Some(|client, wanted| Box::pin(async move { Ok(Content::Text(tried(&client, &wanted.about).await?)) })),
};

async fn tried(client: &Client, about: &str) -> Result<Document, ClientError> {
    let decision = Decision::of(about).ok_or_else(|| Fault::invalid(format!("`{about}` is no alias")))?;
    let Decision { kind, name, canonical } = &decision;
    let effect = client.try_alias(*kind, name, canonical.as_deref()).await?;
    let mut document = told(&effect, false);
    document.blank();
    document.styled(&format!("y, then Enter, does it: `:alias {decision}`"), theme::DIM);
    Ok(document)
}

/// What a person says of an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is named.
    pub kind: AliasKind,
    /// The name.
    pub name: String,
    /// What it goes by from now on; nothing: by itself.
    pub canonical: Option<String>,
}

impl Decision {
    /// The one that is written so: `add machine NAME=CANONICAL`, `remove product NAME`.
    pub fn of(text: &str) -> Option<Decision> {
        let (word, rest) = text.trim().split_once(' ')?;
        let (kind, names) = rest.trim().split_once(' ')?;
        let kind = AliasKind::from_name(kind)?;
        let (name, canonical) = match (word, names.split_once('=')) {
            ("add", Some((name, canonical))) => (name, Some(canonical.trim().to_owned())),
            ("remove", _) => (names, None),
            _ => return None,
        };
        let name = name.trim().to_owned();
        Some(Decision { kind, name, canonical })
    }
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Decision { kind, name, canonical } = self;
        match canonical {
            Some(canonical) => write!(f, "add {kind} {name}={canonical}"),
            None => write!(f, "remove {kind} {name}"),
        }
    }
}

impl Listed for AliasItem {
    const COLUMNS: &'static [Column] = &[
        Column::text("kind", "KIND", 8),
        Column::text("name", "NAME", 0).width(Width::Rest(2)),
        Column::text("canonical", "GOES BY", 0).width(Width::Rest(2)),
        Column::text("decided", "STATE", 10),
        Column::number("rows", "ROWS", 9),
        Column::text("by", "BY", 12).from(96),
        Column::text("at", "SINCE", 11).from(96).bare(),
    ];

    /// What Enter and `y` are about: to add what is suggested, to take away what was decided.
    fn id(&self) -> String {
        let decision = Decision {
            kind: self.kind,
            name: self.name.clone(),
            canonical: (!self.decided).then(|| self.canonical.clone()),
        };
        decision.to_string()
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn cells(&self) -> Vec<Cell> {
        let state = if self.decided { "decided" } else { "suggested" };
        vec![
            self.kind.name().into(),
            self.name.clone().into(),
            self.canonical.clone().into(),
            Cell::from(state).bare(self.decided.to_string()),
            Cell::count(self.rows),
            self.by.clone().unwrap_or_default().into(),
            self.at.map(Cell::time).unwrap_or_else(|| "".into()),
        ]
    }
}

/// What an alias changes, or has changed.
pub fn told(effect: &AliasEffect, is_done: bool) -> Document {
    let AliasEffect {
        kind, name, canonical, ..
    } = effect;
    let mut document = Document::new(name);
    let goes_by = match effect.removed {
        false => format!("{kind} {name} goes by {canonical}"),
        true => format!("{kind} {name} no longer goes by {canonical}"),
    };
    document.styled(&goes_by, theme::STRONG);
    if !is_done {
        document.text("Nothing is changed: this is what it would make.");
    }
    document.blank();
    for name in &effect.unknown {
        document.styled(
            &format!("No row has {name} yet; it holds for those that come."),
            theme::CARE,
        );
    }
    let files = figure::counted(effect.files, "file", "files");
    let rows = figure::counted(effect.rows, "row", "rows");
    document.field(
        "concerns",
        &format!("{rows} in {files}, compared anew and analysed again"),
    );
    let pair = |before: u64, after: u64| match before == after {
        true => format!("{}, as before", figure::count(before)),
        false => format!("{}, before {}", figure::count(after), figure::count(before)),
    };
    document.field("rows that count", &pair(effect.live_before, effect.live_after));
    let members = match kind {
        AliasKind::Machine => "machines",
        AliasKind::Product => "products",
    };
    document.field(members, &pair(effect.members_before, effect.members_after));
    if let Some(overlap) = &effect.overlap {
        overlapping(overlap, &mut document);
    }
    for (heading, told) in [("Before", &effect.before), ("Then", &effect.after)] {
        document.heading(heading);
        let columns = [
            left("NAME", 24),
            right("ROWS", 9),
            left("SUMS", 0).width(Width::Rest(1)),
        ];
        document.table(&columns, told.iter().map(member));
    }
    document
}

fn member(member: &AliasMember) -> Vec<Cell> {
    let sums = member
        .sums
        .iter()
        .map(|sum| format!("{} {}", Variable::noun(sum.variable), figure::exact(sum.value)));
    vec![
        member.name.clone().into(),
        Cell::count(Some(member.rows)),
        sums.collect::<Vec<_>>().join(", ").into(),
    ]
}

fn overlapping(overlap: &AliasOverlap, document: &mut Document) {
    document.heading("One machine can't stand twice");
    let AliasOverlap { stops, one, other } = overlap;
    let overlaps = if *stops == 1 { "overlaps" } else { "overlap" };
    let said = format!(
        "{} of {} {overlaps} one of {}, so that these may be two machines. The first:",
        figure::counted(*stops, "stop", "stops"),
        one.machine,
        other.machine
    );
    document.styled(&said, theme::CARE);
    for stop in [one, other] {
        let said = format!(
            "{}  {} to {}  line {} of {}",
            stop.machine,
            figure::time(stop.start),
            figure::time(stop.end),
            stop.line,
            stop.file
        );
        document.text(&said);
    }
}
