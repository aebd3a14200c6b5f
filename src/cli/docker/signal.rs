//! Signals by name and number, as docker's flags take them.

/// Linux's signals from 1 on.
const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
];

/// The number of a signal such as `9`, `KILL` or `SIGKILL`.
pub fn number(text: &str) -> Option<usize> {
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let named = NAMES.iter().position(|known| *known == name).map(|index| index + 1);
    named.or_else(|| text.parse().ok().filter(|number| (1..=NAMES.len()).contains(number)))
}

/// The number of a signal, or docker's words for one that is none.
pub fn known(text: &str) -> Result<u32, String> {
    let number = number(text).and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| format!("invalid signal: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_has_a_name_and_a_number() {
        for (text, expected) in
            [("KILL", Some(9)), ("sigterm", Some(15)), ("9", Some(9)), ("SYS", Some(31)), ("0", None), ("NOPE", None)]
        {
            assert_eq!(number(text), expected, "{text}");
        }
        assert_eq!(known("NOPE"), Err("invalid signal: NOPE".to_owned()));
    }
}
