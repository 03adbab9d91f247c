//! Watches one more folder, after a look at it.
//!
//! A folder belongs to one org: two orgs that watch the same folder would each read the other's exports.

use std::path::{Component, Path, PathBuf};

use plant_proto::convert::Cross;
use plant_proto::status::Fault;
use plant_proto::wire;
use plant_store::folders::{self, FolderPlace, NewFolder};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::file::{INBOX, STAGING};
use crate::rpc::refusal::Refusal;
use crate::watch::{MountKind, mount_kind};

/// Folders that hold no exports, whatever is in them.
const NEVER: [&str; 3] = ["/proc", "/sys", "/dev"];
/// Parts of the state folder that are the daemon's own.
const OWN: [&str; 3] = ["pg", INBOX, STAGING];
/// Longest site name, in characters.
const SITE_MAX: usize = 100;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::AddFolderRequest,
) -> Result<wire::AddFolderResponse, Refusal> {
    let poll = match request.mode.as_str() {
        "" | "watch" => false,
        "poll" => true,
        other => return Err(Fault::invalid(format!("the mode `{other}` is neither watch nor poll")).into()),
    };
    let site = request
        .site
        .map(|site| site.trim().to_owned())
        .filter(|site| !site.is_empty());
    if site
        .as_ref()
        .is_some_and(|site| site.chars().count() > SITE_MAX || site.chars().any(char::is_control))
    {
        let message = format!("a site has at most {SITE_MAX} characters, none of them a control character");
        return Err(Fault::invalid(message).into());
    }
    let places = folders::all(app.store()).await?;
    let state_dir = app.state_dir().to_path_buf();
    let (path, kind) = tokio::task::spawn_blocking(move || {
        let (path, real, kind) = look_at(&request.path, &state_dir)?;
        match watched_as(&real, &places) {
            None => Ok((path, kind)),
            // The other org is not named: that it watches this folder is not this caller's business.
            Some(place) if place.org != ctx.org => Err(Fault::conflict(format!(
                "{path} can't be watched: it is in use otherwise; choose another folder"
            ))),
            Some(place) => Err(Fault::conflict(format!("{path} is watched already, as {}", place.path))),
        }
    })
    .await??;
    let new = NewFolder {
        path,
        kind: kind.name().to_owned(),
        mode: if poll || kind != MountKind::Local {
            "poll"
        } else {
            "watch"
        }
        .to_owned(),
        site,
    };
    let folder = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { folders::add(tx, &new).await })
        })
        .await?;
    app.wake_folders();
    app.announce(ctx.org, "folder", &folder.folder_id, "watched", &folder.path);
    Ok(wire::AddFolderResponse {
        folder: folder.to_wire(),
    })
}

/// The path of a folder that can be watched, its real path, and its file system.
fn look_at(asked: &str, state_dir: &Path) -> Result<(String, PathBuf, MountKind), Fault> {
    if !asked.starts_with('/') || asked.contains('\0') {
        return Err(Fault::invalid(format!(
            "`{asked}` is not an absolute path on the machine of plantd"
        )));
    }
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
    std::fs::read_dir(&real).map_err(cannot)?;
    let state_dir = state_dir.canonicalize().unwrap_or_else(|_| state_dir.to_path_buf());
    let is_own = real == state_dir || OWN.iter().any(|own| real.starts_with(state_dir.join(own)));
    if real == Path::new("/") || is_own || NEVER.iter().any(|never| real.starts_with(never)) {
        return Err(Fault::invalid(format!(
            "{asked} holds no exports; name the folder that they are put into"
        )));
    }
    let kind = mount_kind(&real).map_err(cannot)?;
    // As it was written, so that it is found again by it, but without `//`, `/.` and a slash at the end.
    let has_parent = Path::new(asked).components().any(|part| part == Component::ParentDir);
    let path: PathBuf = if has_parent {
        real.clone()
    } else {
        Path::new(asked).components().collect()
    };
    let path = path
        .into_os_string()
        .into_string()
        .map_err(|_| Fault::invalid("the folder's path is not UTF-8; rename it, or mount it under another path"))?;
    Ok((path, real, kind))
}

/// The watched folder that is the same one, under whatever path.
fn watched_as<'a>(real: &Path, places: &'a [FolderPlace]) -> Option<&'a FolderPlace> {
    places.iter().find(|place| {
        let path = Path::new(&place.path);
        path == real || path.canonicalize().is_ok_and(|other| other == real)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use plant_core::ids::{FolderId, OrgId};
    use plant_proto::status::Fault;
    use plant_store::folders::FolderPlace;
    use uuid::Uuid;

    use super::{look_at, watched_as};

    #[test]
    fn only_a_readable_folder_outside_the_daemon_is_watched() {
        let state = tempfile::tempdir().unwrap();
        let exports = tempfile::tempdir().unwrap();
        let file = exports.path().join("a.csv");
        std::fs::write(&file, "x").unwrap();
        let link = exports.path().join("link");
        std::os::unix::fs::symlink(exports.path(), &link).unwrap();
        let asked = |path: &Path| look_at(path.to_str().unwrap(), state.path());

        let real = exports.path().canonicalize().unwrap();
        let written = exports.path().to_str().unwrap();
        let (path, is, _) = look_at(&format!("{written}//./"), state.path()).unwrap();
        assert_eq!((path.as_str(), &is), (written, &real));
        assert_eq!(asked(&link).unwrap().1, real, "a link leads to what it is");
        assert_eq!(
            asked(&exports.path().join("link/..")).unwrap().0,
            real.parent().unwrap().to_str().unwrap()
        );

        let own = state.path().join("pg");
        std::fs::create_dir(&own).unwrap();
        for wrong in [
            file.as_path(),
            &own,
            state.path(),
            "/".as_ref(),
            "/proc".as_ref(),
            "/nowhere/at/all".as_ref(),
        ] {
            assert!(
                matches!(asked(wrong), Err(Fault::Invalid { .. })),
                "{}",
                wrong.display()
            );
        }
        assert!(look_at("exports", state.path()).is_err());

        let place = FolderPlace {
            org: OrgId(Uuid::nil()),
            folder_id: FolderId(Uuid::nil()),
            path: link.to_str().unwrap().to_owned(),
            kind: "local".into(),
            mode: "watch".into(),
            site: None,
        };
        assert!(
            watched_as(&real, std::slice::from_ref(&place)).is_some(),
            "the same folder by another path"
        );
        assert!(watched_as(state.path(), &[place]).is_none());
    }
}
