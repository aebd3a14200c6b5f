//! Limits of a process as people type them in flags.
//! <https://github.com/docker/go-units>

/// The limits a process can have, by docker's names.
const LIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// `nofile=1024:2048` as its name and `1024:2048`; what is wrong with it, in Go's words.
pub fn ulimit(typed: &str) -> Result<(String, String), String> {
    let (name, limits) = typed.split_once('=').ok_or_else(|| format!("invalid ulimit argument: {typed}"))?;
    if !LIMITS.contains(&name) {
        return Err(format!("invalid ulimit type: {name}"));
    }
    if limits.matches(':').count() > 1 {
        return Err(format!("too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`"));
    }
    let number = |text: &str| {
        let wrong = || format!("strconv.ParseInt: parsing {text:?}: invalid syntax");
        text.parse::<i64>().map_err(|_| wrong())
    };
    let (soft, hard) = match limits.split_once(':') {
        Some((soft, hard)) => {
            let hard = number(hard)?;
            (number(soft)?, hard)
        }
        None => (number(limits)?, number(limits)?),
    };
    let wrong = "ulimit soft limit must be less than or equal to hard limit:";
    match (soft, hard) {
        (_, -1) => Ok((name.to_owned(), format!("{soft}:{hard}"))),
        (-1, _) => Err(format!("{wrong} soft: -1 (unlimited), hard: {hard}")),
        _ if soft > hard => Err(format!("{wrong} {soft} > {hard}")),
        _ => Ok((name.to_owned(), format!("{soft}:{hard}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_has_a_name_and_one_or_two_numbers() {
        let limit = |name: &str, limits: &str| Ok((name.to_owned(), limits.to_owned()));
        assert_eq!(ulimit("nofile=1024"), limit("nofile", "1024:1024"));
        assert_eq!(ulimit("nofile=1:-1"), limit("nofile", "1:-1"));
        let table = [
            ("nofile", "invalid ulimit argument: nofile"),
            ("core=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"),
            ("files=1", "invalid ulimit type: files"),
            ("core=x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
            ("core=2:1", "ulimit soft limit must be less than or equal to hard limit: 2 > 1"),
            ("core=-1:1", "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 1"),
        ];
        for (typed, wrong) in table {
            assert_eq!(ulimit(typed).expect_err(typed), wrong);
        }
    }
}
