//! No circle of files inside a crate: a file can be read knowing only what lies below it. (That no arrow goes upward
//! between crates is held by `crates_depend_only_in_the_direction_of_the_data`.)
//!
//! What counts as an arrow from one file to another: an import of an item, and a path written out, in code that is no
//! test. An item counts for the file that defines it, through however many re-exports. So a file that only re-exports
//! what its children define is in no circle with them; it is in one as soon as a child uses something that the parent
//! defines itself. An import of a module is no arrow, the paths written with it are. `mod` alone is none.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use super::{is_test, product_code, repository, sources};

/// A path as it is written, split at `::`.
type Written = Vec<String>;
/// The place of a file among the modules of its crate; the root is empty.
type Module = Vec<String>;

/// The files of one crate by module, each with its imports by the name that they get and its other paths.
#[derive(Default)]
struct Files {
    imports: BTreeMap<Module, Vec<(String, Written)>>,
    paths: BTreeMap<Module, Vec<Written>>,
}

/// Arrows with the items that make them.
type Arrows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

impl Files {
    fn add(&mut self, module: Module, code: &str) {
        let tokens = tokens(code);
        let (mut imports, mut paths) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            match rest {
                // `pub(in crate::x)` says who may see it, not what is used.
                ["pub", "(", ..] => at += past(rest, ")"),
                ["use", ..] => {
                    let end = past(rest, ";");
                    group(&[], &rest[1..end - 1], &mut imports);
                    at += end;
                }
                [first, "::", ..] if is_word(first) => {
                    let mut path = vec![(*first).to_owned()];
                    at += 1;
                    while let ["::", next, ..] = &tokens[at..]
                        && is_word(next)
                    {
                        path.push((*next).to_owned());
                        at += 2;
                    }
                    paths.push(path);
                }
                _ => at += 1,
            }
        }
        self.imports.insert(module.clone(), imports);
        self.paths.insert(module, paths);
    }

    /// The file that defines what a path means, and the item; nothing where it lies outside the crate.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> Option<(Module, Written)> {
        if depth > 20 {
            return None;
        }
        let (first, mut rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => {
                let mut base = from.clone();
                base.pop();
                while rest.first().is_some_and(|part| part == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
                base
            }
            child if self.imports.contains_key(&[&from[..], &[child.to_owned()]].concat()) => {
                rest = path;
                from.clone()
            }
            name => return self.imported(from, name, rest, depth),
        };
        while let Some((child, after)) = rest.split_first() {
            let deeper = [&base[..], std::slice::from_ref(child)].concat();
            if !self.imports.contains_key(&deeper) {
                break;
            }
            (base, rest) = (deeper, after);
        }
        let through = rest
            .split_first()
            .and_then(|(name, after)| self.imported(&base, name, after, depth));
        Some(through.unwrap_or((base, rest.to_vec())))
    }

    fn imported(&self, module: &Module, name: &str, rest: &[String], depth: usize) -> Option<(Module, Written)> {
        let (_, path) = self.imports.get(module)?.iter().find(|(known, _)| known == name)?;
        // An import whose path begins with its own name is of another crate, or of a child of the same name.
        if path.first().is_some_and(|first| first == name) && path.len() == 1 {
            return None;
        }
        self.resolve(module, &[&path[..], rest].concat(), depth + 1)
    }

    fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (module, imports) in &self.imports {
            let written = imports.iter().map(|(_, path)| path).chain(&self.paths[module]);
            for path in written {
                match self.resolve(module, path, 0) {
                    Some((target, item)) if target != *module && !item.is_empty() => {
                        let targets = arrows.entry(shown(module)).or_default();
                        targets.entry(shown(&target)).or_default().insert(item.join("::"));
                    }
                    _ => {}
                }
            }
        }
        arrows
    }
}

fn shown(module: &Module) -> String {
    match module.is_empty() {
        true => "lib".to_owned(),
        false => module.join("::"),
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// How many tokens there are up to and with that one.
fn past(tokens: &[&str], end: &str) -> usize {
    tokens
        .iter()
        .position(|token| *token == end)
        .map_or(tokens.len(), |place| place + 1)
}

/// What the tokens of an import bring in, by name.
fn group(before: &[String], tokens: &[&str], found: &mut Vec<(String, Written)>) {
    let mut path = before.to_vec();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            "{" => {
                let (mut depth, mut start) = (0, at + 1);
                for place in at..tokens.len() {
                    match tokens[place] {
                        "{" => depth += 1,
                        "}" => depth -= 1,
                        _ => {}
                    }
                    if (tokens[place] == "," && depth == 1) || depth == 0 {
                        if start < place {
                            group(&path, &tokens[start..place], found);
                        }
                        start = place + 1;
                    }
                    if depth == 0 {
                        return;
                    }
                }
                return;
            }
            "as" => {
                let alias = tokens.get(at + 1).copied().unwrap_or_default();
                found.push((alias.to_owned(), path));
                return;
            }
            // `use x::{self}` names x.
            "self" if !path.is_empty() => {}
            word if is_word(word) || word == "*" => path.push(word.to_owned()),
            _ => {}
        }
        at += 1;
    }
    let name = path.last().cloned().unwrap_or_default();
    found.push((name, path));
}

/// Words, `::` and single signs, without comments and texts.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(text) = rest.strip_prefix("r#\"") {
            text.find("\"#").map_or(rest.len(), |end| end + 5)
        } else if first == '"' {
            end_of_text(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if is_word(rest) {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let length = end.unwrap_or(rest.len());
            tokens.push(&rest[..length]);
            length
        } else if rest.starts_with("::") {
            tokens.push(&rest[..2]);
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(&rest[..first.len_utf8()]);
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (place, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return place + 1,
            _ => escaped = character == '\\' && !escaped,
        }
    }
    text.len()
}

/// The shortest way from one file to another along the arrows, both ends named.
fn way(arrows: &Arrows, from: &str, to: &str) -> Option<Vec<String>> {
    let mut open = VecDeque::from([vec![from.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = open.pop_front() {
        let last = way.last()?;
        for next in arrows.get(last).into_iter().flat_map(BTreeMap::keys) {
            if next == to {
                return Some([&way[..], std::slice::from_ref(next)].concat());
            }
            if seen.insert(next.clone()) {
                open.push_back([&way[..], std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

/// The shortest circle, with what makes each of its arrows.
fn circle(arrows: &Arrows) -> Option<String> {
    let way = arrows
        .keys()
        .filter_map(|file| way(arrows, file, file))
        .min_by_key(Vec::len)?;
    let steps = way.iter().zip(&way[1..]).map(|(from, to)| {
        let items: Vec<&str> = arrows[from][to].iter().map(String::as_str).collect();
        format!("{from} uses {} of {to}", items.join(", "))
    });
    Some(steps.collect::<Vec<_>>().join("; "))
}

fn module_of(path: &Path) -> Module {
    let mut parts: Module = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts == ["lib"] {
        parts.clear();
    }
    parts
}

fn crate_arrows(krate: &str) -> Arrows {
    let folder = repository().join(krate).join("src");
    let mut files = Files::default();
    for path in sources(&format!("{krate}/src")) {
        if !is_test(&path) {
            let module = module_of(path.strip_prefix(&folder).expect("below its crate"));
            files.add(module, &product_code(&path));
        }
    }
    assert!(!files.imports.is_empty(), "{krate} has no files");
    files.arrows()
}

/// The folders of our crates, without those of the tests.
fn crates() -> Vec<String> {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).expect("the manifest");
    let (_, after) = manifest.split_once("\nmembers = [").expect("members");
    let (members, _) = after.split_once(']').expect("an end");
    let named = members.split('"').skip(1).step_by(2);
    named
        .filter(|member| !member.starts_with("tests"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_files_of_a_crate_go_round_in_a_circle() {
    let found: Vec<String> = crates()
        .iter()
        .filter_map(|krate| circle(&crate_arrows(krate)).map(|circle| format!("{krate}: {circle}")))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_counts_as_a_circle() {
    let found = |files: &[(&str, &str)]| {
        let mut crate_files = Files::default();
        for (path, code) in files {
            crate_files.add(module_of(Path::new(path)), code);
        }
        circle(&crate_files.arrows())
    };
    let round = |files: &[(&str, &str)]| assert!(found(files).is_some(), "{files:?}");
    let straight = |files: &[(&str, &str)]| assert_eq!(found(files), None, "{files:?}");
    round(&[
        ("a.rs", "use crate::b::B; struct A;"),
        ("b.rs", "use crate::a::A; struct B;"),
    ]);
    round(&[
        ("a.rs", "fn a() { crate::b::b() }"),
        ("b.rs", "use super::a; fn b() { a::a() }"),
    ]);
    // A parent that only passes on what its children define.
    straight(&[
        ("a.rs", "mod b; mod c; pub use b::B; pub use c::C;"),
        ("a/b.rs", "pub struct B;"),
        ("a/c.rs", "use super::B; pub struct C(B);"),
    ]);
    // The same with something of its own.
    round(&[
        ("a.rs", "mod b; pub use b::B; pub struct Own;"),
        ("a/b.rs", "use super::Own; pub struct B(Own);"),
    ]);
    // Through the root, in a group, renamed.
    round(&[
        ("lib.rs", "mod a; mod b; pub use a::{A, other};"),
        ("a.rs", "use crate::{b::{self, D}, x}; pub struct A; pub fn other() {}"),
        ("b.rs", "pub struct D; fn d() -> super::A { super::other() }"),
    ]);
    round(&[
        ("a.rs", "use crate::b as c; fn a() { c::b() }"),
        ("b.rs", "fn b() { super::a::a() }"),
    ]);
    // Texts, comments, visibility, an unused module and other crates are no arrows.
    straight(&[
        (
            "a.rs",
            "use crate::b; use tokio::b::X; pub(in crate::b) fn a() { \"crate::b::b\"; } // crate::b::b",
        ),
        ("b.rs", "fn b() { crate::a::a() }"),
    ]);
}
