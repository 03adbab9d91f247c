//! The two plants: what they make, on what, and how their systems call it.

use super::csv::Style;

/// A product.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product {
    pub code: &'static str,
    pub name: &'static str,
    /// Shortest possible time for one unit.
    pub ideal_s: i64,
    /// Standard cost of one unit.
    pub cost_cents: i64,
    /// Usual share of scrap.
    pub scrap_permille: i64,
}

/// Why a machine stops: the words of the category, of the reason, and the range of its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub category: &'static str,
    pub reason: &'static str,
    pub is_failure: bool,
    pub min_min: i64,
    pub max_min: i64,
    /// How often it happens in a shift.
    pub permille: i64,
}

impl Stop {
    /// Whether it is a short stop, which lies inside the production time and costs effectiveness, not availability.
    pub fn is_minor(&self) -> bool {
        matches!(self.category, "Minor stop" | "Kurzstillstand")
    }
}

/// Columns of an export and the variable that each feeds.
pub(super) type Columns = &'static [(&'static str, &'static str)];

/// Columns of the exports.
#[derive(Debug, Clone, Copy)]
pub(super) struct Headers {
    pub production: Columns,
    pub stops: Columns,
    pub quality: Columns,
    pub cost: Columns,
    pub energy: Columns,
}

/// A plant.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub org: &'static str,
    /// Salt of the seed, so that the two plants differ.
    pub salt: u64,
    pub currency: &'static str,
    pub zone: &'static str,
    pub style: Style,
    /// Style of the newer systems (quality, cost, energy).
    pub newer: Style,
    pub machines: &'static [&'static str],
    pub shifts: [&'static str; 2],
    pub products: &'static [Product],
    pub stops: &'static [Stop],
    pub defects: &'static [&'static str],
    pub cost_centers: &'static [&'static str],
    /// Day and evening tariff: name and price in units of 0.0001.
    pub tariffs: [(&'static str, i64); 2],
    pub headers: Headers,
    /// Stems of the file names: production, stops, quality, cost, energy.
    pub stems: [&'static str; 5],
}

/// The plant of an org.
pub(super) fn site(org: u32) -> Site {
    if org == 0 { NORTHFIELD } else { SUEDWERK }
}

const fn stop(
    category: &'static str,
    reason: &'static str,
    is_failure: bool,
    (min_min, max_min): (i64, i64),
    permille: i64,
) -> Stop {
    Stop {
        category,
        reason,
        is_failure,
        min_min,
        max_min,
        permille,
    }
}

const fn product(
    code: &'static str,
    name: &'static str,
    ideal_s: i64,
    cost_cents: i64,
    scrap_permille: i64,
) -> Product {
    Product {
        code,
        name,
        ideal_s,
        cost_cents,
        scrap_permille,
    }
}

const NORTHFIELD: Site = Site {
    org: "northfield",
    salt: 0x4E46,
    currency: "USD",
    zone: "America/Chicago",
    style: Style::English,
    newer: Style::English,
    machines: &["CNC-01", "CNC-02", "CNC-03", "PRESS-01", "WASH-01"],
    shifts: ["Early", "Late"],
    products: &[
        product("P-1001", "Pump housing", 42, 1_850, 18),
        product("P-1002", "Impeller", 30, 1_240, 25),
        product("P-1003", "Cover plate", 18, 465, 12),
        product("P-1004", "Shaft, hardened", 55, 2_975, 34),
    ],
    stops: &[
        stop("Setup", "Tool change", false, (12, 28), 900),
        stop("Breakdown", "Spindle bearing", true, (25, 95), 70),
        stop("Breakdown", "Hydraulic leak", true, (20, 60), 45),
        stop("Waiting", "No material", false, (6, 30), 220),
        stop("Minor stop", "Chip jam", false, (2, 5), 600),
    ],
    defects: &["Scratch", "Burr", "Out of tolerance", "Porosity"],
    cost_centers: &["CC-100", "CC-200"],
    tariffs: [("Day", 1_420), ("Evening", 1_130)],
    headers: Headers {
        production: &[
            ("Work Order", "work_order"),
            ("Product Code", "product_code"),
            ("Product Name", "product_name"),
            ("Machine", "machine"),
            ("Shift", "shift"),
            ("Start", "event_start"),
            ("End", "event_end"),
            ("Quantity Planned", "quantity_planned"),
            ("Quantity Produced", "quantity_produced"),
            ("Quantity Good", "quantity_good"),
            ("Quantity Scrap", "quantity_scrap"),
            ("Quantity Rework", "quantity_rework"),
            ("Ideal Cycle Time (s)", "ideal_cycle_time"),
            ("Planned Time (min)", "planned_time"),
            ("Standard Unit Cost", "standard_unit_cost"),
            ("Total Cost", "total_cost"),
            ("Currency", "currency"),
        ],
        stops: &[
            ("Machine", "machine"),
            ("Shift", "shift"),
            ("Start", "event_start"),
            ("End", "event_end"),
            ("Stop Category", "stop_category"),
            ("Reason", "reason_text"),
        ],
        quality: &[
            ("Date", "posting_date"),
            ("Lot", "lot"),
            ("Product Code", "product_code"),
            ("Quantity Inspected", "quantity_inspected"),
            ("Defect Code", "defect_code"),
            ("Defect Count", "defect_count"),
        ],
        cost: &[
            ("Posting Date", "posting_date"),
            ("Cost Center", "cost_center"),
            ("Order Type", "order_type"),
            ("Hours Worked", "labor_hours"),
            ("Labor Rate", "labor_rate"),
            ("Overhead Actual", "overhead_actual"),
            ("Currency", "currency"),
        ],
        energy: &[
            ("Start", "event_start"),
            ("Line", "line"),
            ("Energy (kWh)", "energy_used"),
            ("Energy Price", "energy_price"),
            ("Energy Tariff", "energy_tariff"),
            ("Currency", "currency"),
        ],
    },
    stems: ["nf_production", "nf_stops", "nf_quality", "nf_cost", "nf_energy"],
};

const SUEDWERK: Site = Site {
    org: "suedwerk",
    salt: 0x5357,
    currency: "EUR",
    zone: "Europe/Berlin",
    style: Style::German1252,
    newer: Style::GermanBom,
    machines: &["Fräse 1", "Fräse 2", "Drehbank 1", "Härteofen 1"],
    shifts: ["Früh", "Spät"],
    products: &[
        product("00471100", "Gehäuse groß", 48, 2_310, 22),
        product("00471200", "Flansch", 26, 980, 15),
        product("00471300", "Ritzel", 35, 1_640, 30),
    ],
    stops: &[
        stop("Rüsten", "Werkzeugwechsel", false, (15, 35), 850),
        stop("Störung", "Spindel", true, (30, 110), 60),
        stop("Störung", "Hydraulik", true, (15, 70), 50),
        stop("Warten", "Material fehlt", false, (5, 25), 260),
        stop("Kurzstillstand", "Späne", false, (2, 5), 500),
    ],
    defects: &["Kratzer", "Grat", "Maß außerhalb"],
    cost_centers: &["4100", "4200"],
    tariffs: [("Tag", 2_150), ("Abend", 1_890)],
    headers: Headers {
        production: &[
            ("Auftrag", "work_order"),
            ("Artikelnummer", "product_code"),
            ("Artikelbezeichnung", "product_name"),
            ("Maschine", "machine"),
            ("Schicht", "shift"),
            ("Beginn", "event_start"),
            ("Ende", "event_end"),
            ("Planmenge", "quantity_planned"),
            ("Produzierte Menge", "quantity_produced"),
            ("Gutmenge", "quantity_good"),
            ("Ausschuss", "quantity_scrap"),
            ("Nacharbeit", "quantity_rework"),
            ("Sollzykluszeit (s)", "ideal_cycle_time"),
            ("Planzeit (min)", "planned_time"),
            ("Stückkosten", "standard_unit_cost"),
            ("Gesamtkosten", "total_cost"),
            ("Währung", "currency"),
        ],
        stops: &[
            ("Maschine", "machine"),
            ("Schicht", "shift"),
            ("Beginn", "event_start"),
            ("Ende", "event_end"),
            ("Maschinenzustand", "stop_category"),
            ("Grund", "reason_text"),
        ],
        quality: &[
            ("Datum", "posting_date"),
            ("Charge", "lot"),
            ("Artikelnummer", "product_code"),
            ("Prüfmenge", "quantity_inspected"),
            ("Fehlercode", "defect_code"),
            ("Fehleranzahl", "defect_count"),
        ],
        cost: &[
            ("Buchungsdatum", "posting_date"),
            ("Kostenstelle", "cost_center"),
            ("Auftragsart", "order_type"),
            ("Arbeitsstunden", "labor_hours"),
            ("Stundensatz", "labor_rate"),
            ("Gemeinkosten", "overhead_actual"),
            ("Währung", "currency"),
        ],
        energy: &[
            ("Beginn", "event_start"),
            ("Linie", "line"),
            ("Energie (kWh)", "energy_used"),
            ("Strompreis", "energy_price"),
            ("Tarif", "energy_tariff"),
            ("Währung", "currency"),
        ],
    },
    stems: [
        "sw_produktion",
        "sw_stillstand",
        "sw_qualitaet",
        "sw_kosten",
        "sw_energie",
    ],
};
