//! The executable model of the same rules, beside this one on random series.

use super::*;
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

/// Reads series, gives for each the counting rows as `[name, rank, line]`.
const DRIVER: &str = r#"
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("rows_model", sys.argv[1]); model = importlib.util.module_from_spec(spec); spec.loader.exec_module(model)
for line in sys.stdin:
    s = json.loads(line)
    scope = (lambda name: name[:2]) if s["scoped"] else None
    series = model.Series(s["mode"], s["key"], day=s["day"], scope=scope)
    print(json.dumps([[v[0], v[1], v[2]] for v in series.live([tuple(x) for x in s["sightings"]]) if v[4] is None]))
"#;

/// A small generator, so that the series are the same everywhere.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, number: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % number
    }
}

const HEAD: &str = "Date,WO,Good\n";

fn lines(dice: &mut Dice, from: u64) -> String {
    let number = from + dice.below(6);
    (0..number)
        .map(|_| {
            format!(
                "2025-03-0{},WO{},{}\n",
                1 + dice.below(6),
                1 + dice.below(4),
                1 + dice.below(2)
            )
        })
        .collect()
}

/// Sightings of one series; of a log those that grow.
fn series(dice: &mut Dice, mode: Mode, scoped: bool) -> Vec<Seen> {
    let names = if scoped {
        ["L1_a.csv", "L2_a.csv"]
    } else {
        ["a.csv", "b.csv"]
    };
    let mut files: Vec<Seen> = Vec::new();
    for rank in 1..=2 + dice.below(5) {
        let name = names[dice.below(2) as usize];
        let same: Vec<Seen> = files
            .iter()
            .filter(|file| file.name == name || !scoped)
            .cloned()
            .collect();
        let last = files
            .iter()
            .rfind(|file| file.name == name)
            .map(|file| file.text.clone());
        let text = match dice.below(4) {
            0 if !same.is_empty() => same[dice.below(same.len() as u64) as usize].text.clone(),
            1 | 2 if mode == Mode::Append && last.is_some() => {
                let (last, more) = (last.unwrap(), lines(dice, 1));
                let whole = &last[..=last.rfind('\n').unwrap()];
                // The half line is finished as it was begun.
                let half = &last[whole.len()..];
                let rest = "2025-03-03,WO9,1234\n";
                if half.is_empty() {
                    format!("{last}{more}")
                } else {
                    format!("{whole}{rest}{more}")
                }
            }
            _ => {
                let other = if scoped {
                    name.replace("_a.csv", "")
                } else {
                    String::new()
                };
                format!(
                    "{HEAD}{}{}",
                    lines(dice, 1),
                    if scoped {
                        format!("2025-03-02,{other},1\n")
                    } else {
                        other
                    }
                )
            }
        };
        files.push(seen(name, rank as i64, &text));
        if mode == Mode::Append && dice.below(3) == 0 {
            let half = format!("{}2025-03-03,WO9,12", files.last().unwrap().text);
            if !half.contains("WO9,12\n") && text_ends(&half) {
                let at = files.last().unwrap().clone();
                files.push(Seen {
                    text: half.clone(),
                    rank: at.rank * 10 + 1,
                    no: at.no * 10 + 1,
                    ..at.clone()
                });
                let whole = format!("{half}34\n");
                files.push(Seen {
                    text: whole,
                    rank: at.rank * 10 + 2,
                    no: at.no * 10 + 2,
                    ..at
                });
            }
        }
    }
    for (at, file) in files.iter_mut().enumerate() {
        (file.rank, file.no) = (at as i64 + 1, at as i64 + 1);
    }
    files
}

fn text_ends(text: &str) -> bool {
    text.lines().all(|line| line.split(',').count() == 3)
}

/// The counting rows by the text, the name and the line.
type Counting = BTreeSet<(String, String, u64)>;

fn ours(files: &[Seen], mode: Mode, dated: bool) -> Counting {
    let table = Table {
        key: vec!["WO"],
        ..Table::default()
    };
    let mut first: Vec<&Seen> = Vec::new();
    for file in files {
        if !first
            .iter()
            .any(|known| known.text == file.text && known.name == file.name)
        {
            first.push(file);
        }
    }
    let undated = |row: RowIdent| RowIdent {
        day: row.day.filter(|_| dated),
        ..row
    };
    let rows: Vec<Vec<RowIdent>> = first
        .iter()
        .map(|file| table.rows(&file.text).into_iter().map(|row| undated(row.0)).collect())
        .collect();
    let versions: Vec<Version> = (first.iter().zip(&rows))
        .map(|(file, rows)| {
            let same = files
                .iter()
                .filter(|other| other.text == file.text && other.name == file.name);
            let shorter = first.iter().filter(|other| {
                other.name == file.name && other.text.len() < file.text.len() && file.text.starts_with(&other.text)
            });
            Version {
                file_no: file.no,
                sightings: same.map(sighting).collect(),
                rows,
                documents: None,
                extends: shorter.max_by_key(|other| other.text.len()).map(|other| other.no),
                open_end: !file.text.ends_with('\n'),
                withdrawn: false,
                describes: false,
                declared_hash: bytes_hash(&file.text),
            }
        })
        .collect();
    let accepted = files.iter().map(|file| file.no).collect();
    let resolution = resolve(
        &versions,
        &Decisions {
            mode: Some(mode),
            accepted,
            ..Decisions::default()
        },
    );
    assert_eq!(resolution.question, None);
    let mut counting = BTreeSet::new();
    for (file, why) in first.iter().zip(&resolution.why) {
        for (line, _) in why.iter().enumerate().filter(|(_, why)| **why == Why::Counts) {
            counting.insert((file.text.clone(), file.name.clone(), line as u64 + 2));
        }
    }
    counting
}

/// Without the last lines that had no end: they count where nothing goes on from there, and in the model they wait.
fn whole_lines(files: &[Seen], counting: &Counting) -> Counting {
    let half = |text: &str, line: u64| !text.ends_with('\n') && text.lines().count() as u64 == line;
    let goes_on = |text: &str, name: &str| {
        let mut texts: Vec<&str> = files
            .iter()
            .filter(|file| file.name == name)
            .map(|file| file.text.as_str())
            .collect();
        texts.dedup();
        let next = |at: usize| texts.get(at + 1).is_some_and(|next| next.starts_with(text));
        (0..texts.len()).filter(|at| texts[*at] == text).all(next)
    };
    let halves = counting.iter().filter(|(text, _, line)| half(text, *line));
    halves.for_each(|(text, name, _)| assert!(!goes_on(text, name), "{name} {text} {files:#?}"));
    counting
        .iter()
        .filter(|(text, _, line)| !half(text, *line))
        .cloned()
        .collect()
}

fn sum(counting: &Counting) -> u64 {
    let good = |(text, _, line): &(String, String, u64)| {
        let line = text.lines().nth(*line as usize - 1).unwrap();
        line.rsplit(',').next().unwrap().parse::<u64>().unwrap()
    };
    counting.iter().map(good).sum()
}

/// The rows as they are written, in order.
fn texts(counting: &Counting) -> Vec<String> {
    let mut lines: Vec<String> = counting
        .iter()
        .map(|(text, _, line)| text.lines().nth(*line as usize - 1).unwrap().to_owned())
        .collect();
    lines.sort_unstable();
    lines
}

#[test]
fn random_series_count_as_the_model_says() {
    let Some(data) = plant_need::shared() else { return };
    let model = data.join("../probes/oracles/rows_model.py");
    if !model.is_file() {
        eprintln!("skipped: {} is not there", model.display());
        return;
    }
    let mut dice = Dice(7);
    let mut asked = Vec::new();
    for at in 0..640 {
        let mode = Mode::ALL[at % 8];
        let scoped = at % 3 == 0 && matches!(mode, Mode::Repeat | Mode::Keyed | Mode::Reference);
        let dated = mode != Mode::Replace || at % 16 < 8;
        asked.push((series(&mut dice, mode, scoped), mode, scoped, dated));
    }
    let mut child = Command::new("python3")
        .args(["-c", DRIVER])
        .arg(&model)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs the model");
    let mut input = String::new();
    for (files, mode, scoped, dated) in &asked {
        let sightings: Vec<_> = files.iter().map(|file| (&file.name, file.rank, &file.text)).collect();
        let day = dated.then_some("Date");
        let line =
            serde_json::json!({"mode": mode, "key": ["WO"], "day": day, "scoped": scoped, "sightings": sightings});
        input.push_str(&format!("{line}\n"));
    }
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.lines().count(), asked.len());
    let mut some_do_not_count = 0;
    for ((files, mode, _, dated), line) in asked.iter().zip(output.lines()) {
        let theirs: Vec<(String, i64, u64)> = serde_json::from_str(line).unwrap();
        let text = |rank: i64| files.iter().find(|file| file.rank == rank).unwrap().text.clone();
        let theirs: Counting = theirs
            .into_iter()
            .map(|(name, rank, line)| (text(rank), name, line))
            .collect();
        let ours = ours(files, *mode, *dated);
        some_do_not_count += usize::from(ours.len() < files.iter().map(|file| file.text.lines().count() - 1).sum());
        // In a growing log a row belongs to the first version that holds it, in the model to the last.
        match mode {
            Mode::Append => assert_eq!(sum(&whole_lines(files, &ours)), sum(&theirs), "{files:#?}"),
            // By key it belongs to the first version that says so, in the model to the newest; what counts is the same.
            Mode::Keyed | Mode::Reference => assert_eq!(texts(&ours), texts(&theirs), "{mode} {files:#?}"),
            _ => assert_eq!(ours, theirs, "{mode} {dated} {files:#?}"),
        }
    }
    assert!(some_do_not_count > 400, "{some_do_not_count}");
}
