//! Status, folders, events.

use plant_core::model::{DatabaseView, EventView, FolderView, OnboardingStep, QueueView, StatusView};
use plant_core::says::FolderSaying;

same_fields!(StatusView, Status, {
    version, uptime_s, health, problems, org, currency, zone, role, folders, queue, database, onboarding, resident_bytes,
});
same_fields!(QueueView, Queue, { waiting, running, held, failed, analysed, unanalysed, questions, total });
same_fields!(DatabaseView, Database, { kind, version });
same_fields!(OnboardingStep, OnboardingStep, { step, label, done, next });
same_fields!(FolderView, Folder, { folder_id, path, kind, mode, site, line, machine, zone, since, last_scan_at, last_file_at, fault, fault_kind,
});
same_fields!(EventView, Event, { event_no, at, kind, id, state, note });
same_fields!(FolderSaying, FolderSaying, { site, line, machine, zone });
