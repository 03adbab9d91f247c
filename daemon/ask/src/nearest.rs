//! Near misses: the known word closest to one that is not known.

/// Edit distance that counts a swap of neighbours as one (optimal string alignment), or `None` above `most`.
pub(super) fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    if left.chars().count().abs_diff(right.chars().count()) > most {
        return None;
    }
    Some(strsim::osa_distance(left, right)).filter(|found| *found <= most)
}

/// How many edits a misspelt word of that length may be away: none below five letters.
fn allowance(word: &str) -> usize {
    match word.chars().count() {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    }
}

/// The one known word that a misspelt one stands for; `None` where there is none or more than one.
pub(super) fn correction<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let most = allowance(word);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for candidate in known.filter(|candidate| candidate.chars().count() >= 4) {
        let Some(found) = distance(word, candidate, most) else {
            continue;
        };
        match best {
            Some((least, chosen)) if found == least => tied |= chosen != candidate,
            Some((least, _)) if found > least => {}
            _ => {
                best = Some((found, candidate));
                tied = false;
            }
        }
    }
    best.filter(|(found, _)| !tied && *found > 0).map(|(_, word)| word)
}

/// Up to `count` known words that look most like this one, for a hint only.
pub(super) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let length = word.chars().count();
    let most = (length / 2).clamp(1, 4);
    let mut near: Vec<(usize, &str)> = known
        .filter_map(|candidate| {
            let starts =
                length >= 3 && (candidate.starts_with(word) || word.starts_with(candidate) && candidate.len() > 2);
            match distance(word, candidate, most) {
                Some(found) => Some((found, candidate)),
                None if starts => Some((most, candidate)),
                None => None,
            }
        })
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().map(|(_, word)| word).take(count).collect()
}
