//! By which names the machines and products of an org go: decisions of people, each with what follows from it and its
//! audit entry in one transaction.
//!
//! Invariants: what identifies a row goes by the aliases that are decided, for every block of the org; where they change,
//! the blocks that have such a name are identified anew, their series derived and their files analysed again, and no
//! other. A file that is read meanwhile is brought in line when it is committed ([`settle`]).

mod measure;
mod rows;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use plant_core::alias::{Alias, AliasKind, Aliases, Member, overlap, suggestions};
use plant_core::ids::SeriesId;
use plant_core::model::{AliasEffect, AliasItem, AliasMember, AliasOverlap, AliasStop, Page};
use serde_json::json;

pub(crate) use rows::{are_named_otherwise, settle};

use crate::canonical::aliases;
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{analyses, audit, components, paging, series, text};
use measure::{Measured, Stops, measure};

/// Names of one column that are looked through for those alike.
const MEMBERS_MOST: u32 = 10_000;

/// A change of the aliases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A name goes by another one.
    Add(Alias),
    /// A name goes by itself again.
    Remove {
        /// What is named.
        kind: AliasKind,
        /// The name.
        name: String,
    },
}

/// Decides, and derives what follows; gives what that changes.
///
/// # Errors
/// [`StoreError::Conflict`] for an alias that those decided do not admit; [`StoreError::NotFound`] where none is taken away.
pub async fn decide(tx: &mut OrgTx, change: &Change, at: DateTime<Utc>) -> Result<AliasEffect> {
    tx.lock_org().await?;
    tx.allow_long().await?;
    let before = aliases(tx).await?;
    let (alias, removed) = match change {
        Change::Add(alias) => {
            before
                .admits(alias)
                .map_err(|fault| StoreError::conflict("alias", fault.to_string()))?;
            add(tx, alias, at).await?;
            (alias.clone(), false)
        }
        Change::Remove { kind, name } => (remove(tx, *kind, name.trim()).await?, true),
    };
    let after = aliases(tx).await?;
    let moved = before.moved(&after);
    let concerned = rows::concerned(tx, &moved).await?;
    let counted = |measured: &Measured, others: u64| others + measured.members.len() as u64;
    let names = names(&before, &after, &alias);
    let others = others(tx, alias.kind, &names).await?;
    let live_before = live(tx, &concerned.series).await?;
    let told_before = measure(tx, alias.kind, &names, &before, None).await?;

    rows::identify(tx, &concerned.blocks, &after).await?;
    for series in &concerned.series {
        series::derive(tx, *series, None, at).await?;
    }
    analyses::mark_stale(tx, &concerned.files).await?;

    let told_after = measure(tx, alias.kind, &names, &after, (!removed).then_some(&before)).await?;
    let overlap = match removed {
        true => None,
        false => overlapping(tx, &told_after.stops).await?,
    };
    let written = BTreeSet::from([&alias.name, &alias.canonical]);
    let unseen = |name: &&String| !told_after.seen.contains(*name);
    let effect = AliasEffect {
        kind: alias.kind,
        name: alias.name.clone(),
        canonical: alias.canonical.clone(),
        removed,
        files: concerned.files.len() as u64,
        rows: concerned.rows,
        unknown: written.iter().copied().filter(unseen).cloned().collect(),
        live_before,
        live_after: live(tx, &concerned.series).await?,
        members_before: counted(&told_before, others),
        members_after: counted(&told_after, others),
        before: members(told_before),
        after: members(told_after),
        overlap,
    };
    let action = if removed { "alias.remove" } else { "alias.add" };
    let body = json!({
        "kind": alias.kind, "name": alias.name, "canonical": alias.canonical, "files": concerned.files,
        "series": concerned.series,
    });
    audit::append(tx, action, &body).await?;
    Ok(effect)
}

async fn add(tx: &mut OrgTx, alias: &Alias, at: DateTime<Utc>) -> Result<()> {
    let (org, actor) = (tx.org().0, tx.actor().to_owned());
    sqlx::query!(
        "INSERT INTO app.aliases (org_id, kind, name, canonical, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6)",
        org,
        alias.kind.name(),
        alias.name,
        alias.canonical,
        actor,
        at
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn remove(tx: &mut OrgTx, kind: AliasKind, name: &str) -> Result<Alias> {
    let org = tx.org().0;
    let canonical = sqlx::query_scalar!(
        "DELETE FROM app.aliases WHERE org_id = $1 AND kind = $2 AND name = $3 RETURNING canonical",
        org,
        kind.name(),
        text::clean(name).into_owned()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("alias", name))?;
    let name = name.to_owned();
    Ok(Alias { kind, name, canonical })
}

/// Every name of what the two names of an alias stand for, before and after.
fn names(before: &Aliases, after: &Aliases, alias: &Alias) -> BTreeSet<String> {
    let Alias { kind, name, canonical } = alias;
    let mut names = BTreeSet::new();
    for aliases in [before, after] {
        let ends = BTreeSet::from([name, canonical].map(|name| aliases.canonical(*kind, name)));
        names.extend(ends.iter().map(|end| (*end).to_owned()));
        let of_these = aliases.of_kind(*kind).filter(|(_, end)| ends.contains(end));
        names.extend(of_these.map(|(name, _)| name.to_owned()));
    }
    names
}

/// How many machines or products of other names there are.
async fn others(tx: &mut OrgTx, kind: AliasKind, names: &BTreeSet<String>) -> Result<u64> {
    let Some(dimension) = kind.dimensions().first() else {
        return Ok(0);
    };
    let all = components::members(tx, *dimension, u32::MAX).await?;
    let is_other = |name: &String| !names.contains(name);
    Ok(all.iter().filter(|(name, _)| is_other(name)).count() as u64)
}

/// How many rows of these series count.
async fn live(tx: &mut OrgTx, series: &[SeriesId]) -> Result<u64> {
    let ids: Vec<uuid::Uuid> = series.iter().map(|series| series.0).collect();
    let org = tx.org().0;
    let live = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(coalesce(s.counting, b.row_count)), 0)::bigint AS "live!"
        FROM app.files f JOIN app.row_blocks b USING (org_id, file_no)
        LEFT JOIN app.row_states s USING (org_id, file_no, block_no)
        WHERE f.org_id = $1 AND f.series_id = ANY ($2) AND f.committed_at IS NOT NULL AND b.block_no >= f.first_block"#,
        org,
        &ids
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(paging::count(live))
}

fn members(measured: Measured) -> Vec<AliasMember> {
    let members = measured.members.into_iter();
    members
        .map(|(name, told)| AliasMember {
            name,
            rows: told.rows,
            sums: told.into_sums(),
        })
        .collect()
}

/// Whether stops of what went by two names before overlap.
async fn overlapping(tx: &mut OrgTx, stops: &Stops) -> Result<Option<AliasOverlap>> {
    let machines: Vec<(&String, &Vec<_>)> = stops.iter().collect();
    for (at, (one_machine, one)) in machines.iter().enumerate() {
        for (other_machine, other) in machines.iter().skip(at + 1) {
            let Some(found) = overlap(one, other) else { continue };
            let mut told = Vec::with_capacity(2);
            for (machine, span) in [(one_machine, found.one), (other_machine, found.other)] {
                let time = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
                let org = tx.org().0;
                let file = sqlx::query_scalar!(
                    "SELECT name FROM app.files WHERE org_id = $1 AND file_no = $2",
                    org,
                    span.file_no
                )
                .fetch_one(tx.connection())
                .await?;
                told.push(AliasStop {
                    machine: (*machine).clone(),
                    start: time(span.start),
                    end: time(span.end),
                    file,
                    line: span.line,
                });
            }
            let (Some(other), Some(one)) = (told.pop(), told.pop()) else {
                continue;
            };
            let stops = found.spans;
            return Ok(Some(AliasOverlap { stops, one, other }));
        }
    }
    Ok(None)
}

/// The aliases that were decided, then those that are suggested, by kind and name.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<AliasItem>> {
    let skip: Option<u32> = paging::id(page)?;
    let mut items = decided(tx).await?;
    items.extend(suggested(tx).await?);
    let numbered: Vec<(u32, AliasItem)> = (1..).zip(items).skip(skip.unwrap_or(0) as usize).collect();
    let page = paging::page(numbered, limit, |(number, _)| number.to_string());
    Ok(Page {
        items: page.items.into_iter().map(|(_, item)| item).collect(),
        next_page: page.next_page,
    })
}

async fn decided(tx: &mut OrgTx) -> Result<Vec<AliasItem>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT kind, name, canonical, decided_by, decided_at FROM app.aliases WHERE org_id = $1 ORDER BY kind, name",
        org
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AliasItem {
                kind: text::word("aliases", "kind", &row.name, &row.kind)?,
                name: row.name,
                canonical: row.canonical,
                decided: true,
                by: Some(row.decided_by),
                at: Some(row.decided_at),
                rows: None,
            })
        })
        .collect()
}

async fn suggested(tx: &mut OrgTx) -> Result<Vec<AliasItem>> {
    let known = aliases(tx).await?;
    let mut items: Vec<AliasItem> = Vec::new();
    for kind in AliasKind::ALL {
        for dimension in kind.dimensions() {
            let members = components::members(tx, *dimension, MEMBERS_MOST).await?;
            let members: Vec<Member> = (members.into_iter())
                .map(|(name, rows)| Member { name, rows })
                .collect();
            for (member, canonical) in suggestions(&members) {
                let (name, canonical) = (&member.name, &canonical.name);
                let fits = Alias::new(kind, name, canonical).is_ok_and(|alias| known.admits(&alias).is_ok());
                // While analyses are made again an alias that is decided looks alike still.
                let is_joined = known.canonical(kind, name) == known.canonical(kind, canonical);
                let is_told = items.iter().any(|item| (item.kind, &item.name) == (kind, name));
                if !fits || is_joined || is_told {
                    continue;
                }
                items.push(AliasItem {
                    kind,
                    name: name.clone(),
                    canonical: canonical.clone(),
                    decided: false,
                    by: None,
                    at: None,
                    rows: Some(member.rows),
                });
            }
        }
    }
    Ok(items)
}
