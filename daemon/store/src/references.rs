//! What files tell of things (costs, cycle times, lines of machines): rows of other files that lack it are analysed with it.
//!
//! Invariant: what holds follows from which rows count and from the times of their files, not from the order in which
//! files came; where it changes, what was analysed with it is analysed again, and nothing else.

mod listing;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plant_core::ids::FileId;
use plant_core::reference::{Entry, Fact, Known, Source, Subject};
use plant_core::variable::Variable;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

pub use listing::{entries, list};

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{paging, text};

/// Files that were changed last first; of one time, by what they are called and hold.
const BEST_FIRST: &str = "f.mtime_ns DESC, f.name DESC, f.sha256 DESC, f.file_no DESC, e.entry_no DESC";

/// What is known of these variables now, and how often any of it changed until then.
///
/// # Errors
/// What the database says.
pub async fn known(tx: &mut OrgTx, variables: &BTreeSet<Variable>) -> Result<(Known, i64)> {
    // The number first: a change in between makes an analysis anew once too often, and never once too few.
    let number = number(tx).await?;
    let mut known = Known::default();
    if variables.is_empty() {
        return Ok((known, number));
    }
    let names: Vec<&str> = variables.iter().map(|variable| variable.name()).collect();
    let mut places: HashMap<FileId, u32> = HashMap::new();
    for (source, entry) in told(tx, Chosen::Variables(&names)).await?.into_values().flatten() {
        let next = u32::try_from(known.sources.len()).unwrap_or(u32::MAX);
        let place = *places.entry(source.file_id).or_insert(next);
        if place == next {
            known.sources.push(source);
        }
        known.entries.push((place, entry));
    }
    Ok((known, number))
}

/// How often something changed of what lists say.
pub(crate) async fn number(tx: &mut OrgTx) -> Result<i64> {
    let org = tx.org().0;
    let number = sqlx::query_scalar!("SELECT references_no FROM app.org_counters WHERE org_id = $1", org)
        .fetch_one(tx.connection())
        .await?;
    Ok(number)
}

/// Which entries are read.
enum Chosen<'a> {
    Variables(&'a [&'a str]),
    Subjects(&'a [Uuid]),
}

#[derive(FromRow)]
struct Row {
    file_id: Uuid,
    name: String,
    variable: String,
    key: Value,
    subject: Uuid,
    listed: bool,
    number: Option<Decimal>,
    said: Option<String>,
    currency: Option<String>,
    valid_from: Option<chrono::NaiveDate>,
    valid_to: Option<chrono::NaiveDate>,
    line_no: i64,
}

impl Row {
    fn entry(self) -> Result<(Subject, (Source, Entry))> {
        let corrupt = |column| StoreError::corrupt("reference_entries", column, self.file_id);
        let value = match (self.number, self.said) {
            (Some(number), None) => Fact::Number(number),
            (None, Some(said)) => Fact::Text(said),
            _ => return Err(corrupt("number")),
        };
        let source = Source {
            file_id: FileId(self.file_id),
            name: self.name,
        };
        let entry = Entry {
            variable: text::word("reference_entries", "variable", self.file_id, &self.variable)?,
            key: text::read("reference_entries", "key", self.file_id, self.key)?,
            value,
            currency: self.currency,
            from: self.valid_from,
            to: self.valid_to,
            line: paging::count(self.line_no),
            listed: self.listed,
        };
        Ok((Subject(self.subject), (source, entry)))
    }
}

/// What can hold on any day, by what it is about, in the order of the best of its files: of one period the file that was
/// changed last says it. Where it stands is told as the oldest file has it that says the same, so that a list that comes
/// again changes nothing.
async fn told(tx: &mut OrgTx, chosen: Chosen<'_>) -> Result<BTreeMap<Subject, Vec<(Source, Entry)>>> {
    let mut query = sqlx::QueryBuilder::new(format!(
        "WITH placed AS (
            SELECT e.*, f.name, row_number() OVER (ORDER BY {BEST_FIRST}) AS place
            FROM app.reference_entries e JOIN app.files f ON f.org_id = e.org_id AND f.file_id = e.file_id WHERE "
    ));
    match chosen {
        Chosen::Variables(names) => query.push("e.variable = ANY (").push_bind(names),
        Chosen::Subjects(subjects) => query.push("e.subject = ANY (").push_bind(subjects),
    };
    query.push(
        ")),
        led AS (
            SELECT p.*, min(place) OVER best AS best, first_value(number) OVER best AS best_number,
                first_value(said) OVER best AS best_said, first_value(currency) OVER best AS best_currency
            FROM placed p
            WINDOW best AS (PARTITION BY subject, listed, valid_from, valid_to ORDER BY place)
        ),
        holding AS (
            SELECT DISTINCT ON (subject, listed, valid_from, valid_to) * FROM led
            WHERE (number, said, currency) IS NOT DISTINCT FROM (best_number, best_said, best_currency)
            ORDER BY subject, listed, valid_from, valid_to, place DESC
        )
        SELECT file_id, name, variable, key, subject, listed, number, said, currency, valid_from, valid_to, line_no
        FROM holding ORDER BY best",
    );
    let rows: Vec<Row> = query.build_query_as().fetch_all(tx.connection()).await?;
    let mut all: BTreeMap<Subject, Vec<(Source, Entry)>> = BTreeMap::new();
    for row in rows {
        let (subject, told) = row.entry()?;
        all.entry(subject).or_default().push(told);
    }
    Ok(all)
}

/// Puts what the rows of a file tell in the place of what they told before; gives what holds otherwise since. The caller
/// holds the lock of the org.
pub(crate) async fn replace(tx: &mut OrgTx, file: FileId, entries: &[Entry]) -> Result<Vec<Subject>> {
    let org = tx.org().0;
    let mut touched: BTreeSet<Uuid> = sqlx::query_scalar!(
        "SELECT subject FROM app.reference_entries WHERE org_id = $1 AND file_id = $2",
        org,
        file.0
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .collect();
    touched.extend(entries.iter().map(|entry| entry.subject().0));
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let touched: Vec<Uuid> = touched.into_iter().collect();
    let before = told(tx, Chosen::Subjects(&touched)).await?;
    sqlx::query!(
        "DELETE FROM app.reference_entries WHERE org_id = $1 AND file_id = $2",
        org,
        file.0
    )
    .execute(tx.connection())
    .await?;
    write(tx, file, entries).await?;
    let after = told(tx, Chosen::Subjects(&touched)).await?;
    let mut changed = BTreeSet::new();
    for subject in touched.into_iter().map(Subject) {
        let (before, after) = (before.get(&subject), after.get(&subject));
        if before != after {
            changed.insert(subject);
            // Who wants very much of a variable wants all of it.
            let entries = before.into_iter().chain(after).flatten();
            changed.extend(entries.map(|(_, entry)| Subject::any(entry.variable)));
        }
    }
    if !changed.is_empty() {
        sqlx::query!(
            "UPDATE app.org_counters SET references_no = references_no + 1 WHERE org_id = $1",
            org
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(changed.into_iter().collect())
}

async fn write(tx: &mut OrgTx, file: FileId, entries: &[Entry]) -> Result<()> {
    let org = tx.org().0;
    let clean = |text: &str| text::clean(text).into_owned();
    let numbers: Vec<i32> = (1..).take(entries.len()).collect();
    let variables: Vec<String> = entries.iter().map(|entry| entry.variable.name().to_owned()).collect();
    let mut keys = Vec::with_capacity(entries.len());
    for entry in entries {
        let key: BTreeMap<Variable, String> = entry.key.iter().map(|(part, code)| (*part, clean(code))).collect();
        keys.push(text::json("key", &key)?);
    }
    let subjects: Vec<Uuid> = entries.iter().map(|entry| entry.subject().0).collect();
    let listed: Vec<bool> = entries.iter().map(|entry| entry.listed).collect();
    let values = entries.iter().map(|entry| match &entry.value {
        Fact::Number(number) => (Some(*number), None),
        Fact::Text(said) => (None, Some(clean(said))),
    });
    let (values, said): (Vec<Option<Decimal>>, Vec<Option<String>>) = values.unzip();
    let currencies: Vec<Option<String>> = entries
        .iter()
        .map(|entry| entry.currency.as_deref().map(clean))
        .collect();
    let from: Vec<Option<chrono::NaiveDate>> = entries.iter().map(|entry| entry.from).collect();
    let to: Vec<Option<chrono::NaiveDate>> = entries.iter().map(|entry| entry.to).collect();
    let lines: Vec<i64> = entries.iter().map(|entry| paging::big(entry.line)).collect();
    sqlx::query!(
        "INSERT INTO app.reference_entries (org_id, file_id, entry_no, variable, key, subject, listed, number, said,
            currency, valid_from, valid_to, line_no)
        SELECT $1, $2, e.entry_no, e.variable, e.key, e.subject, e.listed, e.number, e.said, e.currency, e.valid_from,
            e.valid_to, e.line_no
        FROM UNNEST($3::integer[], $4::text[], $5::jsonb[], $6::uuid[], $7::boolean[], $8::numeric[], $9::text[],
            $10::text[], $11::date[], $12::date[], $13::bigint[])
            AS e (entry_no, variable, key, subject, listed, number, said, currency, valid_from, valid_to, line_no)",
        org,
        file.0,
        &numbers,
        &variables,
        &keys,
        &subjects,
        &listed,
        &values as &[Option<Decimal>],
        &said as &[Option<String>],
        &currencies as &[Option<String>],
        &from as &[Option<chrono::NaiveDate>],
        &to as &[Option<chrono::NaiveDate>],
        &lines
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what the rows of a file want of lists, in the place of what they wanted before.
pub(crate) async fn want(tx: &mut OrgTx, file: FileId, wants: &[Subject]) -> Result<()> {
    let org = tx.org().0;
    let wants: Vec<Uuid> = wants.iter().map(|want| want.0).collect();
    sqlx::query!(
        "DELETE FROM app.lookups WHERE org_id = $1 AND file_id = $2 AND subject <> ALL ($3)",
        org,
        file.0,
        &wants
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "INSERT INTO app.lookups (org_id, file_id, subject) SELECT $1, $2, w.subject FROM UNNEST($3::uuid[]) AS w (subject)
        ON CONFLICT DO NOTHING",
        org,
        file.0,
        &wants
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The files of which rows want any of this.
pub(crate) async fn wanted_by(tx: &mut OrgTx, changed: &[Subject]) -> Result<Vec<FileId>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let changed: Vec<Uuid> = changed.iter().map(|subject| subject.0).collect();
    let files = sqlx::query_scalar!(
        "SELECT DISTINCT file_id FROM app.lookups WHERE org_id = $1 AND subject = ANY ($2) ORDER BY file_id",
        org,
        &changed
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}
