//! Orgs.

use plant_core::model::{AccessChange, GrantView, OperatorItem, OperatorName, OperatorsChange, OrgView};

same_fields!(OrgView, Org, { org_id, name, zone, currency });
same_fields!(GrantView, Grant, { principal, account, role, since, by });
same_fields!(OperatorItem, Operator, { operator, rows, files });
same_fields!(OperatorName, OperatorName, { operator, name, file_id, file, line });
same_fields!(OperatorsChange, OperatorsChange, { kept, files });
same_fields!(AccessChange, AccessChange, { org, grant, notes });
