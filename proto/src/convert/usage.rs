//! Use of the org and its audit log.

use plant_core::model::{AuditEntry, AuditVerdict, UsageView};

use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(UsageView, Usage, { month, items });
same_fields!(AuditVerdict, AuditVerdict, { ok, first_bad, last_seq, last_hash });

impl Cross<wire::AuditEntry> for AuditEntry {
    fn to_wire(self) -> wire::AuditEntry {
        let AuditEntry {
            seq,
            at,
            actor,
            action,
            body,
            hash,
        } = self;
        wire::AuditEntry {
            seq,
            at: at.to_wire(),
            actor,
            action,
            body_json: body.to_wire(),
            hash,
        }
    }

    fn from_wire(wire: wire::AuditEntry) -> Result<Self, WireFault> {
        Ok(AuditEntry {
            seq: wire.seq,
            at: Cross::from_wire(wire.at).map_err(|fault: WireFault| fault.at("at"))?,
            actor: wire.actor,
            action: wire.action,
            body: Cross::from_wire(wire.body_json).map_err(|fault: WireFault| fault.at("body_json"))?,
            hash: wire.hash,
        })
    }
}

required!(AuditEntry, AuditEntry);
