-- Numbers per file, family, day and combination of dimensions, to be added up (or the least and greatest taken): every
-- ratio is computed from their sums. Each family of a file (below) is made of all its rows that count, so a query reads
-- one of them; process values and failure modes have a family of their own beside it, number 0, with one row for each
-- name. NULL means that no row contributed, which is not zero; a dimension, or the day, is also NULL where the family has
-- it not. The columns are the dimensions and components of plant-core; a test compares.
CREATE TABLE app.components (
    org_id uuid NOT NULL,
    file_no bigint NOT NULL,
    component_no integer NOT NULL,
    family_no smallint NOT NULL,
    day date,
    "machine" text, "line" text, "site" text, "product_code" text, "product_name" text, "operation" text,
    "operator" text, "shift" text, "reason" text, "stop_category" text, "defect_code" text, "cost_center" text,
    "order_type" text, "energy_tariff" text, "status" text, "uom" text, "currency" text,
    "process_value" text, "process_unit" text, "failure_mode" text,
    "rows" numeric, "sum_duration" numeric, "sum_quantity_planned" numeric, "sum_quantity_produced" numeric, "sum_quantity_good" numeric,
    "sum_quantity_scrap" numeric, "sum_quantity_rework" numeric, "sum_quantity_inspected" numeric, "sum_defect_count" numeric, "sum_planned_time" numeric,
    "sum_planned_downtime" numeric, "sum_measured_value" numeric, "sum_purchase_qty" numeric, "sum_quantity_used" numeric, "sum_labor_hours" numeric,
    "sum_overtime_hours" numeric, "sum_overhead_actual" numeric, "sum_overhead_budget" numeric, "sum_budget_hours" numeric, "sum_scrap_cost" numeric,
    "sum_planned_cost" numeric, "sum_total_cost" numeric, "sum_energy_used" numeric, "sum_rework_hours" numeric, "sum_worker_count" numeric,
    "sum_emissions" numeric, "n_duration" numeric, "n_quantity_planned" numeric, "n_quantity_produced" numeric, "n_quantity_good" numeric,
    "n_quantity_scrap" numeric, "n_quantity_rework" numeric, "n_quantity_inspected" numeric, "n_defect_count" numeric, "n_planned_time" numeric,
    "n_planned_downtime" numeric, "n_measured_value" numeric, "n_purchase_qty" numeric, "n_quantity_used" numeric, "n_labor_hours" numeric,
    "n_overtime_hours" numeric, "n_overhead_actual" numeric, "n_overhead_budget" numeric, "n_budget_hours" numeric, "n_scrap_cost" numeric,
    "n_planned_cost" numeric, "n_total_cost" numeric, "n_energy_used" numeric, "n_rework_hours" numeric, "n_worker_count" numeric,
    "n_emissions" numeric, "pbt_s" numeric, "apt_s" numeric, "aust_s" numeric, "adet_s" numeric,
    "breakdown_s" numeric, "waiting_s" numeric, "minor_stop_s" numeric, "unknown_stop_s" numeric, "planned_down_s" numeric,
    "stop_s" numeric, "stops" numeric, "failures" numeric, "closed_failures" numeric, "repair_s" numeric,
    "operating_s" numeric, "ideal_s" numeric, "ideal_good_s" numeric, "pq_timed" numeric, "pq_checked" numeric,
    "gq_checked" numeric, "sq_checked" numeric, "rq_checked" numeric, "gq_recovered" numeric, "sq_rework" numeric, "gq_costed" numeric, "cost_of_good" numeric,
    "overhead_booked" numeric, "overhead_allowed" numeric, "overhead_rows" numeric,
    "scrap_value" numeric, "scrap_valued" numeric, "rework_value" numeric, "energy_value" numeric, "energy_pq" numeric,
    "energy_with_pq" numeric, "planned_qty_met" numeric, "measure_n" numeric, "measure_sum" numeric, "measure_sum_sq" numeric,
    "process_n" numeric, "process_sum" numeric, "process_least" numeric, "process_most" numeric, "mode_failures" numeric,
    PRIMARY KEY (org_id, file_no, family_no, component_no)
);
CREATE INDEX components_day ON app.components (org_id, day);

-- By what the sums of a file are kept: a bit for each dimension of plant-core, in its order, and the day. A dimension that
-- no row of the file has is in each of its families.
CREATE TABLE app.component_families (
    org_id uuid NOT NULL,
    file_no bigint NOT NULL,
    family_no smallint NOT NULL,
    has_day boolean NOT NULL,
    dimensions integer NOT NULL,
    cells bigint NOT NULL,
    PRIMARY KEY (org_id, file_no, family_no)
);

-- The sums of all files of an org, by a few choices of dimensions and periods (the roll-ups of plant-core, which has their
-- numbers), so that a question of the whole plant reads few rows. They change with the components of a file, in the same
-- transaction, by what it no longer adds and what it adds now. `day` is the first day of the period. Each dimension and
-- component has its column here too, and each component a second one, `<component>__n`: the number of cells of files that have it,
-- as `cells` counts all of them. A sum that no cell has any longer is NULL, which is not zero.
CREATE TABLE app.rollups (
    org_id uuid NOT NULL,
    rollup_no smallint NOT NULL,
    -- Of the day and the dimensions.
    key uuid NOT NULL,
    cells bigint NOT NULL,
    day date,
    PRIMARY KEY (org_id, rollup_no, key)
);

DO $$
DECLARE
    v_name text;
    v_type text;
BEGIN
    FOR v_name, v_type IN SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = 'app.components'::regclass AND attnum > 0 AND format_type(atttypid, atttypmod) IN ('text', 'numeric')
        ORDER BY attnum
    LOOP
        EXECUTE format('ALTER TABLE app.rollups ADD COLUMN %I %s', v_name, v_type);
        IF v_type = 'numeric' THEN
            EXECUTE format('ALTER TABLE app.rollups ADD COLUMN %I bigint', v_name || '__n');
        END IF;
    END LOOP;
END $$;

CREATE INDEX rollups_empty ON app.rollups (org_id) WHERE cells = 0;

-- Roll-ups of an org that are not whole: a file keeps no such sums or, as file 0, there are too many rows. They answer nothing.
CREATE TABLE app.rollup_gaps (
    org_id uuid NOT NULL,
    rollup_no smallint NOT NULL,
    file_no bigint NOT NULL,
    PRIMARY KEY (org_id, rollup_no, file_no)
);
