//! The words of questions: what operations are called, in English and for the main ones in German, Spanish and French.
//!
//! What metrics and dimensions are called stands in `plant-lexicon`.

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

/// Nouns and verbs that mean production only where no other metric is named: "how many pieces were scrapped".
pub(super) const PIECES: &str = "pieces|produce|produced|producing|units|made|make|making|how many pieces|how many parts|how many units|number of pieces|\
    number of parts|number of units|pieces were made|stuck|teile|piezas";

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
