//! Words by which plants name the state of a machine and the reasons of its stops, in the languages of the exports.
//!
//! Invariants: a word that is not known is `None`, never a category near by; every category is one of
//! [`CATEGORIES`].

use crate::fold::fold;

/// The values of `stop_category`.
pub const CATEGORIES: [&str; 10] = [
    "running",
    "slow",
    "minor_stop",
    "setup",
    "breakdown",
    "waiting",
    "planned_maintenance",
    "break",
    "engineering",
    "unknown",
];

/// Words that are a state or a reason by themselves, folded.
#[rustfmt::skip]
const STATES: &[(&str, &str)] = &[
    ("running", "running|run|production|producing|productive|in production|operating|active|up|produccion|en marcha|marcha|produktion|lauft|laufend|lauf|fertigung|en production|marche|producao|em producao|produzindo|produzione|in produzione|in marcia|运行|生产|加工中|prd|execute|executing"),
    ("slow", "slow|reduced speed|speed loss|langsam|lento|velocidad reducida|ralenti|vitesse reduite|velocita ridotta|低速"),
    ("minor_stop", "minor stop|minor stops|micro stop|microstop|short stop|idling|kurzstillstand|kurzstopp|microparo|micro paro|micro arret|microarret|microfermata|microparada|短停"),
    ("setup", "setup|set up|changeover|change over|tool change|batch change|rusten|ruesten|umrusten|rustzeit|werkzeugwechsel|umbau|preparacion|cambio|cambio de referencia|cambio de herramienta|cambio de cuchilla|cambio de fresa|ajuste|ajuste maquina|reglage|changement de serie|changement d outil|changement de production|preparacao|ajuste de maquina|troca|troca de ferramenta|setup macchina|attrezzaggio|cambio formato|换型|调机|换模|调试|aust"),
    ("breakdown", "breakdown|break down|failure|machine failure|fault|down|unplanned downtime|unscheduled down|storung|stoerung|maschinenstorung|defekt|ausfall|averia|fallo|falla|averia mecanica|averia electrica|panne|panne mecanique|panne electrique|defaillance|quebra|falha|parada nao planejada|guasto|guasto meccanico|fermo guasto|故障|设备故障|停机故障|udt|jam|parada robot"),
    ("waiting", "waiting|wait|idle|standby|starved|blocked|no material|no operator|inventory shortage|material shortage|warten|wartezeit|materialmangel|personalmangel|kein personal|espera|falta material|falta de material|falta operario|falta herramienta|falta de personal|ausencia|attente|manque matiere|manque personnel|attente matiere|aguardando|aguardando material|attesa|mancanza materiale|mancanza operatore|待料|等待|缺料|待机|sby"),
    ("planned_maintenance", "planned maintenance|preventive maintenance|scheduled maintenance|maintenance|pm|scheduled down|planned downtime|wartung|instandhaltung|vorbeugende instandhaltung|mantenimiento preventivo|mantenimiento planificado|mantenimiento|mantenimiento primer nivel|automantenimiento|limpieza|limpieza diaria|reinigung|cleaning|maintenance preventive|entretien|nettoyage|manutencao preventiva|manutencao|limpeza|manutenzione preventiva|manutenzione|pulizia|保养|维护|sdt"),
    ("break", "break|lunch|pause|meeting|no order|not scheduled|no production planned|shift break|pausa|descanso|reunion|comida|formacion|training|schulung|mittagspause|besprechung|kein auftrag|repas|reunion equipe|formation|almoco|reuniao|pranzo|riunione|休息|会议|nst"),
    ("engineering", "engineering|trial|test run|prototype|versuch|probelauf|muster|ensayo|prueba|mejoras|i d nuevo proyecto|essai|prototipo|prova|teste|试产|试制|eng"),
    ("unknown", "unknown|other|stop|stopped|downtime|incident|incidencia|stillstand|stillst|sonstiges|unbekannt|paro|parada|otros|arret|autre|inconnu|outros|fermo|altro|停机|其他|adet"),
];

/// The category that a word or phrase of a state or reason column means; `None` where it is not known.
pub fn category(text: &str) -> Option<&'static str> {
    let folded: String = fold(text.trim())
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return None;
    }
    let known = |wanted: &str| {
        STATES
            .iter()
            .find(|(_, phrases)| phrases.split('|').any(|phrase| phrase == wanted))
            .map(|(category, _)| *category)
    };
    known(&words)
        .or_else(|| {
            CATEGORIES
                .into_iter()
                .find(|category| category.replace('_', " ") == words)
        })
        .or_else(|| {
            // A longer text that begins with a known phrase of one meaning: "Breakdown hydraulic pump".
            let mut cut = words.as_str();
            while let Some(at) = cut.rfind(' ') {
                cut = cut.get(..at)?;
                if cut.len() >= 5
                    && let Some(category) = known(cut)
                {
                    return Some(category);
                }
            }
            None
        })
}

/// Whether time of that category lies inside the planned busy time.
pub fn is_inside_plan(category: &str) -> bool {
    !matches!(category, "planned_maintenance" | "break" | "engineering")
}

/// Whether a label of a two-valued column says that something failed (`true`) or did not (`false`).
pub fn failure_label(text: &str) -> Option<bool> {
    let folded: String = fold(text.trim())
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let speaks = words.iter().any(|word| {
        [
            "failure",
            "failed",
            "fail",
            "breakdown",
            "fault",
            "ausfall",
            "storung",
            "defekt",
            "averia",
            "fallo",
            "falla",
            "panne",
            "defaillance",
            "falha",
            "guasto",
        ]
        .contains(word)
    });
    if !speaks {
        return None;
    }
    let negated = words.first().is_some_and(|word| {
        [
            "no", "not", "non", "without", "kein", "keine", "ohne", "sin", "sans", "pas", "sem", "senza",
        ]
        .contains(word)
    });
    Some(!negated)
}

/// Words of scrap in a column that says what the rows are (`Scrap:cst cntr`, SAP movement types of scrapping).
pub fn says_scrap(text: &str) -> bool {
    let folded = fold(text);
    [
        "scrap",
        "ausschuss",
        "chatarra",
        "merma",
        "rebut",
        "refugo",
        "scarto",
        "verschrott",
        "报废",
    ]
    .iter()
    .any(|word| folded.contains(word))
}

#[cfg(test)]
mod tests;
