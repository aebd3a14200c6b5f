//! `registry read-only`, `immutable` and `referrers`: how a registry treats its
//! repositories, all of them or those that a pattern fits.

use super::{changed, check_room, is_on, registry, repositories, wrong_pattern};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::limits;
use crate::registry::{Policies, Rules, TagRule, tag_pattern};

const REPOSITORY: Flag =
    Flag::value("repository", None, "Only for the repositories this pattern fits, such as team/*").of("pattern");

/// `registry read-only`.
pub const READ_ONLY: Verb = Verb {
    paths: &["registry read-only"],
    usage: "[OPTIONS] REGISTRY on|off",
    about: "Refuse every change, as during a migration",
    arguments: Arguments::Exactly(2),
    flags: &[REPOSITORY],
    run: |parsed, desk| {
        switch("read-only", |policies| &mut policies.all.read_only, |rules| &mut rules.read_only, parsed, desk)
    },
};

/// `registry referrers`.
pub const REFERRERS: Verb = Verb {
    paths: &["registry referrers"],
    usage: "[OPTIONS] REGISTRY on|off",
    about: "List what refers to a manifest; without it clients keep the list under a tag",
    arguments: Arguments::Exactly(2),
    flags: &[REPOSITORY],
    run: |parsed, desk| {
        switch("referrers", |policies| &mut policies.all.referrers, |rules| &mut rules.referrers, parsed, desk)
    },
};

/// `registry immutable`.
pub const IMMUTABLE: Verb = Verb {
    paths: &["registry immutable"],
    usage: "[OPTIONS] REGISTRY [PATTERN...]",
    about: "Keep tags what they are: no other manifest gets one, and none is deleted",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::values("except", None, "Tags that may move all the same, such as latest").of("pattern"),
        Flag::switch("off", None, "Let all tags move again"),
        REPOSITORY,
    ],
    run: immutable,
};

fn switch(
    setting: &str,
    of_all: fn(&mut Policies) -> &mut bool,
    of_some: fn(&mut Rules) -> &mut Option<bool>,
    parsed: &Parsed<'_>,
    desk: &mut Desk<'_>,
) -> Result<Flow, Failure> {
    let (name, word) = (parsed.arguments[0].as_str(), parsed.arguments[1].as_str());
    let (on, pattern) = (is_on(word)?, repositories(parsed)?);
    let policies = &mut registry(name, desk)?.policies;
    match &pattern {
        None => *of_all(policies) = on,
        Some(pattern) => *of_some(rules(policies, pattern)?) = Some(on),
    }
    Ok(changed(name, pattern, setting, word.to_owned(), desk))
}

fn immutable(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (name, typed) = (parsed.arguments[0].as_str(), &parsed.arguments[1..]);
    let (except, off) = (parsed.values("except"), parsed.has("off"));
    if typed.is_empty() != off {
        let hint = format!("`registry immutable {name} 'v*' --except 'v0.*'`, or `registry immutable --off {name}`");
        return Err(Failure::new("registry: either patterns of tags or --off").hint(hint));
    }
    check_room(typed.len().max(except.len()), limits::RULES, "patterns of tags")?;
    let pattern = |text: &String| tag_pattern(text).map_err(|error| wrong_pattern(&error));
    let patterns = |texts: &[String]| texts.iter().map(pattern).collect::<Result<Vec<_>, _>>();
    let rule = TagRule { tags: patterns(typed)?, except: patterns(&except)? };
    let value = if off { "off".to_owned() } else { told(&rule) };
    let pattern = repositories(parsed)?;
    let policies = &mut registry(name, desk)?.policies;
    match &pattern {
        None => policies.all.immutable = rule,
        Some(pattern) => rules(policies, pattern)?.immutable = Some(rule),
    }
    Ok(changed(name, pattern, "immutable", value, desk))
}

/// What is said of the repositories that this pattern fits.
fn rules<'p>(policies: &'p mut Policies, pattern: &str) -> Result<&'p mut Rules, Failure> {
    if !policies.own.contains_key(pattern) {
        check_room(policies.own.len(), limits::RULES, "patterns with rules of their own")?;
    }
    Ok(policies.own.entry(pattern.to_owned()).or_default())
}

/// `v* except v0.*`.
fn told(rule: &TagRule) -> String {
    let except = if rule.except.is_empty() { String::new() } else { format!(" except {}", rule.except.join(" ")) };
    format!("{}{except}", rule.tags.join(" "))
}
