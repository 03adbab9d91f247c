//! Orgs.

use plant_core::model::{AccessChange, GrantView, OrgView};

same_fields!(OrgView, Org, { org_id, name, zone, currency });
same_fields!(GrantView, Grant, { principal, account, role, since, by });
same_fields!(AccessChange, AccessChange, { org, grant, notes });
