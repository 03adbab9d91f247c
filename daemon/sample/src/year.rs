//! A year of the plant, day by day: the rows of its monthly and weekly exports, and the sums of what was put into them.
//!
//! In every shift a machine first runs and then stops: planned time = run + stops to the minute, so that each factor
//! of the OEE is known exactly. All times lie between 06:00 and 22:00, away from the changes of the clock.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use rust_decimal::Decimal;

use super::csv::{Sheet, sets};
use super::model::{Columns, Product, Site};
use super::random::Random;
use super::{Figures, Plant, SampleFile, Truth};

/// Planned time of a shift.
const SHIFT_MIN: i64 = 480;
/// When the shifts begin.
const STARTS_H: [u32; 2] = [6, 14];

/// Whole-number sums of what the rows hold.
#[derive(Debug, Clone, Default)]
struct Sums {
    planned: i64,
    produced: i64,
    good: i64,
    scrap: i64,
    rework: i64,
    planned_min: i64,
    /// Production time: running, and the short stops in it.
    production_min: i64,
    ideal_s: i64,
    ideal_good_s: i64,
    cost_cents: i64,
    scrap_cents: i64,
    stops: i64,
    stop_min: i64,
    failures: i64,
    repair_min: i64,
}

/// Sums of the exports without a machine.
#[derive(Debug, Clone, Default)]
struct Others {
    inspected: i64,
    defects: i64,
    labor_tenths: i64,
    overhead_cents: i64,
    energy_tenths: i64,
    /// In units of 0.00001: tenths of a kWh x price in 0.0001.
    energy_value: i64,
}

/// The true sums in the making.
#[derive(Debug, Default)]
struct Ledger {
    all: Sums,
    others: Others,
    by_machine: BTreeMap<String, Sums>,
    by_month: BTreeMap<String, (Sums, Others)>,
    scrap_by_product: BTreeMap<String, i64>,
    minutes_by_reason: BTreeMap<String, i64>,
    defects_by_code: BTreeMap<String, i64>,
}

impl Ledger {
    fn book(&mut self, day: NaiveDate, machine: &str, change: impl Fn(&mut Sums)) {
        change(&mut self.all);
        change(self.by_machine.entry(machine.to_owned()).or_default());
        change(&mut self.by_month.entry(month(day)).or_default().0);
    }

    fn book_other(&mut self, day: NaiveDate, change: impl Fn(&mut Others)) {
        change(&mut self.others);
        change(&mut self.by_month.entry(month(day)).or_default().1);
    }
}

impl Ledger {
    /// An export with those of its figures that a sum over its rows gives.
    fn file(&self, folder: &str, stem: &str, label: &str, sheet: Sheet, columns: Columns, sums: &[&str]) -> SampleFile {
        SampleFile {
            folder: folder.to_owned(),
            name: format!("{stem}_{label}.csv"),
            rows: sheet.rows,
            // A sum that nothing was put into may be absent rather than zero.
            metrics: figures(&self.all, &self.others)
                .into_iter()
                .filter(|(name, value)| sums.contains(&name.as_str()) && !value.is_zero())
                .collect(),
            bytes: sheet.bytes(),
            sets: sets(columns),
        }
    }
}

fn month(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

pub(super) fn plant(seed: u64, site: &Site, year: i32, months: u32) -> Plant {
    let mut random = Random::new(seed ^ (site.salt << 16) ^ u64::from(year.unsigned_abs()));
    let mut ledger = Ledger::default();
    let mut files = Vec::new();
    let mut order = 100_000_i64;
    let days = workdays(year, months);
    let mut monthly = Monthly::new(site);
    let mut weekly = Weekly::new(site);
    for (place, day) in days.iter().enumerate() {
        let mut shop = Shop {
            site,
            random: &mut random,
            all: &mut ledger,
            monthly: &mut monthly,
            weekly: &mut weekly,
        };
        shop.day(*day, &mut order);
        let next = days.get(place + 1);
        if next.is_none_or(|next| next.iso_week() != day.iso_week()) {
            let label = format!("{}-W{:02}", day.iso_week().year(), day.iso_week().week());
            files.extend(std::mem::replace(&mut weekly, Weekly::new(site)).files(site, &label));
        }
        if next.is_none_or(|next| next.month() != day.month()) {
            files.extend(std::mem::replace(&mut monthly, Monthly::new(site)).files(site, &month(*day)));
        }
    }
    let rows = files.iter().map(|file| file.rows).sum();
    Plant {
        truth: truth(site, &ledger, &days, files.len() as u64, rows),
        files,
    }
}

/// Mondays to Fridays without the usual holidays.
fn workdays(year: i32, months: u32) -> Vec<NaiveDate> {
    let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else {
        return Vec::new();
    };
    first
        .iter_days()
        .take_while(|day| day.year() == year && day.month() <= months)
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .filter(|day| !matches!((day.month(), day.day()), (1, 1) | (5, 1) | (12, 24..=31)))
        .collect()
}

/// Production and cost: exported once a month.
struct Monthly {
    production: Sheet,
    cost: Sheet,
    own: Ledger,
}

/// Stops, quality and energy: exported once a week.
struct Weekly {
    stops: Sheet,
    quality: Sheet,
    energy: Sheet,
    own: Ledger,
}

/// The plant at work: what is written and where it is booked.
struct Shop<'a> {
    site: &'a Site,
    random: &'a mut Random,
    all: &'a mut Ledger,
    monthly: &'a mut Monthly,
    weekly: &'a mut Weekly,
}

impl Shop<'_> {
    fn day(&mut self, day: NaiveDate, order: &mut i64) {
        let site = self.site;
        let mut made = 0;
        for (shift, start_h) in site.shifts.iter().zip(STARTS_H) {
            for (place, machine) in site.machines.iter().enumerate() {
                let Some(start) = day.and_hms_opt(start_h, 0, 0) else {
                    continue;
                };
                *order += 1;
                let row = Run {
                    day,
                    start,
                    machine,
                    shift,
                    place: i64::try_from(place).unwrap_or(0),
                    order: *order,
                };
                made += self.run(&row);
            }
        }
        self.lots(day);
        self.postings(day);
        self.meter(day, made);
    }

    /// One machine in one shift; returns the pieces made.
    fn run(&mut self, run: &Run<'_>) -> i64 {
        let (site, random) = (self.site, &mut *self.random);
        let Some(product) = random.pick(site.products).copied() else {
            return 0;
        };
        let mut lengths = Vec::new();
        for stop in site.stops {
            // The third machine is the plant's trouble: it breaks down twice as often.
            let often = if run.place == 2 && stop.is_failure {
                stop.permille * 2
            } else {
                stop.permille
            };
            if random.chance(often) {
                lengths.push((*stop, random.between(stop.min_min, stop.max_min)));
            }
        }
        let stopped: i64 = lengths.iter().map(|(_, length)| length).sum();
        let minor: i64 = lengths
            .iter()
            .filter(|(stop, _)| stop.is_minor())
            .map(|(_, length)| length)
            .sum();
        let run_min = (SHIFT_MIN - stopped).max(60);
        let speed = random.between(820, 985);
        let produced = run_min * 60 * speed / (1_000 * product.ideal_s);
        let scrap = produced * scrap_permille(run, &product, random) / 1_000;
        let rework = produced * random.between(0, 12) / 1_000;
        let good = produced - scrap - rework;
        let planned = SHIFT_MIN * 60 * 900 / (1_000 * product.ideal_s);
        let cost_cents = produced * product.cost_cents * random.between(985, 1_060) / 1_000;
        let end = run.start + TimeDelta::minutes(run_min);
        let style = site.style;
        let count = |value: i64| style.number(value, 0);
        self.monthly.production.row(&[
            format!("WO{}", run.order),
            product.code.to_owned(),
            product.name.to_owned(),
            run.machine.to_owned(),
            run.shift.to_owned(),
            style.time(run.start),
            style.time(end),
            count(planned),
            count(produced),
            count(good),
            count(scrap),
            count(rework),
            count(product.ideal_s),
            count(SHIFT_MIN),
            style.number(product.cost_cents, 2),
            style.number(cost_cents, 2),
            site.currency.to_owned(),
        ]);
        for book in [&mut *self.all, &mut self.monthly.own] {
            book.book(run.day, run.machine, |sums| {
                sums.planned += planned;
                sums.produced += produced;
                sums.good += good;
                sums.scrap += scrap;
                sums.rework += rework;
                sums.planned_min += SHIFT_MIN;
                sums.production_min += run_min + minor;
                sums.ideal_s += produced * product.ideal_s;
                sums.ideal_good_s += good * product.ideal_s;
                sums.cost_cents += cost_cents;
                sums.scrap_cents += scrap * product.cost_cents;
            });
            *book.scrap_by_product.entry(product.code.to_owned()).or_default() += scrap;
        }
        let mut at = end;
        for (stop, length) in lengths {
            let until = at + TimeDelta::minutes(length);
            self.weekly.stops.row(&[
                run.machine.to_owned(),
                run.shift.to_owned(),
                style.time(at),
                style.time(until),
                stop.category.to_owned(),
                stop.reason.to_owned(),
            ]);
            at = until;
            for book in [&mut *self.all, &mut self.weekly.own] {
                book.book(run.day, run.machine, |sums| {
                    sums.stops += 1;
                    sums.stop_min += length;
                    sums.failures += i64::from(stop.is_failure);
                    sums.repair_min += if stop.is_failure { length } else { 0 };
                });
                *book.minutes_by_reason.entry(stop.reason.to_owned()).or_default() += length;
            }
        }
        produced
    }

    /// Inspection lots of a day.
    fn lots(&mut self, day: NaiveDate) {
        let (site, random) = (self.site, &mut *self.random);
        for (place, product) in site.products.iter().enumerate() {
            let inspected = random.between(40, 120);
            let defects = random.between(0, 6);
            let Some(code) = random.pick(site.defects) else {
                continue;
            };
            self.weekly.quality.row(&[
                site.newer.date(day),
                format!("L{}{place}", day.format("%y%m%d")),
                product.code.to_owned(),
                site.newer.number(inspected, 0),
                (*code).to_owned(),
                site.newer.number(defects, 0),
            ]);
            for book in [&mut *self.all, &mut self.weekly.own] {
                book.book_other(day, |others| {
                    others.inspected += inspected;
                    others.defects += defects;
                });
                *book.defects_by_code.entry((*code).to_owned()).or_default() += defects;
            }
        }
    }

    /// Labour and overhead of a day.
    fn postings(&mut self, day: NaiveDate) {
        let (site, random) = (self.site, &mut *self.random);
        for center in site.cost_centers {
            let labor_tenths = random.between(560, 760);
            let rate_cents = random.between(3_150, 3_350);
            let overhead_cents = random.between(80_000, 130_000);
            let style = site.newer;
            self.monthly.cost.row(&[
                style.date(day),
                (*center).to_owned(),
                "PP01".to_owned(),
                style.number(labor_tenths, 1),
                style.number(rate_cents, 2),
                style.number(overhead_cents, 2),
                site.currency.to_owned(),
            ]);
            for book in [&mut *self.all, &mut self.monthly.own] {
                book.book_other(day, |others| {
                    others.labor_tenths += labor_tenths;
                    others.overhead_cents += overhead_cents;
                });
            }
        }
    }

    /// Hourly energy of a day: a base load, and what the pieces take.
    fn meter(&mut self, day: NaiveDate, made: i64) {
        let (site, random) = (self.site, &mut *self.random);
        let [day_tariff, evening_tariff] = site.tariffs;
        for hour in 6..22_u32 {
            let Some(at) = day.and_hms_opt(hour, 0, 0) else {
                continue;
            };
            let energy_tenths = 850 + made / 16 * 3 / 2 + random.between(-40, 40);
            let (tariff, price) = if hour < 18 { day_tariff } else { evening_tariff };
            let style = site.newer;
            self.weekly.energy.row(&[
                style.time(at),
                "L1".to_owned(),
                style.number(energy_tenths, 1),
                style.number(price, 4),
                tariff.to_owned(),
                site.currency.to_owned(),
            ]);
            for book in [&mut *self.all, &mut self.weekly.own] {
                book.book_other(day, |others| {
                    others.energy_tenths += energy_tenths;
                    others.energy_value += energy_tenths * price;
                });
            }
        }
    }
}

impl Monthly {
    fn new(site: &Site) -> Monthly {
        Monthly {
            production: Sheet::new(site.style, site.headers.production),
            cost: Sheet::new(site.newer, site.headers.cost),
            own: Ledger::default(),
        }
    }

    fn files(self, site: &Site, label: &str) -> [SampleFile; 2] {
        let [production, _, _, cost, _] = site.stems;
        let sums = [
            "quantity_planned",
            "quantity_produced",
            "quantity_good",
            "quantity_scrap",
            "quantity_rework",
            "total_cost",
            "scrap_value",
        ];
        [
            self.own.file(
                "production",
                production,
                label,
                self.production,
                site.headers.production,
                &sums,
            ),
            self.own
                .file("cost", cost, label, self.cost, site.headers.cost, &["labor_hours"]),
        ]
    }
}

impl Weekly {
    fn new(site: &Site) -> Weekly {
        Weekly {
            stops: Sheet::new(site.style, site.headers.stops),
            quality: Sheet::new(site.newer, site.headers.quality),
            energy: Sheet::new(site.newer, site.headers.energy),
            own: Ledger::default(),
        }
    }

    fn files(self, site: &Site, label: &str) -> [SampleFile; 3] {
        let [_, stops, quality, _, energy] = site.stems;
        let checked = ["quantity_inspected", "defect_count"];
        [
            self.own.file(
                "stops",
                stops,
                label,
                self.stops,
                site.headers.stops,
                &["stops", "failures"],
            ),
            self.own
                .file("quality", quality, label, self.quality, site.headers.quality, &checked),
            self.own.file(
                "energy",
                energy,
                label,
                self.energy,
                site.headers.energy,
                &["energy_used", "energy_cost"],
            ),
        ]
    }
}

/// One machine in one shift.
struct Run<'a> {
    day: NaiveDate,
    start: NaiveDateTime,
    machine: &'a str,
    shift: &'a str,
    place: i64,
    order: i64,
}

/// The trouble machine makes half as much scrap again; from July on the last product runs worse everywhere.
fn scrap_permille(run: &Run<'_>, product: &Product, random: &mut Random) -> i64 {
    let machine = if run.place == 2 { 3 } else { 2 };
    let season = if run.day.month() >= 7 && product.scrap_permille >= 30 {
        15
    } else {
        0
    };
    product.scrap_permille * machine / 2 + season + random.between(-6, 6)
}

/// Figures by metric from whole-number sums; a ratio without a divisor is left out.
fn figures(sums: &Sums, others: &Others) -> BTreeMap<String, Decimal> {
    let mut found = BTreeMap::new();
    let mut put = |name: &str, value: Option<Decimal>| {
        if let Some(value) = value {
            found.insert(name.to_owned(), value.normalize());
        }
    };
    let whole = |value: i64| Some(Decimal::from(value));
    let scaled = |value: i64, decimals: u32| Some(Decimal::new(value, decimals));
    let ratio = |over: i64, under: i64| {
        Decimal::from(over)
            .checked_div(Decimal::from(under))
            .map(|value| value.round_dp(15))
    };
    if sums.produced > 0 {
        put("quantity_planned", whole(sums.planned));
        put("quantity_produced", whole(sums.produced));
        put("quantity_good", whole(sums.good));
        put("quantity_scrap", whole(sums.scrap));
        put("quantity_rework", whole(sums.rework));
        put("total_cost", scaled(sums.cost_cents, 2));
        put("scrap_value", scaled(sums.scrap_cents, 2));
        put("cost_per_good_unit", ratio(sums.cost_cents, sums.good * 100));
        put("scrap_ratio", ratio(sums.scrap, sums.produced));
        put("rework_ratio", ratio(sums.rework, sums.produced));
        put("quality_ratio", ratio(sums.good, sums.produced));
        put(
            "first_pass_yield",
            ratio(sums.produced - sums.scrap - sums.rework, sums.produced),
        );
        put("attainment", ratio(sums.good, sums.planned));
        put("planned_time", whole(sums.planned_min));
        put("availability", ratio(sums.production_min, sums.planned_min));
        put("effectiveness", ratio(sums.ideal_s, sums.production_min * 60));
        put("oee", ratio(sums.ideal_good_s, sums.planned_min * 60));
    }
    if sums.stops > 0 {
        put("stops", whole(sums.stops));
        put("stop_time", whole(sums.stop_min));
        put("failures", whole(sums.failures));
        put("mttr", ratio(sums.repair_min, sums.failures * 60));
    }
    if others.inspected > 0 {
        put("quantity_inspected", whole(others.inspected));
        put("defect_count", whole(others.defects));
    }
    if others.labor_tenths > 0 {
        put("labor_hours", scaled(others.labor_tenths, 1));
        put("overhead_actual", scaled(others.overhead_cents, 2));
    }
    if others.energy_tenths > 0 {
        put("energy_used", scaled(others.energy_tenths, 1));
        put("energy_cost", scaled(others.energy_value, 5));
    }
    found
}

fn truth(site: &Site, ledger: &Ledger, days: &[NaiveDate], files: u64, rows: u64) -> Truth {
    let decimals = |map: &BTreeMap<String, i64>| {
        map.iter()
            .map(|(name, value)| (name.clone(), Decimal::from(*value)))
            .collect()
    };
    Truth {
        org: site.org.to_owned(),
        currency: site.currency.to_owned(),
        zone: site.zone.to_owned(),
        first_day: days.first().copied(),
        last_day: days.last().copied(),
        files,
        rows,
        metrics: figures(&ledger.all, &ledger.others),
        by_machine: ledger
            .by_machine
            .iter()
            .map(|(machine, sums)| (machine.clone(), Figures(figures(sums, &Others::default()))))
            .collect(),
        by_month: ledger
            .by_month
            .iter()
            .map(|(month, (sums, others))| (month.clone(), Figures(figures(sums, others))))
            .collect(),
        scrap_by_product: decimals(&ledger.scrap_by_product),
        stop_minutes_by_reason: decimals(&ledger.minutes_by_reason),
        defects_by_code: decimals(&ledger.defects_by_code),
    }
}
