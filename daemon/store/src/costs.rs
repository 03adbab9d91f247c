//! What a unit of each product costs, as the files say: rows that name no cost are valued with it.
//!
//! Invariant: the cost of a product follows from which rows count and from the times of their files, not from the order
//! in which files came; where it changes, what was valued with it is analysed again.

use plant_core::ids::FileId;
use plant_core::job::UnitCost;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::Result;
use crate::text;
use crate::tx::OrgTx;

/// What is known of unit costs at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The standard cost of a unit by product: of several files the one that was changed last says it.
    pub costs: Vec<UnitCost>,
    /// How often one changed until then.
    pub number: i64,
}

/// What is known of unit costs now.
///
/// # Errors
/// What the database says.
pub async fn known(tx: &mut OrgTx) -> Result<Known> {
    // The number first: a change in between makes an analysis anew once too often, and never once too few.
    let number = number(tx).await?;
    let costs = of(tx, None).await?;
    Ok(Known { costs, number })
}

/// How often a unit cost changed.
pub(crate) async fn number(tx: &mut OrgTx) -> Result<i64> {
    let org = tx.org().0;
    Ok(
        sqlx::query_scalar!("SELECT costs_no FROM app.org_counters WHERE org_id = $1", org)
            .fetch_one(tx.connection())
            .await?,
    )
}

async fn of(tx: &mut OrgTx, products: Option<&[String]>) -> Result<Vec<UnitCost>> {
    let org = tx.org().0;
    let costs = sqlx::query_as!(
        UnitCost,
        "SELECT DISTINCT ON (c.product) c.product, c.cost, c.currency
        FROM app.unit_costs c JOIN app.files f ON f.org_id = c.org_id AND f.file_id = c.file_id
        WHERE c.org_id = $1 AND ($2::text[] IS NULL OR c.product = ANY ($2))
        ORDER BY c.product, f.mtime_ns DESC, f.name DESC, f.sha256 DESC, f.file_no DESC",
        org,
        products
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(costs)
}

/// Products as they are kept.
pub(crate) fn cleaned(products: &[String]) -> Vec<String> {
    products
        .iter()
        .map(|product| text::clean(product).into_owned())
        .collect()
}

/// Puts what the rows of a file say in the place of what they said before; gives the products that cost something else
/// since. The caller holds the lock of the org.
pub(crate) async fn replace(tx: &mut OrgTx, file: FileId, costs: &[UnitCost]) -> Result<Vec<String>> {
    let org = tx.org().0;
    let products: Vec<String> = costs.iter().map(|cost| cost.product.clone()).collect();
    let products = cleaned(&products);
    let values: Vec<Decimal> = costs.iter().map(|cost| cost.cost).collect();
    let currencies: Vec<Option<String>> = costs.iter().map(|cost| cost.currency.clone()).collect();
    let mut touched = sqlx::query_scalar!(
        "SELECT product FROM app.unit_costs WHERE org_id = $1 AND file_id = $2",
        org,
        file.0
    )
    .fetch_all(tx.connection())
    .await?;
    touched.extend(products.iter().cloned());
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    touched.sort_unstable();
    touched.dedup();
    let before = of(tx, Some(&touched)).await?;
    sqlx::query!(
        "DELETE FROM app.unit_costs WHERE org_id = $1 AND file_id = $2",
        org,
        file.0
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "INSERT INTO app.unit_costs (org_id, file_id, product, cost, currency)
        SELECT $1, $2, c.product, c.cost, c.currency
        FROM UNNEST($3::text[], $4::numeric[], $5::text[]) AS c (product, cost, currency) ON CONFLICT DO NOTHING",
        org,
        file.0,
        &products,
        &values,
        &currencies as &[Option<String>]
    )
    .execute(tx.connection())
    .await?;
    let after = of(tx, Some(&touched)).await?;
    touched.retain(|product| {
        let is = |cost: &&UnitCost| cost.product == *product;
        before.iter().find(is) != after.iter().find(is)
    });
    if !touched.is_empty() {
        sqlx::query!(
            "UPDATE app.org_counters SET costs_no = costs_no + 1 WHERE org_id = $1",
            org
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(touched)
}

/// The files whose analyses value one of these products with what other files say.
pub(crate) async fn valued_by(tx: &mut OrgTx, products: &[String]) -> Result<Vec<FileId>> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let files: Vec<Uuid> = sqlx::query_scalar!(
        "SELECT file_id FROM app.analyses WHERE org_id = $1 AND priced && $2 ORDER BY file_id",
        org,
        products
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}
