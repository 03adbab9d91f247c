//! Phrases: everything that words of a question can match, and the longest match of each kind.

use std::collections::{BTreeSet, HashMap};

use plant_core::component::Dimension;

use super::lexicon::Lexicon;
use super::question::Tag;
use super::vocabulary::{self, Op};
use super::word::{Token, fold, tokens};
use super::{nearest, period};

/// Everything that phrases can match, by their first word.
pub(super) struct Phrases {
    words: HashMap<String, Vec<(Vec<String>, Tag)>>,
    members: HashMap<String, Vec<(Vec<String>, Dimension, String)>>,
    pub known: BTreeSet<String>,
}

/// Articles that may stand inside a phrase: "cost of the scrap".
const ARTICLES: [&str; 6] = ["the", "a", "an", "our", "all", "der"];

fn stems(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.stem).collect()
}

impl Phrases {
    pub fn new(lexicon: &Lexicon) -> Phrases {
        let mut phrases = Phrases {
            words: HashMap::new(),
            members: HashMap::new(),
            known: period::WORDS.iter().map(|word| (*word).to_owned()).collect(),
        };
        for (texts, op) in vocabulary::OPERATIONS {
            texts.split('|').for_each(|text| phrases.add(text, Tag::Op(*op)));
        }
        for text in vocabulary::FILLERS.split('|') {
            phrases.add(text, Tag::Op(Op::Filler));
        }
        for named in plant_lexicon::dimensions() {
            let own = named.means.first().map(|dimension| dimension.name());
            for text in named.words.iter().chain(own) {
                phrases.add(text, Tag::Dim(&named.means, &named.implies));
            }
        }
        for text in vocabulary::PIECES.split('|') {
            phrases.add(text, Tag::Pieces);
        }
        phrases.add_metrics(lexicon);
        for (dimension, members) in &lexicon.dimensions {
            for member in members {
                phrases.add_member(*dimension, member, member);
            }
            for (name, member) in lexicon.other_names(*dimension) {
                phrases.add_member(*dimension, name, member);
            }
        }
        phrases
    }

    /// The later of two equal phrases stands behind the earlier, and the earlier is found first.
    fn add(&mut self, text: &str, tag: Tag) {
        let key = stems(text);
        let Some(first) = key.first().cloned() else {
            return;
        };
        self.known.extend(key.iter().filter(|word| word.len() >= 4).cloned());
        self.words.entry(first).or_default().push((key, tag));
    }

    /// The words of the lexicon, then ids and labels of the catalogue where the lexicon has no say.
    fn add_metrics(&mut self, lexicon: &Lexicon) {
        let mut taken: BTreeSet<Vec<String>> = BTreeSet::new();
        for named in plant_lexicon::metrics() {
            let known = |id: &&String| lexicon.metric(id).is_some();
            let ids: Vec<String> = named.means.iter().filter(known).cloned().collect();
            for text in named.words.iter().filter(|_| !ids.is_empty()) {
                taken.insert(stems(text));
                self.add(text, Tag::Metric(ids.clone(), named.open));
            }
        }
        for metric in lexicon.metrics.iter().filter(|metric| metric.id.contains('_')) {
            self.add(&metric.id, Tag::Metric(vec![metric.id.clone()], false));
        }
        let ids = lexicon
            .metrics
            .iter()
            .map(|metric| (metric.id.replace('_', " "), metric));
        let labels = lexicon.metrics.iter().map(|metric| (metric.label.clone(), metric));
        for (text, metric) in ids.chain(labels) {
            let key = stems(&text);
            if !(key.len() == 1 && self.is_plain(&key)) && taken.insert(key) {
                self.add(&text, Tag::Metric(vec![metric.id.clone()], false));
            }
        }
    }

    /// Whether a single word is an operation, a filler or a dimension already.
    fn is_plain(&self, key: &[String]) -> bool {
        key.first()
            .and_then(|first| self.words.get(first))
            .is_some_and(|entries| entries.iter().any(|(words, _)| words == key))
    }

    /// `Light_Load` is found as it is written and as "light load".
    fn add_member(&mut self, dimension: Dimension, name: &str, member: &str) {
        self.add_member_key(stems(name), dimension, member);
        if name.contains('_') {
            self.add_member_key(stems(&name.replace('_', " ")), dimension, member);
        }
    }

    fn add_member_key(&mut self, key: Vec<String>, dimension: Dimension, member: &str) {
        let Some(first) = key.first().cloned() else {
            return;
        };
        self.known.extend(
            key.iter()
                .filter(|word| word.len() >= 5 && word.chars().all(char::is_alphabetic))
                .cloned(),
        );
        self.members
            .entry(first)
            .or_default()
            .push((key, dimension, member.to_owned()));
    }

    /// Words that could stand for an unknown one.
    pub fn closest(&self, word: &str) -> Vec<&str> {
        let fillers = |known: &&str| *known != word && !vocabulary::FILLERS.split('|').any(|filler| filler == *known);
        nearest::closest(word, self.known.iter().map(String::as_str).filter(fillers), 3)
    }

    /// Members that look like an unknown code.
    pub fn closest_members(&self, word: &str) -> Vec<&str> {
        let members = self.members.values().flatten().map(|(_, _, member)| member.as_str());
        let folded: Vec<(String, &str)> = members.map(|member| (fold(member), member)).collect();
        let near = nearest::closest(word, folded.iter().map(|(name, _)| name.as_str()), 3);
        let written = |name: &str| {
            folded
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, member)| *member)
        };
        near.into_iter().filter_map(written).collect()
    }

    /// Whether a word can begin a phrase or a member.
    pub fn begins(&self, word: &str) -> bool {
        self.words.contains_key(word) || self.members.contains_key(word)
    }

    /// The longest phrase at the start of these words; `grouping` prefers dimensions, as behind "by".
    pub fn phrase(&self, tokens: &[Token], grouping: bool) -> Option<(usize, &Tag)> {
        let first = tokens.first().filter(|token| !token.quoted)?;
        let mut best: Option<(usize, &Tag)> = None;
        for (key, tag) in self.words.get(&first.stem)? {
            let length = match_length(key, tokens, true);
            let rank = |tag: &Tag| match tag {
                Tag::Dim(..) if grouping => 4,
                Tag::Metric(..) => 3,
                Tag::Dim(..) => 2,
                Tag::Op(Op::Filler) => 0,
                _ => 1,
            };
            if let Some(length) = length
                && best.is_none_or(|(most, chosen)| (length, rank(tag)) > (most, rank(chosen)))
            {
                best = Some((length, tag));
            }
        }
        best
    }

    /// The longest members at the start of these words, of these dimensions or of all.
    pub fn members(&self, tokens: &[Token], of: Option<&[Dimension]>) -> Option<(usize, Vec<(Dimension, String)>)> {
        let first = tokens.first()?;
        if first.quoted {
            let inner = self::tokens(&first.raw);
            let (length, found) = self.members(&inner, of)?;
            return (length == inner.len()).then_some((1, found));
        }
        let mut best: (usize, Vec<(Dimension, String)>) = (0, Vec::new());
        for (key, dimension, member) in self.members.get(&first.stem)? {
            if of.is_some_and(|of| !of.contains(dimension)) {
                continue;
            }
            let Some(length) = match_length(key, tokens, false) else {
                continue;
            };
            if length > best.0 {
                best = (length, Vec::new());
            }
            if length == best.0 {
                best.1.push((*dimension, member.clone()));
            }
        }
        (best.0 > 0).then_some(best)
    }

    /// Members that begin with at least two of these words, one of them a code: "machine 4" for "Machine 4 - Turning".
    pub fn begun(&self, tokens: &[Token]) -> Option<(usize, Vec<(Dimension, String)>)> {
        let first = tokens.first().filter(|token| !token.quoted)?;
        let mut best: (usize, Vec<(Dimension, String)>) = (0, Vec::new());
        for (key, dimension, member) in self.members.get(&first.stem)? {
            let length = key
                .iter()
                .zip(tokens)
                .take_while(|(word, token)| **word == token.stem)
                .count();
            let coded = tokens.iter().take(length).any(Token::is_code);
            if length < 2 || !coded || length < best.0 {
                continue;
            }
            if length > best.0 {
                best = (length, Vec::new());
            }
            best.1.push((*dimension, member.clone()));
        }
        (best.0 > 0).then_some(best)
    }
}

/// How many words a phrase takes of these, articles between them included.
fn match_length(key: &[String], tokens: &[Token], articles: bool) -> Option<usize> {
    let mut place = 0;
    for (step, word) in key.iter().enumerate() {
        while articles
            && step > 0
            && tokens
                .get(place)
                .is_some_and(|token| token.stem != *word && ARTICLES.contains(&token.norm.as_str()))
        {
            place += 1;
        }
        tokens.get(place).filter(|token| !token.quoted && token.stem == *word)?;
        place += 1;
    }
    Some(place)
}
