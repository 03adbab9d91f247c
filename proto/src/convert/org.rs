//! Orgs.

use plant_core::view::OrgView;

same_fields!(OrgView, Org, { org_id, name, zone, currency });
