//! Users: `id`, `whoami` and `chown`, and the names of users and groups.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use process::User;

use crate::options::{Failure, Options, on};

const USERS: &str = "/etc/passwd";
const GROUPS: &str = "/etc/group";

/// Who a number is; the number itself if nobody has a name for it.
pub(crate) fn user(number: u32) -> String {
    name(USERS, number).unwrap_or_else(|| number.to_string())
}

/// The same of a group.
pub(crate) fn group(number: u32) -> String {
    name(GROUPS, number).unwrap_or_else(|| number.to_string())
}

pub(crate) fn id(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "ugGn")?;
    let User { uid, gid } = process::user(0)?;
    let others = process::groups()?.into_iter().filter(|other| *other != gid);
    let groups: Vec<u32> = std::iter::once(gid).chain(others).collect();
    let listed = |tell: &dyn Fn(u32) -> String, between| {
        let told: Vec<String> = groups.iter().map(|group| tell(*group)).collect();
        told.join(between)
    };
    let whole = |file, number: u32| match name(file, number) {
        Some(name) => format!("{number}({name})"),
        None => number.to_string(),
    };
    let text = match (options.has('u'), options.has('g'), options.has('n')) {
        (true, _, true) => user(uid),
        (true, _, false) => uid.to_string(),
        (_, true, true) => group(gid),
        (_, true, false) => gid.to_string(),
        _ if options.has('G') && options.has('n') => listed(&group, " "),
        _ if options.has('G') => listed(&|group| group.to_string(), " "),
        _ => {
            let groups = listed(&|group| whole(GROUPS, group), ",");
            let (uid, gid) = (whole(USERS, uid), whole(GROUPS, gid));
            format!("uid={uid} gid={gid} groups={groups}")
        }
    };
    writeln!(io::stdout(), "{text}")?;
    Ok(0)
}

pub(crate) fn whoami(_: &[String]) -> Result<u8, Failure> {
    let User { uid, .. } = process::user(0)?;
    let unknown = || Failure::Told(format!("unknown uid {uid}"), 1);
    writeln!(io::stdout(), "{}", name(USERS, uid).ok_or_else(unknown)?)?;
    Ok(0)
}

pub(crate) fn chown(arguments: &[String]) -> Result<u8, Failure> {
    let (deep, words) = match arguments.split_first() {
        Some((option, words)) if option == "-R" => (true, words),
        _ => (false, arguments),
    };
    let [owner, paths @ ..] = words else {
        return Err(Failure::Usage("missing operand".to_owned()));
    };
    for path in paths {
        give(Path::new(path), owner, deep)?;
    }
    Ok(0)
}

fn give(path: &Path, owner: &str, deep: bool) -> Result<(), Failure> {
    let shown = path.to_string_lossy();
    let place = Path::new(&process::directory()?).join(path);
    let now = process::owner(&place).map_err(on(&shown))?;
    process::set_owner(&place, meant(owner, now)?).map_err(on(&shown))?;
    if deep && path.is_dir() {
        for entry in fs::read_dir(path).map_err(on(&shown))? {
            give(&entry.map_err(on(&shown))?.path(), owner, deep)?;
        }
    }
    Ok(())
}

/// `user`, `user:group`, `user:` (its own group) or `:group`; what is not said stays.
fn meant(text: &str, now: User) -> Result<User, Failure> {
    let (name, group) = text
        .split_once(':')
        .map_or((text, None), |(name, group)| (name, Some(group)));
    let unknown = |what: &str, name: &str| Failure::Told(format!("unknown {what} {name}"), 1);
    let find = |file: &str, name: &str, field: usize| -> Option<u32> {
        let found = fields(file).into_iter().find(|fields| fields[0] == name);
        found.and_then(|fields| fields.get(field)?.parse().ok())
    };
    let root = |name: &str| (name == "root").then_some(0);
    let number = |file: &str, name: &str| {
        let known = name.parse().ok().or_else(|| find(file, name, 2));
        known.or_else(|| root(name))
    };
    let uid = match name {
        "" => now.uid,
        name => number(USERS, name).ok_or_else(|| unknown("user", name))?,
    };
    let gid = match group {
        None => now.gid,
        Some("") => find(USERS, name, 3)
            .or_else(|| root(name))
            .unwrap_or(now.gid),
        Some(group) => number(GROUPS, group).ok_or_else(|| unknown("group", group))?,
    };
    Ok(User { uid, gid })
}

/// The name of a number; root has one in any case.
fn name(file: &str, number: u32) -> Option<String> {
    let mut lines = fields(file).into_iter();
    let found =
        lines.find(|fields| fields.get(2).and_then(|text| text.parse().ok()) == Some(number));
    let found = found.map(|fields| fields[0].clone());
    found.or_else(|| (number == 0).then(|| "root".to_owned()))
}

fn fields(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .map(|line| line.split(':').map(str::to_owned).collect())
        .collect()
}
