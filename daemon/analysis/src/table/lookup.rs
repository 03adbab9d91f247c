//! What rows take from lists where they name no value themselves, and from which lists.
//!
//! Invariants: what a row says itself stays; a list gives no quantity; what is taken is counted with the file that gave it,
//! and what is wanted is told whether a list has it or not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use plant_core::job::AnalysisOrder;
use plant_core::record::{Record, Value};
use plant_core::reference::{Book, Fact, Lookup, ReferenceUse, Subject, subjects};
use plant_core::variable::{Kind, Variable};
use rust_decimal::Decimal;

use super::group::{ABSENT, Texts};
use super::remark::{ROWS_KEPT, Remark};

/// What names the things that lists of machines, routings and costs tell of, the one that weighs most first.
const THINGS: [Variable; 3] = [Variable::ProductCode, Variable::Machine, Variable::Operation];
/// Subjects of one variable that are told one by one; of more, every change of it is of concern.
const WANTS_MAX: usize = 10_000;
/// Lines of a list that are told.
const LINES_TOLD: usize = 5;
/// Things without an entry that are told.
const SAMPLES: usize = 5;

/// What rows take by themselves, in the order of [`Places`].
const IMPLIED: [Variable; 6] = [
    Variable::Line,
    Variable::Site,
    Variable::IdealCycleTime,
    Variable::IdealRate,
    Variable::MaterialUnitCost,
    Variable::StandardUnitCost,
];

/// Numbers of up to three codes.
type Codes = [u32; 3];
/// For each variable that rows take by themselves, the places of entries that may hold, where it was asked for.
type Places = [Option<Vec<usize>>; IMPLIED.len()];

/// Rows of which a list names no value that their profile takes from one.
#[derive(Debug, Default)]
pub(crate) struct Miss {
    /// The rows.
    pub(crate) remark: Remark,
    /// Some of the things, each with its rows.
    pub(crate) things: BTreeMap<String, u64>,
}

/// What became of looking up.
#[derive(Debug, Default)]
pub(crate) struct LookedUp {
    /// What would be taken.
    pub(crate) wants: Vec<Subject>,
    /// What was taken.
    pub(crate) uses: Vec<ReferenceUse>,
    /// What no list names, by variable.
    pub(crate) misses: BTreeMap<Variable, Miss>,
}

/// Looks up for one row after the other.
pub(crate) struct Lookups<'a> {
    order: &'a AnalysisOrder,
    book: Book<'a>,
    texts: BTreeMap<Variable, Texts>,
    /// Numbers of what the row names of [`THINGS`].
    row: Codes,
    implied: HashMap<Codes, Places>,
    /// By the place of what is declared.
    declared: HashMap<(usize, Codes), Vec<usize>>,
    used: BTreeMap<(Variable, u32), (u64, BTreeSet<usize>)>,
    misses: BTreeMap<Variable, Miss>,
}

impl<'a> Lookups<'a> {
    /// With what was ordered.
    pub(crate) fn new(order: &'a AnalysisOrder) -> Lookups<'a> {
        Lookups {
            order,
            book: Book::new(&order.references),
            texts: BTreeMap::new(),
            row: [ABSENT; 3],
            implied: HashMap::new(),
            declared: HashMap::new(),
            used: BTreeMap::new(),
            misses: BTreeMap::new(),
        }
    }

    /// Gives a row the values that lists have and it has not: what its profile takes from them, the line and site of its
    /// machine, and the ideal cycle time (else rate) where it tells of pieces made.
    pub(crate) fn fill(&mut self, record: &mut Record, made: bool) {
        self.row = self.numbers(&THINGS, record);
        let order = self.order;
        for (at, Lookup { variable, key }) in order.lookups.iter().enumerate() {
            if record.get(*variable).is_none() && key.iter().all(|part| code(record, *part).is_some()) {
                match self.declared(at, *variable, key, record) {
                    Some(found) => self.put(record, found),
                    None => self.miss(*variable, key, record),
                }
            }
        }
        for variable in [Variable::Line, Variable::Site] {
            if record.get(variable).is_none()
                && !self.is_declared(variable)
                && let Some(found) = self.implied(variable, record.day)
            {
                self.put(record, found);
            }
        }
        let is_timed = [Variable::IdealCycleTime, Variable::IdealRate]
            .into_iter()
            .any(|variable| record.number(variable).is_some() || self.is_declared(variable));
        if made && !is_timed {
            let cycle = self.implied(Variable::IdealCycleTime, record.day);
            let rate = self.implied(Variable::IdealRate, record.day);
            if let Some(found) = cycle.or(rate) {
                self.put(record, found);
            }
        }
    }

    /// What a unit costs of the product of the row that was filled last, by lists of material costs, else of standard costs;
    /// nothing where that is known in another currency than the row's.
    pub(crate) fn unit_cost(&mut self, record: &Record) -> Option<Decimal> {
        let material = self.implied(Variable::MaterialUnitCost, record.day);
        let standard = self.implied(Variable::StandardUnitCost, record.day);
        let found = material.or(standard)?;
        let (_, entry) = self.book.entry(found)?;
        let home = self
            .order
            .settings
            .currency
            .as_deref()
            .or(self.order.currency.as_deref());
        let named =
            |currency: Option<&str>, home: Option<&str>| currency.or(home).map(|name| name.trim().to_uppercase());
        let of_row = named(record.text(Variable::Currency), home);
        let of_cost = named(entry.currency.as_deref(), self.order.currency.as_deref());
        let Fact::Number(cost) = entry.value else { return None };
        let is_same = of_row.zip(of_cost).is_none_or(|(row, cost)| row == cost);
        is_same.then(|| {
            self.note(found);
            cost
        })
    }

    /// All that it came to.
    pub(crate) fn finish(self) -> LookedUp {
        let mut wants: BTreeMap<Variable, BTreeSet<Subject>> = BTreeMap::new();
        let mut want = |variable, subjects: Vec<Subject>| {
            let all = wants.entry(variable).or_default();
            // One more says that there are too many.
            if all.len() <= WANTS_MAX {
                all.extend(subjects);
            }
        };
        for (codes, places) in &self.implied {
            for (variable, _) in IMPLIED.into_iter().zip(places).filter(|(_, asked)| asked.is_some()) {
                want(variable, subjects(variable, &self.named(&THINGS, *codes), false));
            }
        }
        for (at, codes) in self.declared.keys() {
            if let Some(Lookup { variable, key }) = self.order.lookups.get(*at) {
                want(*variable, subjects(*variable, &self.named(key, *codes), true));
            }
        }
        let wants = wants
            .into_iter()
            .flat_map(|(variable, all)| match all.len() > WANTS_MAX {
                true => BTreeSet::from([Subject::any(variable)]),
                false => all,
            });
        let wants = wants.collect();
        let book = &self.book;
        let uses = self
            .used
            .into_iter()
            .filter_map(|((variable, source), (rows, entries))| {
                let source = self.order.references.sources.get(usize::try_from(source).ok()?)?;
                let lines = entries
                    .iter()
                    .filter_map(|at| book.entry(*at))
                    .map(|(_, entry)| entry.line);
                let lines: BTreeSet<u64> = lines.collect();
                Some(ReferenceUse {
                    variable,
                    file_id: source.file_id,
                    file: source.name.clone(),
                    rows,
                    entries: entries.len() as u64,
                    lines: lines.into_iter().take(LINES_TOLD).collect(),
                })
            });
        LookedUp {
            wants,
            uses: uses.collect(),
            misses: self.misses,
        }
    }

    fn is_declared(&self, variable: Variable) -> bool {
        self.order.lookups.iter().any(|lookup| lookup.variable == variable)
    }

    /// The numbers of what a row names.
    fn numbers(&mut self, key: &[Variable], record: &Record) -> Codes {
        let mut codes = [ABSENT; 3];
        for (slot, part) in codes.iter_mut().zip(key) {
            if let Some(text) = code(record, *part) {
                *slot = self.texts.entry(*part).or_default().code(text);
            }
        }
        codes
    }

    /// The codes of these numbers.
    fn named<'t>(&'t self, key: &[Variable], codes: Codes) -> Vec<(Variable, &'t str)> {
        let named = key.iter().zip(codes);
        named
            .filter_map(|(part, number)| Some((*part, self.texts.get(part)?.get(number)?)))
            .collect()
    }

    /// The place of the entry that holds of what the row takes by itself.
    fn implied(&mut self, variable: Variable, day: Option<NaiveDate>) -> Option<usize> {
        let codes = match variable {
            Variable::Line | Variable::Site => {
                let [_, machine, _] = self.row;
                [ABSENT, machine, ABSENT]
            }
            _ => self.row,
        };
        if codes == [ABSENT; 3] {
            return None;
        }
        let slot = IMPLIED.iter().position(|implied| *implied == variable)?;
        let is_asked = |places: &Places| places.get(slot).is_some_and(Option::is_some);
        if !self.implied.get(&codes).is_some_and(is_asked) {
            let found = self.candidates(variable, &self.named(&THINGS, codes), false);
            if let Some(asked) = self.implied.entry(codes).or_default().get_mut(slot) {
                *asked = Some(found);
            }
        }
        self.holding(self.implied.get(&codes)?.get(slot)?.as_deref()?, day)
    }

    /// The place of the entry that holds of what is declared.
    fn declared(&mut self, at: usize, variable: Variable, key: &[Variable], record: &Record) -> Option<usize> {
        let codes = self.numbers(key, record);
        if !self.declared.contains_key(&(at, codes)) {
            let found = self.candidates(variable, &self.named(key, codes), true);
            self.declared.insert((at, codes), found);
        }
        self.holding(self.declared.get(&(at, codes))?, record.day)
    }

    fn candidates(&self, variable: Variable, codes: &[(Variable, &str)], whole: bool) -> Vec<usize> {
        match self.book.tells(variable) {
            true => self.book.candidates(variable, codes, whole),
            false => Vec::new(),
        }
    }

    fn holding(&self, places: &[usize], day: Option<NaiveDate>) -> Option<usize> {
        let holds = |at: &&usize| self.book.entry(**at).is_some_and(|(_, entry)| entry.holds_on(day));
        places.iter().find(holds).copied()
    }

    fn put(&mut self, record: &mut Record, found: usize) {
        let Some((_, entry)) = self.book.entry(found) else {
            return;
        };
        let value = match (&entry.value, entry.variable.kind()) {
            (Fact::Number(number), Kind::Number) => Value::Number(*number),
            (Fact::Text(text), Kind::Text) => Value::Text(text.clone()),
            _ => return,
        };
        record.set(entry.variable, value);
        self.note(found);
    }

    fn note(&mut self, found: usize) {
        if let Some((source, entry)) = self.book.entry(found) {
            let (rows, entries) = self.used.entry((entry.variable, *source)).or_default();
            *rows += 1;
            entries.insert(found);
        }
    }

    fn miss(&mut self, variable: Variable, key: &[Variable], record: &Record) {
        let thing: Vec<&str> = key.iter().filter_map(|part| code(record, *part)).collect();
        let thing = thing.join(", ");
        let miss = self.misses.entry(variable).or_default();
        miss.remark.count += 1;
        if miss.remark.rows.len() < ROWS_KEPT {
            miss.remark.rows.push(record.at());
        }
        if miss.things.len() < SAMPLES || miss.things.contains_key(&thing) {
            *miss.things.entry(thing).or_default() += 1;
        }
    }
}

fn code(record: &Record, variable: Variable) -> Option<&str> {
    record.text(variable).map(str::trim).filter(|code| !code.is_empty())
}
