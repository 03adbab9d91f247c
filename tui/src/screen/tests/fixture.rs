//! Fixed data for the tests of the screens.

mod basis;
mod calendar;
mod figure;
mod file;
mod mapping;
mod reference;
mod system;
mod trial;

use plant_core::model::{AnswerView, Citation, Engine, Page};

pub use basis::*;
pub use calendar::view as calendar_view;
pub use figure::*;
pub use file::*;
pub use mapping::*;
pub use system::*;
pub use trial::*;

pub fn answer() -> AnswerView {
    AnswerView {
        answer: "Scrap ratio by machine, 2025-02-01 to 2025-02-28:\n  M07  4.2 %\n  M03  1.9 % [1]".to_owned(),
        reading: "metric = scrap ratio, by machine, 2025-02-01 to 2025-02-28".to_owned(),
        citations: vec![Citation {
            number: 1,
            file: "production_0000.csv".to_owned(),
            file_id: id("0195f000-0000-7000-8000-000000000000"),
            sha256: format!("{:064x}", 0xabc0),
            lines: "5-1004".to_owned(),
            committed_at: Some(at(1)),
        }],
        engine: Engine::Offline,
        grounded: true,
        next_questions: vec!["scrap ratio of M07 by shift".to_owned()],
        ..AnswerView::default()
    }
}

/// What the daemon answers for a screen, with so many rows in a list.
pub fn content(screen: &crate::subject::Screen, count: usize) -> crate::subject::Content {
    use crate::subject::{Content, Described};

    match screen.spec.name {
        "overview" | "files" => Content::rows(files(count)),
        "file" => Content::Text(file().document()),
        "line" => Content::Text(line(true).document()),
        "analyses" => Content::rows(analyses(count)),
        "analysis" => Content::Text(analysis().document()),
        "findings" => Content::rows(findings(count)),
        "finding" => Content::Text(finding().document()),
        "profiles" => Content::rows(Page {
            items: (0..count).map(profile).collect(),
            next_page: None,
        }),
        "profile" => Content::Text(profile(0).document()),
        "metrics" => Content::rows(Page {
            items: (0..count).map(metric_info).collect(),
            next_page: None,
        }),
        "mapping" => Content::Text(suggestion().document()),
        "trial" => Content::Text(trial().document()),
        "metric" => Content::Text(metric_detail().document()),
        "grants" => Content::Text(grants(count).document()),
        "references" => Content::rows(Page {
            items: (0..count).map(reference::item).collect(),
            next_page: None,
        }),
        "reference" => Content::rows(Page {
            items: (0..count).map(reference::entry).collect(),
            next_page: None,
        }),
        "operators" => Content::rows(Page {
            items: (0..count).map(operator_item).collect(),
            next_page: None,
        }),
        "operator" => Content::Text(operator().document()),
        "series" => Content::rows(Page {
            items: (0..count).map(series).collect(),
            next_page: None,
        }),
        "folders" => Content::rows(Page {
            items: (0..count).map(folder).collect(),
            next_page: None,
        }),
        "folder" => Content::Text(folder(1).document()),
        "aliases" => Content::rows(Page {
            items: (0..count).map(alias).collect(),
            next_page: None,
        }),
        "alias" => Content::Text(crate::subject::alias::told(&alias_effect(), false)),
        "calendars" => Content::rows(Page {
            items: (0..count).map(calendar::item).collect(),
            next_page: None,
        }),
        "calendar" => Content::Text(calendar_view().document()),
        "versions" => Content::Text(series_detail().document()),
        other => panic!("the daemon is asked for {other}"),
    }
}
