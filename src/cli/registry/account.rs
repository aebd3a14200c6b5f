//! `registry user` and `registry robot`: who is known to a registry, and what
//! they may do. A robot has a secret that the registry makes up, as in Harbor.

use super::{changed, check_room, registry};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;
use crate::limits;
use crate::registry::{Account, Grant};
use crate::text::{Column, quoted, table};

/// What stands before the name of a robot.
const ROBOT: &str = "robot$";
/// The longest name, in bytes; Harbor's bound.
const NAME_BYTES: usize = 255;

const SCOPE: Flag = Flag::values("scope", None, "What may be done where, as PATTERN:ACTIONS, such as team/*:pull,push");

/// `registry user add`.
pub const ADD_USER: Verb = Verb {
    paths: &["registry user add"],
    usage: "[OPTIONS] REGISTRY USER",
    about: "Make somebody known to a registry, or change what they may do",
    arguments: Arguments::Exactly(2),
    flags: &[Flag::value("password", Some('p'), "Password"), SCOPE.defaults_to("*:*")],
    run: add_user,
};

/// `registry robot add`.
pub const ADD_ROBOT: Verb = Verb {
    paths: &["registry robot add"],
    usage: "[OPTIONS] REGISTRY ROBOT",
    about: "Make an account for a machine; its secret is shown once",
    arguments: Arguments::Exactly(2),
    flags: &[SCOPE],
    run: add_robot,
};

/// `registry user ls`.
pub const LIST: Verb = Verb {
    paths: &["registry user ls", "registry robot ls"],
    usage: "REGISTRY",
    about: "List the users and robots of a registry",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run: list,
};

/// `registry user rm`.
pub const REMOVE_USER: Verb = Verb {
    paths: &["registry user rm"],
    usage: "REGISTRY USER",
    about: "Forget somebody",
    arguments: Arguments::Exactly(2),
    flags: &[],
    run: |parsed, desk| remove(parsed, &parsed.arguments[1], desk),
};

/// `registry robot rm`.
pub const REMOVE_ROBOT: Verb = Verb {
    paths: &["registry robot rm"],
    usage: "REGISTRY ROBOT",
    about: "Forget a robot",
    arguments: Arguments::Exactly(2),
    flags: &[],
    run: |parsed, desk| remove(parsed, &robot(&parsed.arguments[1]), desk),
};

fn add_user(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (name, user) = (parsed.arguments[0].as_str(), parsed.arguments[1].as_str());
    check_name(user)?;
    if user.starts_with(ROBOT) {
        return Err(Failure::new(format!("registry: {} is the name of a robot", quoted(user))));
    }
    let password = parsed.value("password").filter(|password| !password.is_empty());
    let password = password.ok_or_else(|| {
        Failure::new("registry: a user needs a password").hint(format!("`registry user add {name} {user} -p PASSWORD`"))
    })?;
    let mut grants = scopes(parsed)?;
    if grants.is_empty() {
        grants.push(Grant::everything());
    }
    let account = Account { secret: password.to_owned(), is_robot: false, grants };
    add(name, user, account, desk)
}

fn add_robot(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (name, robot) = (parsed.arguments[0].as_str(), robot(&parsed.arguments[1]));
    check_name(&robot)?;
    let grants = scopes(parsed)?;
    if grants.is_empty() {
        let hint = format!("`registry robot add {name} {} --scope 'team/*:pull'`", &robot[ROBOT.len()..]);
        return Err(Failure::new("registry: a robot needs a scope").hint(hint));
    }
    let mut bytes = [0; 16];
    desk.wire.random(&mut bytes);
    let secret = hex::encode(bytes);
    let account = Account { secret: secret.clone(), is_robot: true, grants };
    let flow = add(name, &robot, account, desk)?;
    desk.terminal.out(format!("{robot} logs in with the secret {secret}, which is shown only now"));
    Ok(flow)
}

fn add(name: &str, who: &str, account: Account, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let access = &mut registry(name, desk)?.access;
    if !access.accounts.contains_key(who) {
        check_room(access.accounts.len(), limits::ACCOUNTS, "accounts")?;
    }
    let is_asked = access.scheme.is_some();
    let (what, may) = (if account.is_robot { "robot" } else { "user" }, texts(&account.grants).join(" "));
    access.accounts.insert(who.to_owned(), account);
    let flow = changed(name, None, what, format!("{who} may {may}"), desk);
    if !is_asked {
        desk.terminal.out(format!("{name} asks nobody who it is; registry access {name} token makes it ask"));
    }
    Ok(flow)
}

fn remove(parsed: &Parsed<'_>, who: &str, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let name = parsed.arguments[0].as_str();
    let removed = registry(name, desk)?.access.accounts.remove(who);
    let account = removed.ok_or_else(|| {
        Failure::new(format!("registry: {name} knows no {}", quoted(who)))
            .hint(format!("`registry user ls {name}` lists who is known."))
    })?;
    Ok(changed(name, None, if account.is_robot { "robot" } else { "user" }, format!("{who} is gone"), desk))
}

fn list(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let access = &registry(&parsed.arguments[0], desk)?.access;
    let row = |(name, account): (&String, &Account)| {
        let kind = if account.is_robot { "robot" } else { "user" };
        vec![name.clone(), kind.to_owned(), texts(&account.grants).join(" ")]
    };
    let mut rows: Vec<Vec<String>> = access.accounts.iter().map(row).collect();
    if access.scheme.is_none() {
        rows.push(vec!["(anybody)".to_owned(), String::new(), Grant::everything().to_string()]);
    } else if !access.anybody.is_empty() {
        rows.push(vec!["(anybody)".to_owned(), String::new(), texts(&access.anybody).join(" ")]);
    }
    desk.terminal.lines(table(&["NAME", "KIND", "SCOPE"].map(Column::left), &rows));
    Ok(Flow::Done(0))
}

fn texts(grants: &[Grant]) -> Vec<String> {
    grants.iter().map(Grant::to_string).collect()
}

/// The whole name of a robot, with or without what stands before it.
fn robot(typed: &str) -> String {
    if typed.starts_with(ROBOT) { typed.to_owned() } else { format!("{ROBOT}{typed}") }
}

fn scopes(parsed: &Parsed<'_>) -> Result<Vec<Grant>, Failure> {
    let scopes = parsed.values("scope");
    check_room(scopes.len(), limits::RULES, "scopes")?;
    scopes.iter().map(|text| text.parse().map_err(|error| Failure::new(format!("registry: {error}")))).collect()
}

/// A colon ends the name in a header, and nobody could type what is not to be seen.
/// <https://www.rfc-editor.org/rfc/rfc7617#section-2>
fn check_name(name: &str) -> Result<(), Failure> {
    let is_good = name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') && !name.is_empty();
    if is_good && name.len() <= NAME_BYTES {
        return Ok(());
    }
    Err(Failure::new(format!(
        "registry: {} is no name: visible ASCII without a colon, at most {NAME_BYTES} bytes",
        quoted(name)
    )))
}
