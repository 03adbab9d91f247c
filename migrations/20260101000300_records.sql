-- One wide typed row per export row. The columns after `ts` are the variables of plant-core, in its order; a test
-- compares them with its list. No foreign key (3.9x the time of a load), no sequence, no random key: rows lie in the
-- order of arrival. Only plant_load inserts, by COPY; only records_merge() takes rows away again.
CREATE TABLE app.records (
    org_id uuid NOT NULL,
    file_no bigint NOT NULL,
    line_no bigint NOT NULL,
    live boolean NOT NULL,
    key_hash bigint NOT NULL,
    row_hash bigint NOT NULL,
    day date,
    ts timestamptz,
    "work_order" text, "operation" text, "product_code" text, "product_name" text, "machine" text,
    "line" text, "site" text, "lot" text, "operator" text, "shift" text,
    "status" text, "reason_code" text, "reason_text" text, "stop_category" text, "defect_code" text,
    "disposition" text, "characteristic" text, "value_qualifier" text, "subgroup_id" text, "uom" text,
    "currency" text, "cost_center" text, "order_type" text, "energy_tariff" text, "event_start" timestamptz,
    "event_end" timestamptz, "sample_time" timestamptz, "repair_start" timestamptz, "repair_end" timestamptz, "posting_date" date,
    "shift_date" date, "due_date" date, "is_failure" boolean, "is_constraint" boolean, "duration" numeric,
    "quantity_planned" numeric, "quantity_produced" numeric, "quantity_good" numeric, "quantity_scrap" numeric, "quantity_rework" numeric,
    "quantity_inspected" numeric, "defect_count" numeric, "opportunities" numeric, "counter_reading" numeric, "ideal_cycle_time" numeric,
    "ideal_rate" numeric, "planned_time" numeric, "planned_downtime" numeric, "setup_standard" numeric, "standard_labor_hours" numeric,
    "measured_value" numeric, "lsl" numeric, "usl" numeric, "target" numeric, "standard_unit_cost" numeric,
    "material_unit_cost" numeric, "contribution_margin" numeric, "purchase_qty" numeric, "purchase_price" numeric, "standard_price" numeric,
    "quantity_used" numeric, "standard_quantity" numeric, "labor_hours" numeric, "overtime_hours" numeric, "labor_rate" numeric,
    "labor_rate_standard" numeric, "machine_rate" numeric, "overhead_actual" numeric, "overhead_budget" numeric, "budget_hours" numeric,
    "scrap_recovery" numeric, "scrap_cost" numeric, "planned_cost" numeric, "total_cost" numeric, "energy_used" numeric,
    "meter_reading" numeric, "energy_price" numeric, "rework_hours" numeric, "worker_count" numeric, "emissions" numeric,
    extra jsonb,
    PRIMARY KEY (org_id, file_no, line_no)
);
CREATE INDEX records_ts ON app.records (org_id, ts);
-- What a row is over exports: its key, else all of its cells. records_merge() finds earlier versions by it.
CREATE INDEX records_identity ON app.records (org_id, (CASE WHEN key_hash = 0 THEN row_hash ELSE key_hash END)) WHERE live;
-- Few rows carry a unit cost, so this index costs the others nothing.
CREATE INDEX records_unit_cost ON app.records (org_id, product_code, file_no DESC, line_no DESC)
    WHERE live AND standard_unit_cost IS NOT NULL AND product_code IS NOT NULL;
CREATE INDEX records_day ON app.records USING brin (day);
-- A re-export deletes what it repeats; the table is vacuumed by rows changed rather than by a share of its size.
ALTER TABLE app.records SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000);
