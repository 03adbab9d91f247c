//! By which names machines and products go, as it is kept.

use plant_core::alias::{Alias, Aliases};

use crate::error::Result;
use crate::text;
use crate::tx::OrgTx;

/// The aliases that are decided now.
///
/// # Errors
/// What the database says.
pub async fn aliases(tx: &mut OrgTx) -> Result<Aliases> {
    let org = tx.org().0;
    let rows = sqlx::query!("SELECT kind, name, canonical FROM app.aliases WHERE org_id = $1", org)
        .fetch_all(tx.connection())
        .await?;
    let decided = rows.into_iter().map(|row| {
        Ok(Alias {
            kind: text::word("aliases", "kind", &row.name, &row.kind)?,
            name: row.name,
            canonical: row.canonical,
        })
    });
    Ok(Aliases::new(decided.collect::<Result<Vec<_>>>()?))
}
