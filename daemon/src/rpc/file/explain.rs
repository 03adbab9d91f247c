//! What happened to a file, told in sentences from its facts alone.

use plant_core::balance::Balance;
use plant_core::model::{FileDetail, FileItem};
use plant_core::series::Why;
use plant_core::state::FileState;

/// Where it was found, how it was read, what became of its lines, where it stands and why, and what to do next.
pub(super) fn sentences(file: &FileDetail) -> Vec<String> {
    let item = &file.item;
    let mut told = vec![format!(
        "`{}` was seen in {} on {} with {}.",
        item.name,
        item.folder,
        item.seen_at.format("%Y-%m-%d %H:%M:%S UTC"),
        counted(item.bytes, "byte")
    )];
    told.extend(layout(item));
    told.extend(file.notes.iter().map(|note| sentence(note)));
    told.push(standing(item));
    if let Some(reason) = &item.reason {
        told.push(sentence(&format!("The reason: {}", reason.text)));
    }
    if let Some(balance) = &item.balance {
        told.push(lines(balance));
    }
    told.extend(columns(file));
    told.extend(counting(file));
    if let Some(question) = &file.question {
        told.push(sentence(&format!("Asked: {}", question.text)));
        told.extend(question.choices.iter().map(|choice| {
            let sums: String = choice
                .effect
                .sums
                .iter()
                .map(|sum| format!(", {} {}", sum.variable.noun(), sum.value))
                .collect();
            sentence(&format!(
                "`plant files answer {} {}`: {} ({} count{sums})",
                item.file_id,
                choice.choice,
                choice.label,
                counted(choice.effect.rows, "row")
            ))
        }));
    }
    if file.problem_count > 0 {
        told.push(format!(
            "There {} {} on its rows; `plant files show {}` lists them.",
            if file.problem_count == 1 { "is" } else { "are" },
            counted(file.problem_count, "remark"),
            item.file_id
        ));
    }
    if !file.next_step.is_empty() {
        told.push(sentence(&format!("Next: {}", file.next_step)));
    }
    told
}

fn layout(item: &FileItem) -> Option<String> {
    let dialect = item.dialect.as_ref()?;
    let mut how = format!("It was read as {}", dialect.form.spoken());
    if let Some(sheet) = &dialect.sheet {
        how.push_str(&format!(", sheet `{sheet}`"));
    }
    if let Some(encoding) = item.encoding.as_ref().filter(|_| dialect.sheet.is_none()) {
        how.push_str(&format!(" in {encoding}"));
    }
    if let Some(delimiter) = &dialect.delimiter {
        how.push_str(&format!(", parted by {}", spoken(delimiter)));
    }
    match dialect.header_line {
        Some(line) => how.push_str(&format!(", with the column names in line {line}")),
        None if dialect.form.rows_name_columns() => how.push_str(", with the column names in each line"),
        None => how.push_str(", without a line of column names"),
    }
    if let Some(decimal) = &dialect.decimal {
        how.push_str(&format!("; numbers are written with a decimal {}", spoken(decimal)));
    }
    Some(how + ".")
}

fn spoken(sign: &str) -> String {
    match sign {
        "\t" => "tabs".to_owned(),
        "," => "comma".to_owned(),
        "." => "point".to_owned(),
        ";" => "semicolon".to_owned(),
        " " => "blanks".to_owned(),
        other => format!("`{other}`"),
    }
}

fn standing(item: &FileItem) -> String {
    match item.state {
        FileState::Seen => "It was found and is looked at next.".to_owned(),
        FileState::Waiting => "It may still be growing: it is read when it has been quiet long enough.".to_owned(),
        FileState::Stable => "It has been quiet long enough and waits for its turn.".to_owned(),
        FileState::Reading => "It is being read now.".to_owned(),
        FileState::Held => "It is held: nothing of it was taken in, and nothing of it was lost.".to_owned(),
        FileState::Committed => "Its rows are in; the analysis follows.".to_owned(),
        FileState::Analysed => match &item.profile {
            Some(profile) => format!("Its rows were taken in with the profile `{profile}` and analysed."),
            None => "Its rows were taken in and analysed.".to_owned(),
        },
        FileState::Duplicate => "The same bytes were taken in before, so it was not counted again.".to_owned(),
        FileState::Superseded => "None of its rows count: newer versions took their place; they are kept.".to_owned(),
        FileState::Withdrawn => {
            "Somebody took its rows out of count; they are kept, and `plant files restore` lets them count again."
                .to_owned()
        }
        FileState::Ignored => "It was not read, by its name or kind.".to_owned(),
        FileState::Unsupported => "It has a form that this version does not read.".to_owned(),
        FileState::Failed => "It could not be read; nothing of it was taken in.".to_owned(),
    }
}

fn lines(balance: &Balance) -> String {
    let parts = [
        (balance.header, "header"),
        (balance.preamble, "before the header"),
        (balance.ruler, "ruler or repeated header"),
        (balance.total, "total or footer"),
        (balance.blank, "blank"),
        (balance.taken, "taken in"),
        (balance.quarantined, "put aside"),
        (balance.dropped, "left out by the mapping"),
        (balance.duplicate, "taken in before"),
        (balance.continued, "continuing the row above"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let sum = if balance.closes() {
        ""
    } else {
        "; this does not add up, which is a fault of the program"
    };
    match parts.is_empty() {
        true => format!("It has {}{sum}.", counted(balance.physical, "line")),
        false => format!(
            "Of its {}: {}{sum}.",
            counted(balance.physical, "line"),
            parts.join(", ")
        ),
    }
}

fn columns(file: &FileDetail) -> Option<String> {
    let mapped = file.columns.iter().filter(|column| column.variable.is_some()).count();
    (!file.columns.is_empty()).then(|| {
        format!(
            "{mapped} of its {} feed variables; the others are kept with each row.",
            counted(file.columns.len() as u64, "column")
        )
    })
}

/// How many of its rows count, and why the others do not.
fn counting(file: &FileDetail) -> Vec<String> {
    let rows: u64 = file.row_counts.values().sum();
    if rows == 0 {
        return Vec::new();
    }
    let live = file.row_counts.get(Why::Counts.name()).copied().unwrap_or(0);
    let mut told = vec![format!("Of its {}, {live} count.", counted(rows, "row"))];
    for (name, rows) in &file.row_counts {
        if let Some(why) = Why::from_name(name).filter(|why| *why != Why::Counts) {
            told.push(sentence(&format!("{}: {}", counted(*rows, "row"), why.sentence())));
        }
    }
    told
}

fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// With a stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

#[cfg(test)]
mod tests;
