//! Whether a file describes things or tells of events, as the variables say that it fills.

use std::collections::BTreeSet;

use crate::variable::{Kind, Variable};

/// What the rows of a mapping are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    /// Facts about things that are named by these variables.
    List(Vec<Variable>),
    /// The same, or events of a day: the columns allow both.
    Either(Vec<Variable>),
    /// Events.
    Events,
}

/// What a list may be about: codes of things.
pub fn is_key(variable: Variable) -> bool {
    use Variable::*;
    matches!(
        variable,
        ProductCode
            | Machine
            | Operation
            | Line
            | Site
            | ReasonCode
            | DefectCode
            | CostCenter
            | Characteristic
            | EnergyTariff
            | Shift
            | OrderType
    )
}

/// What a list may tell of a thing: names, places, prices, rates and limits, and nothing that is added up.
pub fn is_fact(variable: Variable) -> bool {
    use Variable::*;
    match variable.kind() {
        Kind::Number => !variable.is_additive() && !matches!(variable, CounterReading | MeterReading | Opportunities),
        Kind::Text => {
            (is_key(variable) && !matches!(variable, Shift | OrderType | Characteristic))
                || matches!(variable, ProductName | ReasonText | StopCategory | Disposition)
        }
        Kind::Time | Kind::Date | Kind::Flag => false,
    }
}

/// What says more about a fact.
fn is_beside(variable: Variable) -> bool {
    use Variable::*;
    matches!(variable, Currency | Uom | ValidFrom | ValidTo)
}

/// What a list may carry as well as an event does.
fn is_either(variable: Variable) -> bool {
    use Variable::*;
    matches!(variable, PostingDate | ShiftDate | Status | OrderType)
}

/// Facts that are told of a product, a machine or a step.
fn is_of_thing(variable: Variable) -> bool {
    use Variable::*;
    match variable.kind() {
        Kind::Number => is_fact(variable) && !matches!(variable, Lsl | Usl | Target | PurchasePrice | EnergyPrice),
        _ => matches!(variable, ProductName | Line | Site | CostCenter),
    }
}

/// What the rows of a mapping that fills these variables are.
pub fn nature(variables: &BTreeSet<Variable>) -> Nature {
    use Variable::*;
    let things = [ProductCode, Machine, Operation];
    let has = |variable: &Variable| variables.contains(variable);
    let mut key: Vec<Variable> = things.into_iter().filter(has).collect();
    let (told, others): (Vec<Variable>, Vec<Variable>) = match key.is_empty() {
        false => variables.iter().partition(|variable| is_of_thing(**variable)),
        true => {
            let codes = [ReasonCode, DefectCode, CostCenter, EnergyTariff];
            let Some(code) = codes.into_iter().find(has) else {
                return Nature::Events;
            };
            key.push(code);
            let of_code = |variable: &&Variable| match code {
                ReasonCode => matches!(variable, ReasonText | StopCategory),
                DefectCode => matches!(variable, ReasonText | Disposition),
                CostCenter => matches!(variable, Line | Site | LaborRate | LaborRateStandard | MachineRate),
                _ => matches!(variable, EnergyPrice),
            };
            variables.iter().partition(of_code)
        }
    };
    let mut others = others
        .into_iter()
        .filter(|variable| !key.contains(variable) && !is_beside(*variable));
    if told.is_empty() {
        return Nature::Events;
    }
    let is_dated = others.try_fold(false, |_, variable| is_either(variable).then_some(true));
    let key = list_key(key, variables);
    match is_dated {
        Some(false) => Nature::List(key),
        Some(true) => Nature::Either(key),
        None => Nature::Events,
    }
}

/// The key of a list whose things these variables name: with the day from which an entry holds, where it says one.
pub fn list_key(mut key: Vec<Variable>, variables: &BTreeSet<Variable>) -> Vec<Variable> {
    if variables.contains(&Variable::ValidFrom) && !key.contains(&Variable::ValidFrom) {
        key.push(Variable::ValidFrom);
    }
    key
}
