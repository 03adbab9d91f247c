//! What must hold for any text.

use proptest::prelude::*;

use super::{lexicon, line};
use crate::vocabulary;
use crate::{Outcome, read};

/// Words of the vocabulary, members, numbers, times and nonsense.
fn words() -> Vec<String> {
    let mut words: Vec<String> = vocabulary::OPERATIONS
        .iter()
        .flat_map(|(texts, _)| texts.split('|'))
        .map(str::to_owned)
        .collect();
    let metrics = plant_lexicon::metrics().iter().flat_map(|named| named.words.iter());
    let dimensions = plant_lexicon::dimensions().iter().flat_map(|named| named.words.iter());
    words.extend(metrics.chain(dimensions).map(str::to_owned));
    words.extend(
        [
            "T48",
            "T49",
            "4711",
            "\"T48\"",
            "\"",
            "march",
            "2025",
            "2025-03-01",
            "99",
            "0",
            "last",
            "week",
            "since",
            "between",
            "and",
            "%",
            "q2",
            "31 feb",
            "'",
            "(",
            "日本",
            "xyzzy",
            "\u{1b}[31m",
            "99999999999999999999",
            "-",
            "from",
            "to",
            "5%",
            "previous",
            "year",
            "2025-W60",
            "2025-q9",
            "h3",
            "0000-00-00",
            "week 53",
        ]
        .map(str::to_owned),
    );
    words
}

proptest! {
    #[test]
    fn random_text_never_panics(text in "\\PC{0,80}") {
        let _ = read(&text, &lexicon(), None);
    }

    #[test]
    fn random_words_never_panic_and_never_answer_what_is_unknown(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..9), follow in any::<bool>()) {
        let words = words();
        let text: Vec<&str> = picks.iter().map(|pick| pick.get(&words).as_str()).collect();
        let text = text.join(" ");
        let lexicon = lexicon();
        let first = match read("scrap by machine in March", &lexicon, None) {
            Outcome::Query(first) => first,
            other => panic!("{other:?}"),
        };
        let outcome = read(&text, &lexicon, follow.then_some(&*first));
        if let Outcome::Query(reading) = outcome {
            prop_assert!(reading.query.metrics.iter().all(|id| lexicon.metric(id).is_some_and(|metric| metric.available)), "{text}: {reading:?}");
            prop_assert!(reading.query.by.iter().all(|dimension| lexicon.has(*dimension)));
            prop_assert!(!reading.explanation.is_empty());
            let order = reading.query.from.zip(reading.query.to).is_none_or(|(from, to)| from < to);
            prop_assert!(order, "{text}: {reading:?}");
        }
    }
}

#[test]
fn every_metric_is_found_by_its_own_name() {
    let mut lexicon = lexicon();
    lexicon.metrics.iter_mut().for_each(|metric| metric.available = true);
    let wrong: Vec<String> = lexicon
        .metrics
        .iter()
        .filter_map(|metric| {
            let found = line(&read(&metric.id, &lexicon, None));
            (found != metric.id).then(|| format!("{} is read as {found}", metric.id))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn choices_lead_on() {
    let lexicon = lexicon();
    for question in [
        "yield",
        "highest scrap",
        "top 5 machines",
        "last month",
        "mtbf of oven north",
        "scrap on 3/4/2025",
        "scrap production",
        "best machine by duration",
        "scrap vs march",
        "downtime breakdown",
        "how much money did we lose in march",
        "where do we lose the most money",
    ] {
        let Outcome::Clarify { choices, .. } = read(question, &lexicon, None) else {
            panic!("{question}: {:?}", read(question, &lexicon, None));
        };
        assert!((2..=3).contains(&choices.len()), "{question}");
        for choice in choices {
            let outcome = read(&choice.question, &lexicon, None);
            assert!(
                matches!(outcome, Outcome::Query(_)),
                "{question} -> {}: {outcome:?}",
                choice.question
            );
        }
    }
}

#[test]
fn long_questions_are_refused() {
    assert_eq!(line(&read(&"scrap ".repeat(200), &lexicon(), None)), "refuse too_long");
}
