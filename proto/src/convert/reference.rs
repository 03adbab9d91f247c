//! What lists tell, and who uses it.

use plant_core::model::{ReferenceEntry, ReferenceFile, ReferenceItem};
use plant_core::reference::ReferenceUse;

same_fields!(ReferenceItem, Reference, { kind, key, entries, listed, valid_from, valid_to, files, used_by });
same_fields!(ReferenceFile, ReferenceFile, { file_id, name, rows });
same_fields!(ReferenceEntry, ReferenceEntry, {
    kind, key, value, text, unit, valid_from, valid_to, listed, file_id, file, line,
});
same_fields!(ReferenceUse, ReferenceUse, { variable, file_id, file, rows, entries, lines });
