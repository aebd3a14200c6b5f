//! `registry fault`: something goes wrong when it is wanted, to see what a
//! client does then.

use http::Method;

use super::{changed, check_room, registry, repositories};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::limits;
use crate::registry::{Fault, Mishap, Part};
use crate::text::{Column, quoted, table};

const KINDS: &str = "The faults: `cut=BYTES` breaks the connection after so many bytes of a body, `slow=BYTES` lets so \
                     many pass a second (modelled), `status=401`, `403`, `404`, `429` or `500` refuses (`status=429/30` \
                     with Retry-After), `digest-mismatch` changes a byte on the way, `disk-full` takes none, `crash` \
                     ends the registry before a manifest is stored.";

/// `registry fault add`.
pub const ADD: Verb = Verb {
    paths: &["registry fault add"],
    usage: "[OPTIONS] REGISTRY FAULT",
    about: "Let something go wrong: cut=N, slow=N, status=N, digest-mismatch, disk-full or crash",
    arguments: Arguments::Exactly(2),
    flags: &[
        Flag::value("method", None, "Only to requests with this method, such as PUT"),
        Flag::value("on", None, "Only to requests for base, blobs, lists, manifests or uploads").of("part"),
        Flag::value("repository", None, "Only in the repositories this pattern fits").of("pattern").defaults_to("*"),
        Flag::value("times", None, "How often; 0 is until it is taken away").of("int").defaults_to("1"),
    ],
    run: add,
};

/// `registry fault ls`.
pub const LIST: Verb = Verb {
    paths: &["registry fault ls"],
    usage: "REGISTRY",
    about: "List what is going to go wrong",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run: list,
};

/// `registry fault rm`.
pub const REMOVE: Verb = Verb {
    paths: &["registry fault rm"],
    usage: "REGISTRY [NUMBER]",
    about: "Take a fault away, or all of them",
    arguments: Arguments::Between(1, 2),
    flags: &[],
    run: remove,
};

fn add(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (name, text) = (parsed.arguments[0].as_str(), parsed.arguments[1].as_str());
    let mishap: Mishap = text.parse().map_err(|error| Failure::new(format!("registry: {error}")).hint(KINDS))?;
    let pattern = repositories(parsed)?;
    let (mut method, mut part) = (method(parsed)?, part(parsed)?);
    if mishap == Mishap::Crash && part.is_none() && method.is_none() {
        // Blobs are there by then, and nothing names them.
        (method, part) = (Some(Method::PUT), Some(Part::Manifests));
    }
    let is_slow = matches!(mishap, Mishap::Slow { .. });
    if is_slow && ["method", "on", "times"].iter().any(|flag| parsed.given(flag)) {
        return Err(Failure::new("registry: a slow wire is slow for all that passes to a repository").hint(format!(
            "`registry fault add {name} {text}`, and `registry fault rm {name}` when it has been slow for long enough."
        )));
    }
    let times = if is_slow { None } else { times(parsed)? };
    let faults = &mut registry(name, desk)?.faults;
    check_room(faults.len(), limits::FAULTS, "faults at once")?;
    let repositories = pattern.clone().unwrap_or_else(|| "*".to_owned());
    let often = times.map_or_else(|| "until it is taken away".to_owned(), often);
    let value = format!("{mishap} {often}");
    faults.push(Fault { method, part, repositories, mishap, times_left: times });
    Ok(changed(name, pattern, "fault", value, desk))
}

fn list(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let row = |(at, fault): (usize, &Fault)| {
        let part = fault.part.and_then(|part| Part::NAMES.iter().find(|(_, known)| *known == part));
        vec![
            (at + 1).to_string(),
            fault.mishap.to_string(),
            fault.method.as_ref().map_or("any", Method::as_str).to_owned(),
            part.map_or("any", |(name, _)| name).to_owned(),
            fault.repositories.clone(),
            fault.times_left.map_or_else(|| "always".to_owned(), |times| times.to_string()),
        ]
    };
    let rows: Vec<Vec<String>> = registry(&parsed.arguments[0], desk)?.faults.iter().enumerate().map(row).collect();
    let columns = ["NUMBER", "FAULT", "METHOD", "ON", "REPOSITORIES", "TIMES"].map(Column::left);
    desk.terminal.lines(table(&columns, &rows));
    Ok(Flow::Done(0))
}

fn remove(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let name = parsed.arguments[0].as_str();
    let faults = &mut registry(name, desk)?.faults;
    let Some(typed) = parsed.arguments.get(1) else {
        faults.clear();
        return Ok(changed(name, None, "faults", "none".to_owned(), desk));
    };
    let at = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|at| *at < faults.len());
    let at = at.ok_or_else(|| {
        Failure::new(format!("registry: {name} has no fault {}", quoted(typed)))
            .hint(format!("`registry fault ls {name}` numbers them."))
    })?;
    let mishap = faults.remove(at).mishap;
    Ok(changed(name, None, "fault", format!("{mishap} is gone"), desk))
}

fn method(parsed: &Parsed<'_>) -> Result<Option<Method>, Failure> {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let find = |typed: &str| {
        let found = known.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(typed));
        found.ok_or_else(|| Failure::new(format!("registry: no such method: {}", quoted(typed))))
    };
    parsed.value("method").map(find).transpose()
}

fn part(parsed: &Parsed<'_>) -> Result<Option<Part>, Failure> {
    let find = |typed: &str| {
        let found = Part::NAMES.iter().find(|(name, _)| *name == typed).map(|(_, part)| *part);
        found.ok_or_else(|| {
            Failure::new(format!("registry: no requests are for {}", quoted(typed)))
                .hint("Requests are for `base`, `blobs`, `lists`, `manifests` or `uploads`.")
        })
    };
    parsed.value("on").map(find).transpose()
}

/// How often; nothing is for ever.
fn times(parsed: &Parsed<'_>) -> Result<Option<u32>, Failure> {
    let times = parsed.number("times").unwrap_or(1);
    let times =
        u32::try_from(times).map_err(|_| Failure::new(format!("registry: no such number of times: {times}")))?;
    Ok(Some(times).filter(|times| *times > 0))
}

fn often(times: u32) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times") }
}
