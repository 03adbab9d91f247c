//! Where folders may be watched.

use std::path::{Path, PathBuf};

use plant_core::place::Grounds;

use super::setting::Setting;
use crate::{inbox, originals};

/// Where folders may be watched: as configured, and never in what is the daemon's own.
pub(super) fn grounds(setting: &Setting) -> Grounds {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let state = real(&setting.state_dir);
    Grounds {
        roots: setting.config.folders.roots.iter().map(|root| real(root)).collect(),
        closed: ["pg", inbox::INBOX, inbox::STAGING, originals::ORIGINALS]
            .map(|own| state.join(own))
            .into_iter()
            // Where a cluster goes that can't lie in the state folder.
            .chain([PathBuf::from(plant_store::cluster::REACHABLE)])
            .collect(),
        configuration: setting.config_file.parent().map(real).unwrap_or_default(),
        state,
    }
}
