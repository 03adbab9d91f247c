use std::collections::BTreeMap;

use plant_core::component::{Component, ComponentRow, Components, Dimension};
use plant_core::family::{Dimensions, Family, OF_MEASURES};
use plant_core::model::FindingKind;

use super::support::{Analysed, Rows, order};

/// A small generator with a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// A table of bookings, stops, meters and money, with some of all dimensions; how many values each has differs.
fn random(seed: u64) -> Rows {
    let mut random = Random(seed);
    let mut rows = Rows::new();
    let of: Vec<(&str, u64)> = [
        "machine",
        "line",
        "site",
        "product_code",
        "product_name",
        "operation",
        "operator",
        "shift",
        "reason_text",
        "defect_code",
        "cost_center",
        "order_type",
        "energy_tariff",
        "status",
        "uom",
        "currency",
    ]
    .into_iter()
    .map(|name| (name, [0, 1, 2, 3, 5, 20][random.below(6) as usize]))
    .collect();
    let (days, kinds) = (1 + random.below(60), 1 + random.below(4));
    for _ in 0..300 {
        let mut cells: Vec<(&str, String)> = Vec::new();
        for (name, values) in &of {
            let value = random.below(values + 1);
            if value > 0 {
                cells.push((name, format!("{name} {value}")));
            }
        }
        let begin = random.below(22);
        let time = |hour: u64| format!("{hour:02}:30");
        match random.below(kinds) {
            0 => cells.extend([
                ("quantity_produced", (50 + random.below(90)).to_string()),
                ("quantity_scrap", random.below(9).to_string()),
                ("total_cost", format!("{}.{:03}", random.below(90), random.below(1000))),
            ]),
            1 => cells.extend([
                ("event_start", time(begin)),
                ("event_end", time(begin + random.below(30))),
                (
                    "stop_category",
                    ["breakdown", "setup", "waiting", "running"][random.below(4) as usize].to_owned(),
                ),
            ]),
            2 => cells.push(("energy_used", format!("{}.5", random.below(500)))),
            _ => cells.extend([
                ("planned_time", (random.below(8) * 3600).to_string()),
                ("duration", (random.below(8) * 600).to_string()),
                ("is_failure", ["true", "false"][random.below(2) as usize].to_owned()),
            ]),
        }
        let cells: Vec<(&str, &str)> = cells.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match random.below(12) {
            0 => drop(rows.undated(&cells)),
            _ => drop(rows.row(random.below(days), &cells)),
        }
    }
    rows
}

/// Sums of a family by some of what it has.
fn folded<'a>(
    rows: impl Iterator<Item = &'a ComponentRow>,
    by: Family,
) -> BTreeMap<(Option<String>, Vec<Option<String>>), Components> {
    let mut sums: BTreeMap<_, Components> = BTreeMap::new();
    for row in rows {
        let day = row.day.filter(|_| by.has_day).map(|day| day.to_string());
        let kept = |dimension: Dimension| row.dimensions[dimension as usize].clone();
        let dimensions = by.dimensions.iter().map(kept).collect();
        sums.entry((day, dimensions)).or_default().merge(&row.values);
    }
    sums
}

fn of_family(analysed: &Analysed, family_no: u16) -> impl Iterator<Item = &ComponentRow> {
    let all = analysed.0.components.iter();
    all.filter(move |row| row.family_no == family_no)
}

#[test]
fn the_totals_of_every_family_are_those_of_the_finest() {
    let (mut families, mut lost) = (0, 0);
    for seed in 0..60 {
        let rows = random(seed);
        let finest = rows.analyse_within(&order(), u64::MAX);
        let [whole, ..] = finest.0.families[..] else {
            panic!("no family of {seed}");
        };
        assert!(whole.family.covers(Family::FINEST));
        let is_filled = |dimension: &Dimension| finest.cells().any(|row| row.dimensions[*dimension as usize].is_some());
        let occurring: Dimensions = Dimension::ALL.into_iter().filter(is_filled).collect();
        for most in [15, 60, 200] {
            let found = rows.analyse_within(&order(), most);
            lost += u32::from(!found.findings(FindingKind::SumsCoarse).is_empty());
            for kept in &found.0.families {
                families += 1;
                let units = !kept.family.has_day && Dimensions::UNITS.covers(kept.family.dimensions.and(occurring));
                assert!(kept.cells <= most || units || kept.family_no == OF_MEASURES, "{kept:?}");
                assert_eq!(of_family(&found, kept.family_no).count() as u64, kept.cells);
                let singles = kept
                    .family
                    .dimensions
                    .iter()
                    .map(|dimension| Family::whole([dimension]));
                for by in singles.chain([kept.family, Family::whole([])]) {
                    assert_eq!(
                        folded(of_family(&found, kept.family_no), by),
                        folded(of_family(&finest, 1), by),
                        "{seed} {most} {kept:?} by {by:?}"
                    );
                }
            }
            // A figure of the whole does not depend on how sums are kept.
            for (one, other) in found.0.analyzers.iter().zip(&finest.0.analyzers) {
                assert_eq!(one.metrics, other.metrics, "{seed} {most}");
            }
        }
    }
    assert!(families > 500 && lost > 5, "{families} {lost}");
}

#[test]
fn what_is_kept_nowhere_is_told_and_the_rest_answers() {
    let mut rows = Rows::new();
    for row in 0..90 {
        let (operator, machine) = (format!("P{row}"), format!("M{}", row % 3));
        rows.row(
            row % 9,
            &[("machine", &machine), ("operator", &operator), ("quantity_scrap", "1")],
        );
    }
    let found = rows.analyse_within(&order(), 40);
    let told = found.finding(FindingKind::SumsCoarse);
    assert_eq!(told.title, "Figures are not kept by operator");
    assert!(
        !found
            .0
            .families
            .iter()
            .any(|kept| kept.family.dimensions.has(Dimension::Operator))
    );
    let machines = folded(of_family(&found, 1), Family::whole([Dimension::Machine]));
    assert_eq!(machines.len(), 3);
    assert_eq!(
        machines
            .values()
            .filter_map(|sums| sums.get(Component::Rows))
            .sum::<rust_decimal::Decimal>(),
        90.into()
    );
    assert!(rows.analyse().findings(FindingKind::SumsCoarse).is_empty());
}
