//! Which cells of each file answer a query: those of the family with the fewest that has all that it groups and filters by.
//!
//! Invariant: a query that some file in its scope can't answer so is refused, never answered in part.

use std::collections::BTreeMap;

use plant_core::component::Dimension;
use plant_core::family::{self, Dimensions, Family, KeptFamily, alternatives};
use plant_core::ids::FileId;
use plant_core::metric::MetricQuery;
use plant_core::words;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::paging;
use crate::tx::OrgTx;

/// The dimensions that process values and failure modes alone have.
const OF_MEASURES: [Dimension; 3] = [Dimension::ProcessValue, Dimension::ProcessUnit, Dimension::FailureMode];

/// The values that a query allows of each dimension that it filters by, in lower case.
pub(crate) type Allowed = BTreeMap<Dimension, Vec<String>>;

/// Of which files cells are read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Files {
    /// All of the org.
    All,
    /// One.
    One(FileId),
    /// The one whose number this column around it has.
    Same(&'static str),
}

/// Which cells of each file a query reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    need: Family,
    /// Whether process values and failure modes alone can match.
    of_measures: bool,
}

impl Chosen {
    /// The cells for a query that groups or filters by these; every file answers it, or it is refused.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where a file in its scope keeps no such sums.
    pub(crate) async fn of(tx: &mut OrgTx, metric: &MetricQuery, need: Family, allowed: &Allowed) -> Result<Chosen> {
        let chosen = Chosen {
            need,
            of_measures: OF_MEASURES.iter().any(|dimension| allowed.contains_key(dimension)),
        };
        // The whole by units and currencies is in every family.
        let is_whole = Dimensions::UNITS.covers(need.dimensions) && !need.has_day;
        if !chosen.of_measures && !is_whole {
            refuse(tx, metric, need, allowed).await?;
        }
        Ok(chosen)
    }

    /// The cells for what needs these; files that keep no such sums are passed over.
    pub(crate) fn where_kept(need: Family) -> Chosen {
        Chosen {
            need,
            of_measures: false,
        }
    }

    /// Adds the families of files as a table `h` of `org_id`, `file_no` and `family_no`: the chosen one of each file, and that of
    /// process values and failure modes.
    pub(crate) fn push(self, sql: &mut QueryBuilder<Postgres>, files: &Files) {
        let of_file = |sql: &mut QueryBuilder<Postgres>| match files {
            Files::All => {}
            Files::One(file) => {
                sql.push(" AND k.file_no = (SELECT file_no FROM app.files WHERE file_id = ")
                    .push_bind(file.0)
                    .push(")");
            }
            Files::Same(column) => {
                sql.push(format!(" AND k.file_no = {column}"));
            }
        };
        sql.push("(SELECT k.org_id, k.file_no, k.family_no FROM app.component_families k WHERE k.family_no = 0");
        of_file(sql);
        if !self.of_measures {
            sql.push(
                " UNION ALL (SELECT DISTINCT ON (k.org_id, k.file_no) k.org_id, k.file_no, k.family_no
                FROM app.component_families k WHERE k.family_no > 0 AND ",
            );
            push_covers(sql, self.need);
            of_file(sql);
            sql.push(" ORDER BY k.org_id, k.file_no, k.cells, k.family_no)");
        }
        sql.push(") h");
    }
}

/// That a family `k` has all of a need.
fn push_covers(sql: &mut QueryBuilder<Postgres>, need: Family) {
    sql.push("k.dimensions & ").push_bind(need.dimensions.bits());
    sql.push(" = ").push_bind(need.dimensions.bits());
    if need.has_day {
        sql.push(" AND k.has_day");
    }
}

/// Refuses a query that a file can't answer which may have rows in its scope.
async fn refuse(tx: &mut OrgTx, metric: &MetricQuery, need: Family, allowed: &Allowed) -> Result<()> {
    let mut sql = QueryBuilder::<Postgres>::new("SELECT f.name, f.file_no, count(*) OVER () FROM (");
    push_lacking(&mut sql, need);
    sql.push(") u JOIN app.files f ON f.org_id = u.org_id AND f.file_no = u.file_no WHERE f.committed_at IS NOT NULL");
    if let Some(file) = metric.file {
        sql.push(" AND f.file_id = ").push_bind(file.0);
    }
    // A file that has no row of the days or values that are asked for adds nothing, whatever it keeps.
    if metric.from.is_some() || metric.to.is_some() {
        push_may_have(&mut sql, Family::daily([]), |sql| {
            if let Some(from) = metric.from {
                sql.push(" AND c.day >= ").push_bind(from);
            }
            if let Some(to) = metric.to {
                sql.push(" AND c.day < ").push_bind(to);
            }
        });
    }
    for (dimension, values) in allowed {
        push_may_have(&mut sql, Family::whole([*dimension]), |sql| {
            sql.push(format!(" AND lower(c.\"{}\") = ANY (", dimension.name()));
            sql.push_bind(values.clone()).push(")");
        });
    }
    sql.push(" ORDER BY f.file_no DESC LIMIT 1");
    let found: Option<(String, i64, i64)> = sql.build_query_as().fetch_optional(tx.connection()).await?;
    let Some((file, file_no, files)) = found else {
        return Ok(());
    };
    let kept = of_file(tx, file_no).await?;
    let of_rows = kept.into_iter().filter(|kept| kept.family_no != family::OF_MEASURES);
    let instead = alternatives(of_rows.map(|kept| kept.family), need);
    let others = paging::count(files).saturating_sub(1);
    Err(StoreError::invalid(
        "query",
        words::not_kept(metric, need, &file, others, &instead),
    ))
}

/// The files whose sums of rows are in no family that has all of a need.
pub(crate) async fn lacking(tx: &mut OrgTx, need: Family) -> Result<Vec<i64>> {
    let mut sql = QueryBuilder::<Postgres>::new("");
    push_lacking(&mut sql, need);
    let found: Vec<(Uuid, i64)> = sql.build_query_as().fetch_all(tx.connection()).await?;
    Ok(found.into_iter().map(|(_, file_no)| file_no).collect())
}

/// The same as a query of org and number.
fn push_lacking(sql: &mut QueryBuilder<Postgres>, need: Family) {
    sql.push(
        "SELECT k.org_id, k.file_no FROM app.component_families k WHERE k.family_no > 0
        GROUP BY k.org_id, k.file_no HAVING NOT bool_or(",
    );
    push_covers(sql, need);
    sql.push(")");
}

/// That a file `f` has a cell of a kind, or no family that would tell.
fn push_may_have(sql: &mut QueryBuilder<Postgres>, tells: Family, is: impl FnOnce(&mut QueryBuilder<Postgres>)) {
    sql.push(
        " AND (NOT EXISTS (SELECT FROM app.component_families k WHERE k.org_id = f.org_id AND k.file_no = f.file_no
            AND k.family_no > 0 AND ",
    );
    push_covers(sql, tells);
    sql.push(") OR EXISTS (SELECT FROM app.components c WHERE c.org_id = f.org_id AND c.file_no = f.file_no");
    is(sql);
    sql.push("))");
}

/// The families of a file.
pub(crate) async fn of_file(tx: &mut OrgTx, file_no: i64) -> Result<Vec<KeptFamily>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT family_no, dimensions, has_day, cells FROM app.component_families
        WHERE org_id = $1 AND file_no = $2 ORDER BY family_no",
        org,
        file_no
    )
    .fetch_all(tx.connection())
    .await?;
    let kept = rows.into_iter().map(|row| KeptFamily {
        family_no: u16::try_from(row.family_no).unwrap_or_default(),
        family: Family {
            dimensions: Dimensions::from_bits(row.dimensions),
            has_day: row.has_day,
        },
        cells: paging::count(row.cells),
    });
    Ok(kept.collect())
}

/// Puts families in the place of those that a file had.
pub(crate) async fn replace(tx: &mut OrgTx, file_no: i64, families: &[KeptFamily]) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "DELETE FROM app.component_families WHERE org_id = $1 AND file_no = $2",
        org,
        file_no
    )
    .execute(tx.connection())
    .await?;
    for kept in families {
        sqlx::query!(
            "INSERT INTO app.component_families (org_id, file_no, family_no, dimensions, has_day, cells)
            VALUES ($1, $2, $3, $4, $5, $6)",
            org,
            file_no,
            i16::try_from(kept.family_no).unwrap_or(i16::MAX),
            kept.family.dimensions.bits(),
            kept.family.has_day,
            paging::big(kept.cells)
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}
