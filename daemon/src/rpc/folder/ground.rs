//! Whether a folder may be watched by an org: where it lies, and what is watched around it.
//!
//! A folder and all that lies in it belongs to one org: two orgs that watch the same place would read each other's exports.

use std::path::{Path, PathBuf};
use std::time::Duration;

use plant_core::ids::{FolderId, OrgId};
use plant_core::model::{FolderKind, FolderView};
use plant_core::place::{Grounds, Identity, Relation, relation};
use plant_proto::fault::Fault;
use plant_store::StoreError;
use plant_store::folders::{self, FolderPlace};

use crate::app::App;
use crate::patient::{Hangs, NoAnswer};
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;
use crate::watch::{Place, find};

/// How long a folder may take to show itself.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long each of the others may take; one that hangs is known by what it was when it was added.
const PATIENCE_OTHERS: Duration = Duration::from_secs(2);

/// How many of the others are looked at at once.
const LOOKS_AT_ONCE: usize = 32;

/// A folder that can be watched.
#[derive(Debug)]
pub(super) struct Found {
    /// Its canonical path.
    pub path: String,
    /// What tells it from others.
    pub identity: Identity,
    /// Its file system.
    pub kind: FolderKind,
    chain: Vec<Identity>,
}

/// Finds the folder behind a path that a person wrote.
pub(super) async fn look(hangs: &Hangs, asked: String, grounds: Grounds) -> Result<Found, Fault> {
    if !asked.starts_with('/') || asked.contains('\0') {
        return Err(Fault::invalid(format!(
            "`{asked}` is not an absolute path on the machine of plantd"
        )));
    }
    let shown = asked.clone();
    let place = PathBuf::from(&asked);
    match hangs.call(&place, PATIENCE, move || look_here(&asked, &grounds)).await {
        Ok(found) => found,
        Err(error) => Err(unanswered(error, &shown)),
    }
}

/// What a person is told whose folder gives no answer.
pub(in crate::rpc) fn unanswered(error: NoAnswer, folder: &str) -> Fault {
    Fault::unavailable(match error {
        NoAnswer::Late(_) => format!("{folder} does not answer (is the share there?); try again when it does"),
        NoAnswer::Lost => "no thread could be started; try again".to_owned(),
    })
}

/// The watched folder that a person means: by id, by its path, or by another path that leads to it.
pub(in crate::rpc) async fn meant(app: &App, ctx: &Ctx, asked: &str) -> Result<FolderView, Refusal> {
    let asked = asked.trim().to_owned();
    let find = async |asked: String| {
        app.store()
            .read(ctx.org, &ctx.actor, move |tx| {
                Box::pin(async move { folders::resolve(tx, &asked).await })
            })
            .await
    };
    match find(asked.clone()).await {
        Err(StoreError::NotFound { .. }) if asked.starts_with('/') => {
            let path = PathBuf::from(&asked);
            let real = path.clone();
            let asked_hangs = app.asked_hangs();
            match asked_hangs
                .call(&path, PATIENCE_OTHERS, move || real.canonicalize())
                .await
            {
                Ok(Ok(real)) => Ok(find(real.to_string_lossy().into_owned()).await?),
                _ => Err(Fault::not_found("folder", &asked, "plant folders list").into()),
            }
        }
        other => Ok(other?),
    }
}

fn look_here(asked: &str, grounds: &Grounds) -> Result<Found, Fault> {
    let cannot = |error: std::io::Error| {
        Fault::invalid(format!(
            "{asked} can't be watched: {error}; check it, and that plantd's account may read it"
        ))
    };
    let real = Path::new(asked).canonicalize().map_err(cannot)?;
    if !real.is_dir() {
        return Err(Fault::invalid(format!(
            "{asked} is not a folder; name the folder that the exports are put into"
        )));
    }
    grounds
        .allow(&real)
        .map_err(|refused| Fault::invalid(format!("{} {}", real.display(), refused.sentence())))?;
    let place = find(&real).map_err(cannot)?;
    let kind = place.mount().map_err(cannot)?;
    let chain = place.chain().map_err(cannot)?;
    let path = place
        .path
        .into_os_string()
        .into_string()
        .map_err(|_| Fault::invalid("the folder's path is not UTF-8; rename it, or mount it under another path"))?;
    Ok(Found {
        path,
        identity: place.identity,
        kind,
        chain,
    })
}

/// Refuses a folder that another org has, or a folder of which is another org's, or that lies in one of another org; and
/// of the own org one that is watched already or holds one that is. `but` is the folder that is being confirmed.
pub(super) async fn check(
    hangs: &Hangs,
    found: &Found,
    org: OrgId,
    places: Vec<FolderPlace>,
    but: Option<FolderId>,
) -> Result<(), Fault> {
    let others = places.into_iter().filter(|place| Some(place.folder_id) != but);
    // Many at once: together, those that hang take little longer than one.
    let look = |place: FolderPlace| async move {
        let path = PathBuf::from(&place.path);
        let live = path.clone();
        let chain = hangs
            .call(&path, PATIENCE_OTHERS, move || Place::open(&live).ok()?.chain().ok())
            .await;
        let chain = match chain {
            Ok(Some(chain)) if chain.first().is_some_and(|first| place.identity.is(first)) => chain,
            // Away, hanging or another one by now: what it was when it was added.
            _ => vec![place.identity.clone()],
        };
        (place, path, chain)
    };
    let mut looks: Vec<_> = others.map(look).collect();
    let mut looked = Vec::with_capacity(looks.len());
    while !looks.is_empty() {
        let later = looks.split_off(looks.len().min(LOOKS_AT_ONCE));
        looked.extend(futures::future::join_all(looks).await);
        looks = later;
    }
    for (place, path, chain) in looked {
        let is_own = place.org == org;
        match relation(Path::new(&found.path), &found.chain, &path, &chain) {
            Relation::Apart => {}
            // The other org is not named: what it watches is not this caller's business.
            _ if !is_own => {
                return Err(Fault::conflict(format!(
                    "{} can't be watched: it is in use otherwise; choose another folder",
                    found.path
                )));
            }
            Relation::Same => {
                return Err(Fault::conflict(format!(
                    "{} is watched already, as {}",
                    found.path, place.path
                )));
            }
            Relation::Holds => {
                return Err(Fault::conflict(format!(
                    "{} holds {}, which is watched already; remove that one first, or name another folder",
                    found.path, place.path
                )));
            }
            // A folder of one's own in a folder of one's own: each is read for itself.
            Relation::Within => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn org(number: u8) -> OrgId {
        OrgId(Uuid::from_bytes([number; 16]))
    }

    fn place(org: OrgId, found: &Found) -> FolderPlace {
        FolderPlace {
            org,
            folder_id: FolderId(Uuid::nil()),
            path: found.path.clone(),
            identity: found.identity.clone(),
            kind: FolderKind::Local,
            mode: plant_core::model::FolderMode::Watch,
            site: None,
        }
    }

    #[tokio::test]
    async fn only_a_readable_folder_outside_the_daemon_is_watched() {
        let state = tempfile::tempdir().unwrap();
        let exports = tempfile::tempdir().unwrap();
        let real = exports.path().canonicalize().unwrap();
        let file = exports.path().join("a.csv");
        std::fs::write(&file, "x").unwrap();
        let link = exports.path().join("link");
        std::os::unix::fs::symlink(exports.path(), &link).unwrap();
        let own = state.path().join("pg");
        std::fs::create_dir(&own).unwrap();
        let grounds = Grounds {
            state: state.path().canonicalize().unwrap(),
            closed: vec![own.canonicalize().unwrap()],
            ..Grounds::default()
        };
        let hangs = Hangs::most(1);
        let asked = |path: &Path| look(&hangs, path.to_str().unwrap().to_owned(), grounds.clone());
        let shown = real.to_str().unwrap();
        for written in [
            real.join("."),
            link.clone(),
            real.join("link/../").join(real.file_name().unwrap()),
        ] {
            assert_eq!(asked(&written).await.unwrap().path, shown, "{}", written.display());
        }
        for wrong in [
            file.as_path(),
            &own,
            state.path(),
            state.path().parent().unwrap(),
            "/".as_ref(),
            "/proc".as_ref(),
            "/etc".as_ref(),
            "/nowhere/at/all".as_ref(),
        ] {
            let refused = asked(wrong).await;
            assert!(
                matches!(refused, Err(Fault::Invalid { .. })),
                "{}: {refused:?}",
                wrong.display()
            );
        }
        assert!(look(&hangs, "exports".to_owned(), grounds.clone()).await.is_err());
    }

    #[tokio::test]
    async fn a_place_and_what_lies_around_it_belongs_to_one_org() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("outer/inner");
        std::fs::create_dir_all(&inner).unwrap();
        let hangs = Hangs::most(1);
        let found = async |path: &Path| {
            look(&hangs, path.to_str().unwrap().to_owned(), Grounds::default())
                .await
                .unwrap()
        };
        let (outer, inner) = (found(&dir.path().join("outer")).await, found(&inner).await);
        let (mine, theirs) = (org(1), org(2));
        for (wanted, taken, by, expected) in [
            (&outer, &outer, theirs, false),
            (&outer, &inner, theirs, false),
            (&inner, &outer, theirs, false),
            (&outer, &outer, mine, false),
            (&outer, &inner, mine, false),
            (&inner, &outer, mine, true),
        ] {
            let checked = check(&hangs, wanted, mine, vec![place(by, taken)], None).await;
            assert_eq!(
                checked.is_ok(),
                expected,
                "{} beside {}: {checked:?}",
                wanted.path,
                taken.path
            );
        }
        // The other one is away: its path still is its own.
        let away = FolderPlace {
            path: format!("{}/gone", outer.path),
            ..place(theirs, &inner)
        };
        std::fs::remove_dir(dir.path().join("outer/inner")).unwrap();
        assert!(check(&hangs, &outer, mine, vec![away], None).await.is_err());
        assert!(
            check(
                &hangs,
                &outer,
                mine,
                vec![place(mine, &outer)],
                Some(FolderId(Uuid::nil()))
            )
            .await
            .is_ok()
        );
    }
}
