//! What the calls on rights share: the account that is meant, and what a person should know beside the grant.

use plant_core::access::{Account, Role};
use plant_core::ids::OrgId;
use plant_core::model::{AccessChange, GrantView};
use plant_proto::status::Fault;
use plant_store::orgs;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::door::accounts::{self, ADMINISTRATORS, Members, OPERATORS};
use crate::rpc::door::{Caller, shell_word};
use crate::rpc::refusal::Refusal;

/// The account that is meant, by number.
pub(super) async fn account(asked: String) -> Result<u32, Refusal> {
    let Some(account) = Account::parse(&asked) else {
        return Err(Fault::invalid(format!(
            "`{asked}` is no account; write unix:UID or the name of an account, for example unix:1000 or anna"
        ))
        .into());
    };
    let found = tokio::task::spawn_blocking(move || accounts::uid_of(&account)).await?;
    found.map_err(Refusal::system("looking up an account"))?.ok_or_else(|| {
        Fault::invalid(format!(
            "there is no account `{asked}` on the machine of plantd; `getent passwd` lists its accounts, and unix:UID \
             names one by its number"
        ))
        .into()
    })
}

/// Whether there are several orgs, the name of that one, and what an account may do there without a grant.
pub(super) struct Standing {
    pub(super) several: bool,
    pub(super) org: String,
    pub(super) implied: Option<Role>,
    is_host_admin: bool,
}

/// How an account stands to an org beside its grants.
pub(super) async fn standing(app: &App, org: OrgId, uid: u32) -> Result<Standing, Refusal> {
    let groups = tokio::task::spawn_blocking(move || accounts::listed_groups(uid)).await?;
    let orgs = orgs::all(app.store()).await?;
    let several = orgs.len() > 1;
    let name = orgs.iter().find(|(id, _)| *id == org).map(|(_, name)| name.clone());
    let caller = Caller::new(uid, app.daemon_uid(), groups, orgs, &[]);
    let member = caller.memberships.iter().find(|member| member.org == org);
    Ok(Standing {
        several,
        org: name.unwrap_or_default(),
        implied: member.map(|member| member.role),
        is_host_admin: caller.is_host_admin,
    })
}

/// What was changed, with the name of the account and with what a person should know.
pub(super) async fn change(
    app: &App,
    ctx: &Ctx,
    uid: u32,
    mut grant: GrantView,
    notes: impl FnOnce(&Standing, &GrantView) -> Vec<String>,
) -> Result<AccessChange, Refusal> {
    let standing = standing(app, ctx.org, uid).await?;
    grant.account = tokio::task::spawn_blocking(move || accounts::name_of(uid)).await?;
    let notes = notes(&standing, &grant);
    Ok(AccessChange {
        org: standing.org,
        grant,
        notes,
    })
}

/// A grant below what follows without one takes nothing away.
pub(super) fn notes_of_grant(standing: &Standing, grant: &GrantView) -> Vec<String> {
    match standing.implied {
        Some(implied) if implied > grant.role => vec![format!(
            "{} is {} of {} without a grant; this one takes nothing away",
            grant.principal,
            implied.name(),
            standing.org
        )],
        _ => Vec::new(),
    }
}

/// What is left to an account, and to the org, when a grant is gone.
pub(super) fn notes_of_revocation(standing: &Standing, grant: &GrantView, administrators: u64) -> Vec<String> {
    let Standing { several, org, .. } = standing;
    let mut notes = Vec::new();
    match standing.implied {
        Some(role) if standing.is_host_admin => notes.push(format!(
            "{} is still {} of {org}: root and the account of plantd are, where there is one org only",
            grant.principal,
            role.name()
        )),
        Some(role) => notes.push(format!(
            "{} is still {} of {org} by its group; `gpasswd -d` takes it out of the groups {OPERATORS} and \
             {ADMINISTRATORS}",
            grant.principal,
            role.name()
        )),
        None if standing.is_host_admin => notes.push(format!(
            "{} can still enter {org} by naming it, which its audit log will know",
            grant.principal
        )),
        None => {}
    }
    if grant.role == Role::Admin && administrators == 0 && *several {
        notes.push(format!(
            "{org} has no administrator with a grant any more; root can still make one: plant org grant {} ACCOUNT \
             --role admin",
            shell_word(org)
        ));
    }
    notes
}

/// Who may do something without a grant, in sentences.
pub(super) fn implied(several: bool, org: &str, daemon_uid: u32, members: &Members) -> Vec<String> {
    if several {
        return vec![format!(
            "root and the account of plantd (unix:{daemon_uid}) can enter as administrators by naming the org (plant \
             --org {}), which its audit log then says; where there are several orgs, nobody else enters without a grant",
            shell_word(org)
        )];
    }
    let group = |group: &str, listed: &Option<Vec<String>>, what: &str| match listed {
        None => format!("members of the group {group} would be {what}, but this machine has no such group"),
        Some(names) if names.is_empty() => format!("members of the group {group} are {what}; nobody is listed in it"),
        Some(names) => format!("members of the group {group} are {what}: {}", names.join(", ")),
    };
    vec![
        format!("root and the account of plantd (unix:{daemon_uid}) are administrators"),
        group(ADMINISTRATORS, &members.administrators, "administrators"),
        group(OPERATORS, &members.operators, "operators"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role) -> GrantView {
        GrantView {
            principal: "unix:7".into(),
            account: None,
            role,
            since: chrono::DateTime::UNIX_EPOCH,
            by: "unix:0".into(),
        }
    }

    fn standing(several: bool, implied: Option<Role>, is_host_admin: bool) -> Standing {
        Standing {
            several,
            org: "plant 2".into(),
            implied,
            is_host_admin,
        }
    }

    #[test]
    fn a_change_says_what_it_does_not_change() {
        let operator = Some(Role::Operator);
        assert!(notes_of_grant(&standing(false, operator, false), &grant(Role::Admin)).is_empty());
        assert!(notes_of_grant(&standing(false, operator, false), &grant(Role::Viewer))[0].contains("operator"));
        let gone = |several, implied, host, role, left| {
            notes_of_revocation(&standing(several, implied, host), &grant(role), left)
        };
        assert!(gone(true, None, false, Role::Viewer, 0).is_empty());
        assert!(gone(true, None, false, Role::Admin, 1).is_empty());
        assert!(gone(false, None, false, Role::Admin, 0).is_empty());
        let last = gone(true, None, false, Role::Admin, 0);
        assert!(
            last[0].contains("plant org grant 'plant 2' ACCOUNT --role admin"),
            "{last:?}"
        );
        assert!(gone(false, operator, false, Role::Viewer, 0)[0].contains("still operator"));
        assert_eq!(gone(true, None, true, Role::Admin, 0).len(), 2);
        assert_eq!(gone(false, Some(Role::Admin), true, Role::Admin, 0).len(), 1);
    }

    #[test]
    fn what_needs_no_grant_is_told() {
        let members = Members {
            administrators: Some(vec!["anna".into(), "ben".into()]),
            operators: None,
        };
        let one = implied(false, "acme", 990, &members);
        assert!(one[0].contains("unix:990") && one[1].ends_with("anna, ben") && one[2].contains("no such group"));
        let several = implied(true, "acme", 990, &members);
        assert!(several.len() == 1 && several[0].contains("--org acme"), "{several:?}");
    }
}
