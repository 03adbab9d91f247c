//! The predicates of the tiers, as data.

use crate::variable::Variable::{self, *};

/// One thing that a rung needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Any one of these variables.
    Any(&'static [Variable]),
    /// Planned time, a shift calendar, or a log that is one.
    Calendar,
    /// Enough failures for a trend.
    Failures,
    /// Enough days.
    Span,
    /// Rows on enough of the scheduled days.
    Coverage,
    /// A frozen baseline.
    FrozenBaseline,
}

/// One level: any one of these lists, on top of the level below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rung {
    /// Each list is enough.
    pub(super) any_of: &'static [&'static [Need]],
    /// What it brings, in words.
    pub(super) unlocks: &'static [&'static str],
}

/// Levels from the lowest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ladder {
    /// Level 1 first.
    pub(super) rungs: &'static [Rung],
}

const DATE: Need = Need::Any(&[PostingDate, ShiftDate, EventStart, EventEnd, SampleTime]);
const PRODUCED: Need = Need::Any(&[QuantityProduced]);
const ORDER_OR_PRODUCT: Need = Need::Any(&[WorkOrder, ProductCode]);
const MACHINE: Need = Need::Any(&[Machine]);
const STOP_START: Need = Need::Any(&[EventStart]);
const STOP_LENGTH: Need = Need::Any(&[EventEnd, Duration]);
const CATEGORY: Need = Need::Any(&[StopCategory]);
/// A stop with a reason and no category is a stop of unknown category.
const CATEGORY_OR_REASON: Need = Need::Any(&[StopCategory, ReasonCode, ReasonText]);
const SCRAP: Need = Need::Any(&[QuantityScrap]);
const SCRAP_OR_REWORK: Need = Need::Any(&[QuantityScrap, QuantityRework]);
const GOOD_OR_SCRAP: Need = Need::Any(&[QuantityGood, QuantityScrap]);
const UNIT_COST: Need = Need::Any(&[StandardUnitCost, MaterialUnitCost]);
/// Scrap that was booked in money needs no unit cost.
const SCRAP_MONEY: Need = Need::Any(&[StandardUnitCost, MaterialUnitCost, ScrapCost]);
const IDEAL: Need = Need::Any(&[IdealCycleTime, IdealRate]);

/// The overall tier.
pub(super) const OVERALL: Ladder = Ladder {
    rungs: &[
        Rung {
            any_of: &[
                &[DATE, PRODUCED, ORDER_OR_PRODUCT],
                &[DATE, STOP_START, STOP_LENGTH, CATEGORY],
            ],
            unlocks: &["volumes", "trend", "attainment", "stop Pareto in minutes"],
        },
        Rung {
            any_of: &[
                &[SCRAP_OR_REWORK, UNIT_COST],
                &[STOP_START, STOP_LENGTH, CATEGORY, Need::Calendar],
            ],
            unlocks: &["losses in money or against planned time (tier 2)"],
        },
        Rung {
            any_of: &[&[
                MACHINE,
                PRODUCED,
                STOP_START,
                STOP_LENGTH,
                CATEGORY,
                Need::Calendar,
                IDEAL,
                GOOD_OR_SCRAP,
            ]],
            unlocks: &["OEE and its losses over the whole plant (tier 3)"],
        },
        Rung {
            any_of: &[&[Need::Span, Need::Coverage, Need::FrozenBaseline]],
            unlocks: &["verified savings with a lower bound (tier 4)"],
        },
    ],
};

/// Cost, equipment, quality, efficiency.
pub(super) const LADDERS: [Ladder; 4] = [COST, EQUIPMENT, QUALITY, EFFICIENCY];

const PRICE_PAIR: [Need; 2] = [Need::Any(&[PurchasePrice]), Need::Any(&[StandardPrice])];
const USAGE_PAIR: [Need; 2] = [Need::Any(&[QuantityUsed]), Need::Any(&[StandardQuantity])];
const LABOR_PAIR: [Need; 2] = [Need::Any(&[LaborHours]), Need::Any(&[StandardLaborHours])];
const LABOR_RATE_PAIR: [Need; 2] = [Need::Any(&[LaborRate]), Need::Any(&[LaborRateStandard])];
const OVERHEAD_PAIR: [Need; 2] = [Need::Any(&[OverheadActual]), Need::Any(&[OverheadBudget])];

const COST: Ladder = Ladder {
    rungs: &[
        Rung {
            any_of: &[&[Need::Any(&[TotalCost]), PRODUCED], &[SCRAP, SCRAP_MONEY]],
            unlocks: &["cost per good unit or scrap cost"],
        },
        Rung {
            any_of: &[&PRICE_PAIR, &USAGE_PAIR, &LABOR_PAIR, &LABOR_RATE_PAIR, &OVERHEAD_PAIR],
            unlocks: &["variances of price, usage, labour or overhead"],
        },
        Rung {
            any_of: &[&[
                Need::Any(&[LaborHours]),
                Need::Any(&[StandardLaborHours]),
                Need::Any(&[QuantityUsed]),
                Need::Any(&[StandardQuantity]),
                GOOD_OR_SCRAP,
            ]],
            unlocks: &["reconciliation with the ledger"],
        },
    ],
};

const EQUIPMENT: Ladder = Ladder {
    rungs: &[
        Rung {
            any_of: &[&[MACHINE, STOP_START, STOP_LENGTH, CATEGORY_OR_REASON]],
            unlocks: &["stop Pareto by machine and reason"],
        },
        Rung {
            any_of: &[&[Need::Calendar]],
            unlocks: &["availability", "MTBF"],
        },
        Rung {
            any_of: &[&[Need::Any(&[IsFailure, StopCategory]), Need::Failures]],
            unlocks: &["MTBF and MTTR of failures", "failure trend"],
        },
    ],
};

const QUALITY: Ladder = Ladder {
    rungs: &[
        Rung {
            any_of: &[&[PRODUCED, Need::Any(&[QuantityScrap, QuantityRework, DefectCount])]],
            unlocks: &["quality ratio", "scrap and rework ratios"],
        },
        Rung {
            any_of: &[&[Need::Any(&[DefectCode]), SCRAP_MONEY]],
            unlocks: &["defect Pareto", "cost of poor quality"],
        },
        Rung {
            any_of: &[&[
                Need::Any(&[MeasuredValue]),
                Need::Any(&[SampleTime, EventStart, EventEnd]),
                Need::Any(&[Lsl, Usl]),
            ]],
            unlocks: &["control charts", "capability"],
        },
    ],
};

const EFFICIENCY: Ladder = Ladder {
    rungs: &[
        Rung {
            any_of: &[&[Need::Any(&[Machine, Line]), DATE, PRODUCED]],
            unlocks: &["output by machine and day"],
        },
        Rung {
            any_of: &[&[STOP_START, STOP_LENGTH, CATEGORY, Need::Calendar]],
            unlocks: &["availability", "availability loss"],
        },
        Rung {
            any_of: &[&[IDEAL, GOOD_OR_SCRAP]],
            unlocks: &["effectiveness", "OEE", "speed loss"],
        },
    ],
};
