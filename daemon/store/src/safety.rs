//! What the daemon refuses to work with: a role that stands above row-level security, a table that lacks it.

use sqlx::postgres::PgPool;

use crate::error::{Result, StoreError};

pub(crate) async fn check(pool: &PgPool) -> Result<()> {
    let role = sqlx::query!(
        r#"SELECT r.rolname::text AS "name!", r.rolsuper AS "superuser!", r.rolbypassrls AS "bypass!",
            (r.rolcreaterole OR r.rolcreatedb) AS "creates!", EXISTS (SELECT 1 FROM pg_roles o WHERE (o.rolbypassrls OR o.rolsuper) AND pg_has_role(r.oid, o.oid, 'MEMBER')) AS "may_bypass!",
            pg_has_role(r.oid, 'plant_owner', 'MEMBER') AS "owner!",
            EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relowner = r.oid AND n.nspname = 'app') AS "owns!"
        FROM pg_roles r WHERE r.rolname = current_user"#
    )
    .fetch_one(pool)
    .await?;
    let name = role.name;
    let refuse = |sentence: String| Err(StoreError::Unsafe { sentence });
    if role.superuser {
        return refuse(format!("the role {name} is a superuser: connect as plant_app"));
    }
    if role.bypass {
        return refuse(format!(
            "the role {name} stands above row-level security (BYPASSRLS): connect as plant_app"
        ));
    }
    if role.owns {
        return refuse(format!(
            "the role {name} owns tables of the daemon: connect as plant_app"
        ));
    }
    if role.owner {
        return refuse(format!("the role {name} may become plant_owner: connect as plant_app"));
    }
    if role.creates {
        return refuse(format!(
            "the role {name} may create roles or databases: connect as plant_app"
        ));
    }
    if role.may_bypass {
        return refuse(format!(
            "the role {name} may become one that stands above row-level security: connect as plant_app"
        ));
    }
    let open = sqlx::query_scalar!(
        r#"SELECT c.relname::text AS "table!"
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity
            AND (SELECT count(*) = 1 AND bool_and(p.polname = 'org_only' AND p.polpermissive AND p.polcmd = '*'
                AND p.polroles = '{0}'::oid[]
                AND pg_get_expr(p.polqual, p.polrelid) LIKE '(org_id = ( SELECT (NULLIF(current_setting(''app.org_id''%'
                AND pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid))
                FROM pg_policy p WHERE p.polrelid = c.oid))
        ORDER BY 1 LIMIT 1"#
    )
    .fetch_optional(pool)
    .await?;
    if let Some(table) = open {
        return refuse(format!(
            "the table app.{table} lacks forced row-level security or its one policy org_only: run `plantd migrate` or restore the schema"
        ));
    }
    let view = sqlx::query_scalar!(
        r#"SELECT c.relname::text AS "view!"
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'app' AND c.relkind IN ('m', 'v') ORDER BY 1 LIMIT 1"#
    )
    .fetch_optional(pool)
    .await?;
    match view {
        Some(view) => refuse(format!(
            "the view app.{view} is not one of the daemon's and may show rows of other orgs: drop it"
        )),
        None => Ok(()),
    }
}
