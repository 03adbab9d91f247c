//! `plant org`: the orgs of the daemon, and who may do what in one.

use std::io::Write;

use plant_core::access::Role;
use plant_core::model::{AccessChange, GrantView, OrgView, Page};

use super::Context;
use super::failure::Failure;
use super::output::{Form, note};
use crate::cli::{Orgs, Whose};
use crate::subject::Listed;
use crate::subject::grant::NO_GRANTS;
use crate::widget::table::{Cell, Column, field};

/// Runs `plant org …`.
pub async fn run<W: Write>(what: Option<Orgs>, context: &mut Context<W>) -> Result<(), Failure> {
    let whose = what
        .as_ref()
        .and_then(Orgs::whose)
        .transpose()
        .map_err(Failure::Usage)?;
    let items = match (what, whose) {
        (Some(Orgs::Grants), _) => return grants(context).await,
        (Some(Orgs::Grant { role, .. }), Some(whose)) => return grant(&whose, role, context).await,
        (Some(Orgs::Revoke { .. }), Some(whose)) => return revoke(&whose, context).await,
        (Some(Orgs::Create { name, zone, currency }), _) => {
            let made = context.client.create_org(&name, &zone, currency.as_deref()).await?;
            note(
                "with several orgs, members of the groups plant and plant-admin need grants: plant org grant ORG unix:UID \
                 --role operator",
            );
            vec![made]
        }
        _ => context.client.list_orgs().await?,
    };
    let page = Page { items, next_page: None };
    context
        .output
        .list(&page, "no orgs; make one with `plant org create NAME`")
}

async fn grant<W: Write>(whose: &Whose, role: Role, context: &mut Context<W>) -> Result<(), Failure> {
    let change = context.client.grant_access(&whose.account, role).await?;
    context.output.object(&change, |change| {
        let verb = format!("is now {} of {}", change.grant.role.name(), change.org);
        sentences(change, &verb)
    })
}

async fn revoke<W: Write>(whose: &Whose, context: &mut Context<W>) -> Result<(), Failure> {
    let change = context.client.revoke_access(&whose.account).await?;
    context.output.object(&change, |change| {
        let verb = format!("is no longer {} of {} by a grant", change.grant.role.name(), change.org);
        sentences(change, &verb)
    })
}

fn sentences(change: &AccessChange, verb: &str) -> Vec<String> {
    let who = named(&change.grant);
    std::iter::once(format!("{who} {verb}"))
        .chain(change.notes.iter().map(|text| format!("note: {text}")))
        .collect()
}

/// An account by its principal and, where it has one, its name.
fn named(grant: &GrantView) -> String {
    match &grant.account {
        Some(account) => format!("{} ({account})", grant.principal),
        None => grant.principal.clone(),
    }
}

async fn grants<W: Write>(context: &mut Context<W>) -> Result<(), Failure> {
    let mut grants = context.client.list_grants(context.listing.clone()).await?;
    if context.output.form() == Form::Json {
        return context.output.json(&grants);
    }
    let page = Page {
        items: std::mem::take(&mut grants.items),
        next_page: grants.next_page.take(),
    };
    context.output.list(&page, NO_GRANTS)?;
    // What follows without a grant is no row of the list: beside it for people, not in it for programs.
    match context.output.form() {
        Form::Csv => grants.implied.iter().for_each(|text| note(text)),
        _ => grants.implied.iter().try_for_each(|text| context.output.line(text))?,
    }
    Ok(())
}

impl Listed for OrgView {
    const COLUMNS: &'static [Column] = &[field("org_id"), field("name"), field("zone"), field("currency")];

    fn id(&self) -> String {
        self.org_id.to_string()
    }

    fn cells(&self) -> Vec<Cell> {
        [
            self.org_id.to_string(),
            self.name.clone(),
            self.zone.clone(),
            self.currency.clone().unwrap_or_default(),
        ]
        .map(Cell::from)
        .into()
    }
}
