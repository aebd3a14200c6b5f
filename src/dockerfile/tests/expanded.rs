//! Words, resolved.

use proptest::prelude::*;

use crate::dockerfile::{ExpandError, Expanded, Expander, Keep};
use crate::limits;

fn lookup(name: &str) -> Option<String> {
    let value = match name {
        "V" => "v w",
        "E" => "",
        "PATH" => "/usr/bin:/bin",
        "FILE" => "lib.tar.gz",
        "STARS" => "a**b*",
        "LINES" => "one\ntwo",
        "P" => "*/",
        "T" => "$0.$$.$x.$",
        "LONG" => return Some("x".repeat(limits::EXPANDED_BYTES)),
        _ => return None,
    };
    Some(value.to_owned())
}

fn process(word: &str, keep: Keep) -> Result<Expanded, ExpandError> {
    Expander { escape: '\\', lookup: &lookup }.process_but(word, keep)
}

#[track_caller]
fn check(table: &[(&str, &str)]) {
    for (word, expected) in table {
        assert_eq!(process(word, Keep::default()).map(|found| found.text), Ok((*expected).to_owned()), "{word}");
    }
}

#[test]
fn quotes_and_escapes_are_obeyed() {
    check(&[
        ("plain", "plain"),
        ("a'b c'd\"e f\"", "ab cde f"),
        ("'$V' \"$V\" \\$V", "$V v w $V"),
        ("\"a\\\"b\\$V\\\\c\\d\"", "a\"b$V\\c\\d"),
        ("'it\\'", "it\\"),
        ("it\\'s", "it's"),
        ("a\\tb\\\\", "atb\\"),
        ("a\\ b\\", "a b"),
        ("\"it's\" '\"'", "it's \""),
        ("안'녕'하$V", "안녕하v w"),
    ]);
}

#[test]
fn a_variable_ends_where_its_name_does() {
    check(&[
        ("a$V-${V}b", "av w-v wb"),
        ("$U|${U}|$|$.|$é", "||$|$.|"),
        ("$1a$12b$001", "ab"),
        ("$@@ $*a $# $? $- $$ $! $0", "@ a      "),
        ("${1}${@}${1:-x}${@:-y}${999:+z}", "xy"),
        ("${V}}", "v w}"),
    ]);
}

#[test]
fn defaults_depend_on_unset_and_after_a_colon_on_empty() {
    check(&[
        ("${U-d}${E-d}${V-d}", "dv w"),
        ("${U:-d}${E:-d}${V:-d}", "ddv w"),
        ("${U+a}${E+a}${V+a}", "aa"),
        ("${U:+a}${E:+a}${V:+a}", "a"),
        ("${E?no}${V?no}${V:?no}", "v wv w"),
        ("${U:-${X:-${V}x}}", "v wx"),
        ("${U:-\\${V}z}", "${Vz}"),
        ("${U:-'a}b'}", "a}b"),
        ("${U:-x {y}", "x {y"),
        ("${V:+${E}:}", ":"),
    ]);
}

#[test]
fn a_prefix_or_suffix_is_cut() {
    check(&[
        ("${FILE#lib}${FILE#x}", ".tar.gzlib.tar.gz"),
        ("${FILE#*.} ${FILE##*.}", "tar.gz gz"),
        ("${FILE%.*} ${FILE%%.*}", "lib.tar lib"),
        ("${PATH#$E}${PATH%}", "/usr/bin:/bin/usr/bin:/bin"),
        ("${PATH##*/} ${PATH%%:*}", "bin /usr/bin"),
        ("${FILE#???}", ".tar.gz"),
        ("${STARS#?\\*} ${STARS%%\\**}", "*b* a"),
        ("${STARS%\\*} ${STARS%b\\*}", "a**b a**"),
        ("${LINES#*} ${LINES##*}", "one\ntwo \ntwo"),
        ("${LINES%%*}", "one\n"),
        ("[${U#a}]", "[]"),
    ]);
}

#[test]
fn a_pattern_is_replaced_once_or_everywhere() {
    check(&[
        ("${PATH/bin/x} ${PATH//bin/x}", "/usr/x:/bin /usr/x:/x"),
        ("${PATH/\\/usr/}", "/bin:/bin"),
        ("${PATH//\\//\\/}", "\\/usr\\/bin:\\/bin"),
        ("${PATH/*:/}", "/bin"),
        ("${PATH//$P/.}", ".bin"),
        ("${FILE/?ar/$V}", "lib.v w.gz"),
        ("${FILE//nothing/x}", "lib.tar.gz"),
        ("${V///-}", "-v- -w-"),
        ("${V/$E/-}", "-v w"),
        ("${V//w/$T}", "v w.$..$"),
        ("[${U//a/b}]", "[]"),
    ]);
}

#[test]
fn words_split_where_a_variable_brings_a_blank() {
    let table: [(&str, &[&str]); 7] = [
        ("8080 $V \"$V\"", &["8080", "v", "w", "v w"]),
        (" a\tb  ", &["a", "b"]),
        ("a$V\"b c\"", &["av", "wb c"]),
        ("a\\ b '' \"\"", &["a b"]),
        ("$E", &[]),
        ("<< END", &["<< END"]),
        // As BuildKit does: what stands before a modifier is lost to the word.
        ("a${U:-b}", &["b"]),
    ];
    for (word, expected) in table {
        assert_eq!(process(word, Keep::default()).expect(word).words, expected, "{word}");
    }
}

#[test]
fn the_variables_are_told_apart() {
    let found = process("$V ${U:-$E} ${X+$V} '$Y'", Keep::default()).expect("a word");
    assert_eq!(found.matched.into_iter().collect::<Vec<_>>(), ["E", "V"]);
    assert_eq!(found.unmatched.into_iter().collect::<Vec<_>>(), ["U", "X"]);
}

#[test]
fn what_is_kept_stays_as_written() {
    let keep = Keep { quotes: true, escapes: true, unset: true, plain_quotes: false };
    let table = [
        ("'a' \"$V\\\"\" \\b", "'a' \"v w\\\"\" \\b"),
        ("$U ${U} ${U:-a} ${U#b} ${U/c/d}", "$U ${U} ${U:-a} ${U#b} ${U/c/d}"),
        ("${V} ${E}", "v w "),
    ];
    for (word, expected) in table {
        assert_eq!(process(word, keep).expect(word).text, expected, "{word}");
    }
    let plain = Keep { plain_quotes: true, ..Keep::default() };
    assert_eq!(process("it's \"$V\"", plain).expect("plain quotes").text, "it's \"v w\"");
}

#[test]
fn what_cannot_be_resolved_is_named() {
    let brace = "syntax error: missing '}'";
    let table = [
        ("\"a", "unexpected end of statement while looking for matching double-quote"),
        ("\"a\\\"", "unexpected end of statement while looking for matching double-quote"),
        ("'a", "unexpected end of statement while looking for matching single-quote"),
        ("${V", "unsupported modifier (\u{fffd}) in substitution"),
        ("${", brace),
        ("${V:", brace),
        ("${V:-x", brace),
        ("${V:-'x}", brace),
        ("${}", "syntax error: bad substitution"),
        ("${{V}}", "syntax error: bad substitution"),
        ("${:-x}", "syntax error: bad substitution"),
        ("${.}", "unsupported modifier (.) in substitution"),
        ("${V:x}", "unsupported modifier (:x) in substitution"),
        ("${V=x}", "unsupported modifier (=) in substitution"),
        ("${V:=x}", "unsupported modifier (:=) in substitution"),
        ("${V:#x}", "unsupported modifier (:#) in substitution"),
        ("${V/a}", "syntax error: missing '/' in ${}"),
        ("${V/a/b", brace),
        ("${V#\\a}", "invalid pattern (\\a) in substitution: invalid escape '\\a'"),
        ("${U?}", "U: is not allowed to be unset"),
        ("${U:?}", "U: is not allowed to be unset"),
        ("${E:?}", "E: is not allowed to be empty"),
        ("${U?give $V}", "U: give v w"),
    ];
    for (word, fault) in table {
        let message = format!("failed to process {}: {fault}", crate::dockerfile::quote(word));
        assert_eq!(process(word, Keep::default()).expect_err(word).to_string(), message);
    }
}

#[test]
fn a_value_that_grows_without_end_is_refused() {
    let refused = |word: &str| process(word, Keep::default()).is_err();
    assert!(!refused("$LONG") && !refused(&"x".repeat(2 * limits::EXPANDED_BYTES)));
    assert!(refused("$LONG$LONG") && refused("\"$LONG$LONG\"") && refused("${LONG//x/xx}"));
    assert!(refused(&format!("${{LONG#{}}}", "?".repeat(1000))), "too slow");
    assert!(refused(&"${a:-".repeat(100_000)), "too deep");
}

proptest! {
    #[test]
    fn a_word_without_specials_stays_and_no_word_makes_it_panic(word in "[$\\{}:?+#%/*\"'`<VUE é-]{0,16}", quotes: bool, escapes: bool, unset: bool, plain_quotes: bool) {
        let plain = !word.contains(['$', '\\', '"', '\'']);
        let expanded = process(&word, Keep { quotes, escapes, unset, plain_quotes });
        prop_assert!(!plain || expanded.map(|found| found.text).as_deref() == Ok(word.as_str()));
    }
}
