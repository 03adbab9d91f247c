use plant_core::model::Analyzer;
use serde_json::Value;

use super::*;
use crate::screen::fixture;
use crate::subject::Described;

const HOSTILE: &str = "x\u{1b}[2J\u{9b}1m\u{202e}\u{7}";

/// Puts hostile text into every text of a value that may hold any, and says how many there were.
fn poison(value: &mut Value, path: &str, count: &mut usize) {
    match value {
        Value::String(text) if !fixed(path, text) => {
            *text = HOSTILE.to_owned();
            *count += 1;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, path, count)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| poison(field, name, count)),
        _ => {}
    }
}

/// Fields whose text is one of a few words, a time or an id.
fn fixed(name: &str, text: &str) -> bool {
    name.ends_with("_at")
        || name.ends_with("_id")
        || name.ends_with("_day")
        || matches!(
            name,
            "at" | "state"
                | "code"
                | "variable"
                | "transform"
                | "present"
                | "from"
                | "to"
                | "health"
                | "role"
                | "kind"
                | "mode"
                | "fault_kind"
                | "step"
                | "form"
                | "status"
                | "analyzer"
                | "grade"
                | "pool"
                | "engine"
                | "null_reason"
                | "null_reasons"
                | "dimensions"
                | "since"
                | "rank"
                | "key"
                | "warnings"
        )
        || (name == "name" && Analyzer::from_name(text).is_some())
}

fn check<T>(view: T)
where
    T: Clean + serde::Serialize + serde::de::DeserializeOwned,
{
    let mut json = serde_json::to_value(&view).expect("JSON");
    let mut count = 0;
    poison(&mut json, "", &mut count);
    assert!(count > 3, "the fixture has hardly any text: {json}");
    let mut poisoned: T = serde_json::from_value(json).expect("the same type");
    poisoned.clean();
    let cleaned = serde_json::to_value(&poisoned).expect("JSON");
    let mut texts = Vec::new();
    collect(&cleaned, &mut texts);
    for text in texts {
        let drives = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(drives), "{text:?} in {cleaned}");
    }
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| {
            texts.push(name.clone());
            collect(field, texts);
        }),
        _ => {}
    }
}

/// The same for a view that comes through the door as what a screen shows.
fn check_shown<T: serde::Serialize + serde::de::DeserializeOwned>(view: T, shown: fn(T) -> Content) {
    let mut json = serde_json::to_value(&view).expect("JSON");
    let mut count = 0;
    poison(&mut json, "", &mut count);
    assert!(count > 3, "the fixture has hardly any text: {json}");
    let mut content = shown(serde_json::from_value(json).expect("the same type"));
    // What a terminal would obey is written as an escape here; a backslash that was there already is written twice.
    let drives = |content: &Content| format!("{content:?}").replace(r"\\", "").contains(r"\u{");
    assert!(drives(&content), "nothing of it is shown: {content:?}");
    content.clean();
    assert!(!drives(&content), "{content:?}");
}

#[test]
fn nothing_in_any_view_can_drive_the_terminal() {
    check(fixture::status());
    check(fixture::answer());
    check_shown(fixture::files(3), Content::rows);
    check_shown(fixture::file(), |view| Content::Text(view.document()));
    check_shown(fixture::analyses(2), Content::rows);
    check_shown(fixture::analysis(), |view| Content::Text(view.document()));
    check_shown(fixture::findings(2), Content::rows);
    check_shown(fixture::finding(), |view| Content::Text(view.document()));
    check_shown(fixture::metric_detail(), |view| Content::Text(view.document()));
    check_shown(fixture::grants(3), |view| Content::Text(view.document()));
    let mut series = fixture::series_detail();
    // Its sums are numbers.
    series.item.question = None;
    check_shown(series, |view| Content::Text(view.document()));
    let mut pairs = Answer::Headline(vec![("oee".to_owned(), HOSTILE.to_owned())]);
    pairs.clean();
    assert!(matches!(&pairs, Answer::Headline(pairs) if !pairs[0].1.contains('\u{1b}')));
}

#[test]
fn an_answer_keeps_its_line_breaks() {
    let mut answer = Answer::Part("one\ntwo\u{1b}[2J".to_owned());
    answer.clean();
    assert!(matches!(&answer, Answer::Part(text) if text.starts_with("one\ntwo") && !text.contains('\u{1b}')));
}
