//! What STOPSIGNAL accepts: a number, or a Linux name with or without `SIG`.

use crate::text::Case;

/// The names of Linux; the real-time ones are counted from both ends.
const NAMES: [&str; 36] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
    "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
];

/// Whether docker would send it.
pub(super) fn is_signal(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let upper = text.uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    NAMES.contains(&name) || is_realtime(name, "RTMIN+", 15) || is_realtime(name, "RTMAX-", 14)
}

fn is_realtime(name: &str, prefix: &str, most: u32) -> bool {
    let number = name.strip_prefix(prefix).and_then(|text| text.parse::<u32>().ok().filter(|n| n.to_string() == text));
    number.is_some_and(|number| (1..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_of_linux_are_signals() {
        for signal in ["SIGTERM", "term", "9", "-1", "RTMIN+15", "SIGRTMAX-14", "rtmax"] {
            assert!(is_signal(signal), "{signal}");
        }
        for text in ["", "0", "SIGNOPE", "RTMIN+16", "RTMIN+", "RTMAX-15", "RTMIN+01"] {
            assert!(!is_signal(text), "{text}");
        }
    }
}
