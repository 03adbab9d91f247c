//! The words of a plant: what people call metrics, dimensions and operations, in English and for the main ones in
//! German, Spanish and French.
//!
//! Where a phrase names several metrics they stand in order of preference: the first that the data carries is taken.

use plant_core::component::Dimension;
use plant_core::metric::Grain;
use plant_core::state::FileState;

/// What an operation word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    By,
    Top,
    Bottom,
    Best,
    Worst,
    Versus,
    Difference,
    Trend,
    Grain(Grain),
    Only,
    Define,
    Files,
    State(FileState),
    Savings,
    Help,
    Future,
    Why,
    Negation,
    Threshold,
    Average,
    Spread,
    Hour,
    Coarse,
    Latest,
    Money,
    Share,
    And,
    Also,
    Which,
    Many,
    List,
    Hostile,
    Filler,
}

/// Phrases and the metrics that they mean.
pub(super) const METRICS: &[(&str, &[&str])] = &[
    (
        "oee|overall equipment effectiveness|overall equipment efficiency|gesamtanlageneffektivitat|gae|trs",
        &["oee"],
    ),
    (
        "availability|machine availability|verfugbarkeit|disponibilidad|disponibilite",
        &["availability"],
    ),
    (
        "effectiveness|performance|performance rate|speed performance|leistungsgrad|rendimiento",
        &["effectiveness"],
    ),
    ("inherent availability", &["inherent_availability"]),
    (
        "quality|quality ratio|quality rate|good rate|good ratio|qualitatsrate|calidad|qualite",
        &["quality_ratio"],
    ),
    (
        "first pass yield|fpy|first time yield|first time right|erstausbeute",
        &["first_pass_yield"],
    ),
    (
        "scrap ratio|scrap rate|scrap percent|scrap percentage|percent scrap|scrap share|reject rate|\
     rejection rate|ausschussquote|ausschussrate|tasa de rechazo|taux de rebut|defective rate",
        &["scrap_ratio"],
    ),
    (
        "rework ratio|rework rate|rework percent|nacharbeitsquote",
        &["rework_ratio"],
    ),
    (
        "scrap|scrapped|scrap quantity|scrap quantities|scrapped pieces|scrapped parts|scrap parts|scrap pieces|\
     rejects|rejected|ausschuss|ausschussmenge|chatarra|rechazo|rechazos|rebut|rebuts|waste",
        &["quantity_scrap"],
    ),
    (
        "scrap cost|cost of scrap|scrap value|value of scrap|scrap in money|money lost to scrap|scrap loss|\
     ausschusskosten|coste de chatarra|cout des rebuts",
        &["scrap_value", "scrap_cost"],
    ),
    (
        "rework|reworked|reworked pieces|rework quantity|nacharbeit|retrabajo|retouche",
        &["quantity_rework"],
    ),
    (
        "good pieces|good parts|good quantity|good output|good units|gutmenge|gutteile|yield quantity|\
     piezas buenas|pieces bonnes",
        &["quantity_good"],
    ),
    (
        "production|output|produced quantity|quantity produced|production quantity|production volume|\
     volume|pieces made|pieces produced|units produced|parts produced|parts made|units made|\
     produktion|produktionsmenge|produzierte menge|produccion|piezas producidas|total pieces",
        &["quantity_produced", "quantity_good"],
    ),
    (
        "planned quantity|planned|planned pieces|planned production|quantity ordered|ordered quantity|planmenge|\
     quantity planned",
        &["quantity_planned"],
    ),
    ("inspected|inspected quantity|pieces inspected", &["quantity_inspected"]),
    (
        "defect count|number of defects|defects|defects found|fehleranzahl|fehler|defectos|defauts",
        &["defect_count", "quantity_scrap"],
    ),
    (
        "attainment|plan attainment|schedule attainment|plan fulfilment|plan fulfillment|planerfullung",
        &["attainment"],
    ),
    (
        "throughput|how many pieces per hour|how many parts per hour|how many units per hour|\
         throughput rate|output rate|pieces per hour|units per hour|parts per hour|durchsatz",
        &["throughput_rate"],
    ),
    (
        "downtime|down time|stop time|stoppage time|time lost|lost time|stillstand|stillstandszeit|ausfallzeit|\
     tiempo de parada|arret|temps d'arret",
        &["stop_time", "duration"],
    ),
    (
        "stops|stoppages|number of stops|stop count|stopps|paradas|arrets",
        &["stops"],
    ),
    (
        "failures|breakdowns|number of failures|failure count|breakdown count|ausfalle|storungen|averias|pannes",
        &["failures"],
    ),
    ("mtbf|mean time between failures|time between failures", &["mtbf"]),
    ("mttr|mean time to repair|repair time|time to repair", &["mttr"]),
    ("duration|run time|runtime|laufzeit|total duration", &["duration"]),
    ("availability loss|availability losses", &["availability_loss"]),
    (
        "effectiveness loss|speed loss|speed losses|performance loss",
        &["effectiveness_loss"],
    ),
    ("quality loss|quality losses", &["quality_loss"]),
    ("good time|fully productive time", &["good_time"]),
    (
        "utilisation|utilization|utilisation efficiency|auslastung",
        &["utilisation"],
    ),
    ("setup ratio|set up ratio", &["setup_ratio"]),
    ("planned time|planned production time", &["planned_time"]),
    (
        "energy|energy use|energy used|energy usage|energy consumption|power consumption|electricity|\
     electricity consumption|kwh|consumption|energieverbrauch|stromverbrauch|energie|energia|\
     consumo de energia|consommation d'energie|consommation",
        &["energy_used"],
    ),
    (
        "energy cost|cost of energy|electricity cost|energiekosten",
        &["energy_cost"],
    ),
    (
        "energy per unit|energy per piece|energy per part|kwh per unit|kwh per piece|specific energy|\
     energy intensity|specific energy consumption",
        &["energy_per_unit"],
    ),
    (
        "emissions|co2|co2 emissions|carbon|carbon dioxide|carbon emissions|emissionen",
        &["emissions"],
    ),
    (
        "cost|costs|total cost|spend|spending|expense|production cost|kosten|gesamtkosten|costes|costos|couts",
        &["total_cost", "scrap_cost", "planned_cost"],
    ),
    (
        "cost per good unit|cost per unit|cost per piece|cost per good piece|cost per part|unit cost|stuckkosten",
        &["cost_per_good_unit"],
    ),
    ("planned cost|plankosten", &["planned_cost"]),
    (
        "labor hours|labour hours|hours worked|man hours|arbeitsstunden|working hours",
        &["labor_hours"],
    ),
    ("overtime|overtime hours|uberstunden", &["overtime_hours"]),
    (
        "labor productivity|labour productivity|productivity|pieces per labor hour|pieces per labour hour|\
     units per labor hour|units per labour hour|arbeitsproduktivitat",
        &["labor_productivity"],
    ),
    ("worker count|workers|number of workers|headcount", &["worker_count"]),
    ("rework hours", &["rework_hours"]),
    (
        "rows|records|entries|number of rows|number of records|row count",
        &["rows"],
    ),
];

/// Nouns and verbs that mean production only where no other metric is named: "how many pieces were scrapped".
pub(super) const PIECES: &str = "pieces|produce|produced|producing|units|made|make|making|how many pieces|how many parts|how many units|number of pieces|\
    number of parts|number of units|pieces were made|stuck|teile|piezas";

/// Phrases and the dimensions that they mean, in order of preference, and the metrics that they imply where the
/// question names none.
pub(super) const DIMENSIONS: &[(&str, &[Dimension], &[&str])] = &[
    (
        "machine|equipment|resource|work centre|work center|workcenter|asset|maschine|maschinen|anlage|anlagen|\
     maquina|maquinas",
        &[Dimension::Machine],
        &[],
    ),
    (
        "line|production line|department|section|area|linie|linien|abteilung|linea|ligne|team",
        &[Dimension::Line],
        &[],
    ),
    ("site|plant|factory|werk", &[Dimension::Site], &[]),
    (
        "product|part|material|article|item|sku|product code|part number|material number|product number|produkt|\
     produkte|artikel|producto|produit",
        &[Dimension::ProductCode, Dimension::ProductName],
        &[],
    ),
    (
        "product name|part name|material name",
        &[Dimension::ProductName, Dimension::ProductCode],
        &[],
    ),
    (
        "operation|process step|routing step|step|activity|process|arbeitsgang",
        &[Dimension::Operation],
        &[],
    ),
    (
        "operator|person|bediener|operario|operateur",
        &[Dimension::Operator],
        &[],
    ),
    (
        "shift|crew|schicht|schichten|turno|turnos|equipe",
        &[Dimension::Shift],
        &[],
    ),
    (
        "reason|cause|grund|grunde|motivo|motivos|cause of stop",
        &[Dimension::Reason, Dimension::DefectCode],
        &[],
    ),
    (
        "stop reason|downtime reason|reason of stop|reason for downtime|stoppage reason|stop cause|downtime cause|\
     cause of downtime|stillstandsgrund",
        &[Dimension::Reason, Dimension::StopCategory],
        &["stop_time", "duration", "stops"],
    ),
    (
        "stop category|stop type|category|machine state|kategorie",
        &[Dimension::StopCategory],
        &[],
    ),
    (
        "scrap reason|reason of scrap|reason for scrap|cause of scrap|scrap cause|ausschussgrund|ausschussgrunde",
        &[Dimension::DefectCode, Dimension::Reason],
        &["quantity_scrap", "defect_count"],
    ),
    (
        "defect|defect code|defect type|kind of defect|type of defect|defect kind|fehlerart|fehlercode",
        &[Dimension::DefectCode],
        &["defect_count", "quantity_scrap"],
    ),
    (
        "cost centre|cost center|kostenstelle|kostenstellen",
        &[Dimension::CostCenter],
        &[],
    ),
    ("order type|movement type|auftragsart", &[Dimension::OrderType], &[]),
    (
        "tariff|energy tariff|load type|load band|load|tarif",
        &[Dimension::EnergyTariff],
        &[],
    ),
    ("status|order status", &[Dimension::Status], &[]),
    ("unit of measure|uom", &[Dimension::Uom], &[]),
    ("currency|wahrung", &[Dimension::Currency], &[]),
];

/// Phrases and what they do.
pub(super) const OPERATIONS: &[(&str, Op)] = &[
    (
        "by|per|split by|broken down by|break down|grouped by|group by|for each|each|every|\
     across|pro|je|nach|por|par|aufgeteilt nach",
        Op::By,
    ),
    (
        "top|le plus|la plus|le plus de|most|highest|largest|biggest|greatest|max|maximum|leading|hochste|hochsten|grosste|meisten|more",
        Op::Top,
    ),
    (
        "bottom|least|lowest|smallest|fewest|min|minimum|niedrigste|kleinste|wenigsten|less",
        Op::Bottom,
    ),
    ("best|better|top performing|beste|besten", Op::Best),
    (
        "worst|worse|poorest|bad actor|problem|schlechteste|schlechtesten|peor",
        Op::Worst,
    ),
    (
        "vs|versus|compare|compared to|compared with|comparison|against|than|vergleich|vergleiche|gegen",
        Op::Versus,
    ),
    ("difference|difference between|change|changed|delta", Op::Difference),
    (
        "trend|over time|go up or down|going up or down|gone up or down|went up or down|up or down|go up|goes up|going up|gone up|went up|go down|going down|gone down|\
         went down|improve|improved|improving|getting better|getting worse|better or worse|rise|rising|fall|\
         falling|increase|increasing|increased|decrease|decreasing|decreased|development|evolution|history|time series|verlauf|entwicklung|course",
        Op::Trend,
    ),
    ("day|daily|day by day|date|tag|taglich", Op::Grain(Grain::Day)),
    (
        "week|weekly|week by week|calendar week|woche|wochentlich",
        Op::Grain(Grain::Week),
    ),
    ("month|monthly|month by month|monat|monatlich", Op::Grain(Grain::Month)),
    ("hour|hourly|minute|24 hours|stunde", Op::Hour),
    ("quarter|quarterly|year|yearly|annually|jahr|quartal", Op::Coarse),
    ("latest|newest|recent|most recent|last", Op::Latest),
    ("only|just|nur|restricted to|limited to|filter", Op::Only),
    (
        "how is|how are|how do you compute|how do you calculate|how do we compute|how do we calculate|definition|\
     definition of|define|formula|formula for|formula of|computed|calculated|defined|meaning of|what does|\
     what do you mean by|explain|measured|wie wird|berechnet|method",
        Op::Define,
    ),
    (
        "file|export|import|datei|dateien|archivo|fichier|came in|arrived|upload|dropped",
        Op::Files,
    ),
    (
        "held|hold|on hold|put aside|waiting for a decision|stuck",
        Op::State(FileState::Held),
    ),
    ("failed|broken|unreadable|fail", Op::State(FileState::Failed)),
    ("duplicate|duplicated", Op::State(FileState::Duplicate)),
    ("ignored", Op::State(FileState::Ignored)),
    ("unsupported", Op::State(FileState::Unsupported)),
    ("waiting|queued|pending", Op::State(FileState::Waiting)),
    ("analysed|analyzed|taken in|processed", Op::State(FileState::Analysed)),
    ("superseded|replaced", Op::State(FileState::Superseded)),
    (
        "saving|save|saved|how much can we save|what can we save|where can we save|saving potential|\
     potential saving|einsparung|einsparungen|sparen|ahorro|ahorrar|economie",
        Op::Savings,
    ),
    (
        "help|what can i ask|what can you do|what can you answer|what can you tell me|example|what can be asked|\
     hilfe|metric|kpi|question|ask",
        Op::Help,
    ),
    (
        "forecast|predict|prediction|will|next week|next month|next year|next quarter|next day|tomorrow|future|\
     expected|expect|morgen|prognose|extrapolate|should be",
        Op::Future,
    ),
    (
        "why|warum|what caused|reason why|por que|pourquoi|root cause|driver",
        Op::Why,
    ),
    (
        "not|without|except|excluding|exclude|other than|ohne|ausser|no|besides|apart from|but|sin|sans|isn't|\
     aren't|don't|didn't|never",
        Op::Negation,
    ),
    (
        "over|above|under|below|exceeding|exceeds|more than|less than|greater than|at least|at most|higher than|\
     lower than|equal to|uber|unter",
        Op::Threshold,
    ),
    ("money|dollar|euro|usd|eur|in money|geld|dinero|argent", Op::Money),
    (
        "percent|percentage|share|ratio|rate|proportion|fraction|prozent|anteil|quote",
        Op::Share,
    ),
    (
        "average|mean|avg|on average|durchschnitt|durchschnittlich|promedio|moyenne",
        Op::Average,
    ),
    (
        "median|standard deviation|std dev|variance|percentile|sigma|correlation|correlate|regression|distribution",
        Op::Spread,
    ),
    ("and|und|y|et|plus|as well as|together with", Op::And),
    (
        "also|now|what about|how about|same for|same but|then|instead|same|and what about|and how about|\
     und was ist mit",
        Op::Also,
    ),
    (
        "which|what|where|welche|welcher|welches|was|cual|cuales|que|quel|quelle|quels",
        Op::Which,
    ),
    (
        "how many|number of|count of|count|wie viele|cuantos|cuantas|combien",
        Op::Many,
    ),
    ("list|show|display|liste|zeige|zeig", Op::List),
    (
        "ignore|instruction|system prompt|prompt|drop table|select|delete|insert|union select|truncate|password|\
     secret|credential|token|other org|other orgs|all orgs|other tenant|tenant|other company|jailbreak|\
     pretend|roleplay|sudo|script|exec|eval|bypass|admin",
        Op::Hostile,
    ),
];

/// Words that carry no meaning here.
pub(super) const FILLERS: &str = "a|an|between|hat|wurden|sind|waren|unserer|unserem|alle|aller|gibt|usamos|tuvimos|hubo|\
    hicimos|tenemos|avons|nous|avec|the|of|in|on|at|for|to|from|with|is|are|was|were|be|been|has|have|had|do|does|did|can|could|would|\
    should|may|me|my|our|us|we|i|you|your|it|its|they|their|this|that|these|those|there|here|please|tell|give|\
    get|see|look|looked|like|need|want|know|find|out|much|how|whats|what's|who|when|during|within|\
    value|figure|number|amount|total|sum|overall|all|any|data|up|hello|hi|hey|thanks|thank|ok|okay|\
    so|far|current|currently|actual|company|recorded|record|cause|caused|come|came|go|going|run|ran|lose|lost|\
    time|quick|quickly|der|die|das|den|dem|des|im|am|fur|ist|war|wie|hoch|viel|von|bei|in der|mir|bitte|unser|\
    unsere|el|la|los|las|del|de|en|es|fue|un|una|le|les|du|au|est|mein|meine|with the|into|as|s|use|used|\
    through|or|ours|if|happen|happened|about|some|one|ones|level|result|results|plant's|today's|having|got|\
    biggest part|cuanto|cuanta|quanto|auf|an der|zu|werden|wurde|gab|habe|haben|hatte|hatten|kann|konnen|wir|\
    ich";
