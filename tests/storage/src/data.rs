//! A production export of the usual shape: 17 columns, 42 machines, a booking each 15 minutes, the same for the same count.

use std::fmt::Write;

/// Texts of a row: order, machine, product, shift, reason of scrap, reason of the stop.
pub const TEXTS: usize = 6;
/// Counts of a row: planned, produced, good, scrap.
pub const COUNTS: usize = 4;
/// Numbers of a row: minutes run, minutes stopped, ideal cycle, material, labour, energy.
pub const NUMBERS: usize = 6;
/// A number is kept as whole ten-thousandths; this one stands for an empty cell.
pub const EMPTY: i64 = i64::MIN;
/// Microseconds in a day.
pub const DAY: i64 = 86_400_000_000;
/// The text columns that have few values.
pub const FEW: std::ops::Range<usize> = 1..TEXTS;

/// One row as typed cells. `ts` is in microseconds since 2000-01-01.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cells<'a> {
    pub ts: i64,
    pub texts: [Option<&'a str>; TEXTS],
    pub counts: [i32; COUNTS],
    pub numbers: [i64; NUMBERS],
}

struct Row {
    ts: i64,
    words: [u32; TEXTS],
    counts: [i32; COUNTS],
    numbers: [i64; NUMBERS],
}

/// The export: rows in the order of its lines, line 1 first.
pub struct Export {
    rows: Vec<Row>,
    /// Every text that occurs; a row holds its place here. Place 0 is the empty cell.
    pub words: Vec<String>,
    /// What a row is over files, 16 bytes each.
    pub idents: Vec<u128>,
}

/// A small generator of random numbers (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// About normal: the sum of four even ones.
    fn near(&mut self, mean: f64, deviation: f64) -> f64 {
        mean + deviation * (self.share() + self.share() + self.share() + self.share() - 2.0) * 1.732
    }
}

/// Stirs the bits of a number.
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

const SCRAP: &str = "Dimension out of tolerance;Burr, edge;Porosity;Surface scratch, visible side;Wrong part;\
    Gauge 5\" reject;Weld spatter;Colour drift;Setup piece;Überlauf";
const STOP: &str = "Changeover;No material;Tool wear;Jam, infeed;Maintenance, planned;Operator break;Sensor fault;\
    Hydraulic leak;Waiting for QA;Power dip";
const LINES: [&str; 6] = ["PRESS", "CNC", "WELD", "PAINT", "ASSY", "PACK"];
/// 2025-01-01 in days since 2000-01-01.
const FIRST_DAY: i64 = 9_132;

impl Export {
    /// Makes `n` rows.
    pub fn new(n: usize) -> Self {
        let mut words = vec![String::new()];
        let mut add = |text: String| {
            words.push(text);
            words.len() as u32 - 1
        };
        let machines: Vec<u32> = (0..42).map(|i| add(format!("{}-{:02}", LINES[i % 6], i / 6 + 1))).collect();
        let products: Vec<u32> = (0..120).map(|i| add(format!("PN-{}-X", 1000 + 7 * i))).collect();
        let [shifts, scrap, stop] =
            ["A;B;C", SCRAP, STOP].map(|texts| texts.split(';').map(|text| add(text.to_owned())).collect::<Vec<u32>>());
        let mut dice = Dice(7);
        let cycles: Vec<f64> = (0..120).map(|_| (400.0 + dice.share() * 5600.0).round() / 100.0).collect();
        let fixed = |value: f64, step: i64| (value * 10_000.0 / step as f64).round() as i64 * step;
        let mut orders = [0; 42];
        let row = |i: usize| {
            let (machine, step) = (i % 42, i / 42);
            if step % 8 == 0 {
                orders[machine] = add(format!("WO-{}", 400_000 + step / 8 * 42 + machine));
            }
            let product = dice.below(120) / 3 * 3;
            let stopped = dice.share() < 0.22;
            let down = if stopped { 0.2 + dice.share() * dice.share() * 14.3 } else { 0.0 };
            let skill = 0.55 + machine as f64 / 100.0;
            let made = ((15.0 - down) * 60.0 / cycles[product] * skill * dice.near(1.0, 0.04)).max(0.0) as i32;
            let rate = if dice.share() < 0.06 { 0.14 } else { 0.012 };
            let bad = (0..made).filter(|_| dice.share() < rate).count() as i32;
            let mut reason =
                |of: &[u32], said| if said { of[(dice.share() * dice.share() * 10.0) as usize] } else { 0 };
            let why = reason(&scrap, bad > 0);
            let halt = reason(&stop, stopped);
            let labour = fixed(dice.near(9.6, 0.9), 100);
            let energy = fixed((15.0 - down) / 60.0 * (6 + machine % 9) as f64 * dice.near(1.0, 0.06), 10);
            let material = f64::from(made) * (0.2 + product as f64 / 9.0) * dice.near(1.0, 0.01);
            Row {
                ts: FIRST_DAY * DAY + step as i64 * 900_000_000,
                words: [orders[machine], machines[machine], products[product], shifts[step / 32 % 3], why, halt],
                counts: [(900.0 / cycles[product]).max(1.0) as i32, made, made - bad, bad],
                numbers: [
                    fixed(15.0 - down, 100),
                    fixed(down, 100),
                    fixed(cycles[product], 100),
                    fixed(material, 1),
                    if dice.share() < 0.005 { EMPTY } else { labour },
                    if dice.share() < 0.002 { EMPTY } else { energy },
                ],
            }
        };
        let rows = (0..n).map(row).collect();
        let mut export = Self { rows, words, idents: Vec::new() };
        export.idents = (0..n).map(|at| ident(&export.cells(at))).collect();
        export
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row at that place, 0 for line 1.
    pub fn cells(&self, at: usize) -> Cells<'_> {
        let row = &self.rows[at];
        let texts = row.words.map(|word| (word != 0).then(|| self.words[word as usize].as_str()));
        Cells { ts: row.ts, texts, counts: row.counts, numbers: row.numbers }
    }

    /// The places of the row's texts in `words`.
    pub fn word_ids(&self, at: usize) -> [u32; TEXTS] {
        self.rows[at].words
    }

    /// The bytes of the file as a plant would drop it, without a heading, its columns in our order.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = String::with_capacity(self.len() * 120);
        for at in 0..self.len() {
            let row = self.cells(at);
            write!(out, "{}", moment(row.ts)).ok();
            for cell in row.texts {
                let cell = cell.unwrap_or_default();
                let quote = if cell.contains([',', '"']) { "\"" } else { "" };
                write!(out, ",{quote}{}{quote}", cell.replace('"', "\"\"")).ok();
            }
            row.counts.iter().for_each(|count| out.push_str(&format!(",{count}")));
            for (number, decimals) in row.numbers.into_iter().zip([2, 2, 2, 4, 2, 3]) {
                out.push(',');
                if number != EMPTY {
                    write!(out, "{:.decimals$}", number as f64 / 10_000.0).ok();
                }
            }
            out.push('\n');
        }
        out.into_bytes()
    }
}

/// A time as text; years are those of the proleptic calendar.
fn moment(ts: i64) -> String {
    // Days since 1 March 2000, in years that begin in March.
    let days = ts / DAY - 60;
    let year = (4 * days + 3) / 1_461;
    let rest = days - 1_461 * year / 4;
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (2000 + year, month + 3) } else { (2001 + year, month - 9) };
    let minutes = ts % DAY / 60_000_000;
    format!("{year}-{month:02}-{day:02} {:02}:{:02}:00", minutes / 60, minutes % 60)
}

/// Sixteen bytes from the typed cells; a product would use a keyed hash here, at a cost that is the same in all layouts.
pub fn ident(row: &Cells<'_>) -> u128 {
    let mut lanes = [row.ts as u64, !row.ts as u64];
    let mut take = |x: u64| lanes.iter_mut().for_each(|lane| *lane = mix(lane.rotate_left(23) ^ x));
    row.texts.iter().for_each(|cell| take(hash_text(cell.unwrap_or_default())));
    row.counts.iter().for_each(|count| take(*count as u64));
    row.numbers.iter().for_each(|number| take(*number as u64));
    u128::from(lanes[0]) << 64 | u128::from(lanes[1])
}

/// A 64-bit hash of a text.
pub fn hash_text(text: &str) -> u64 {
    let start = mix(text.len() as u64);
    text.as_bytes().chunks(8).fold(start, |hash, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        mix(hash.rotate_left(29) ^ u64::from_le_bytes(word))
    })
}
