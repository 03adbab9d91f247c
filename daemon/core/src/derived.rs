//! What is derived is named by what it stands for (UUIDv5), so that it has the same name whenever it is derived again.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::ids::{AnalysisId, FileId, FindingId, OrgId};
use crate::model::{Analyzer, FindingKind};

/// The analysis of a file.
pub fn analysis(org: OrgId, file: FileId) -> AnalysisId {
    AnalysisId(Uuid::new_v5(&org.0, format!("analysis {file}").as_bytes()))
}

/// What an analysis says of one thing; `number` tells those apart that say the same, from 0.
pub fn finding(
    analysis: AnalysisId,
    analyzer: Analyzer,
    kind: FindingKind,
    scope: &BTreeMap<String, String>,
    number: usize,
) -> FindingId {
    let mut said = format!("finding {} {} {number}", analyzer.name(), kind.name());
    for (name, value) in scope {
        // The lengths keep names and values apart.
        said.push_str(&format!(" {} {name} {} {value}", name.len(), value.len()));
    }
    FindingId(Uuid::new_v5(&analysis.0, said.as_bytes()))
}
