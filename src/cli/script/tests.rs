//! Lines as tables: what runs when, with which words.

use super::*;
use crate::lab::Machine;
use crate::oci::Timestamp;

/// Each step as text: its group, when it runs, its words, its redirections, where its output goes.
fn shown(line: &str) -> Vec<String> {
    let script = read(line).expect(line);
    let word = |word: &Word| -> String { word.iter().map(piece).collect() };
    let step = |step: &Step| {
        let when = match step.when {
            When::Always => "",
            When::Succeeded => "&& ",
            When::Failed => "|| ",
        };
        let words: Vec<String> = step.words.iter().map(word).collect();
        let redirects = step.redirects.iter().map(|redirect| match redirect {
            Redirect::Input(file) => format!(" <{}", word(file)),
            Redirect::File { streams, target, append } => {
                let numbers: String = streams.iter().map(|stream| number(*stream)).collect();
                format!(" {numbers}>{}{}", if *append { ">" } else { "" }, word(target))
            }
            Redirect::Same { stream, like } => format!(" {}>&{}", number(*stream), number(*like)),
        });
        let output = match step.output {
            Output::Terminal => String::new(),
            Output::Pipe => " |".to_owned(),
            Output::Slot(slot) => format!(" → {slot}"),
        };
        let piped = if step.piped { "| " } else { "" };
        format!("{}: {when}{piped}{}{}{output}", step.group, words.join(","), redirects.collect::<String>())
    };
    script.steps.iter().map(step).collect()
}

fn number(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "1",
        Stream::Stderr => "2",
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Pattern(c) => c.to_string(),
        Piece::Variable { name, quoted } => format!("{}{{{name}}}", if *quoted { "\"" } else { "" }),
        Piece::Slot { slot, quoted } => format!("{}({slot})", if *quoted { "\"" } else { "" }),
    }
}

#[test]
fn a_line_is_read_as_a_shell_reads_it() {
    let table: &[(&str, &[&str])] = &[
        ("", &[]),
        ("  # comment", &[]),
        ("docker  build -t a:1 .;", &["0: docker,build,-t,a:1,."]),
        ("echo 'a  b' \"c \\\" d\" e\\ f", &["0: echo,a  b,c \" d,e f"]),
        ("echo '' a#b #c", &["0: echo,,a#b"]),
        ("x\"y\"'z' \"a\\nb\"", &["0: xyz,a\\nb"]),
        ("a && b || c; d", &["0: a", "1: && b", "2: || c", "3: d"]),
        ("a|b 2>&1 |c", &["0: a |", "0: | b 2>&1 |", "0: | c"]),
        ("a >f 2>>g <h", &["0: a 1>f 2>>g <h"]),
        ("a &> f", &["0: a 12>f"]),
        ("echo 1>f a2>g", &["0: echo,a2 1>f 1>g"]),
        ("> f", &["0:  1>f"]),
        ("A=$B \"$C\" ${D}e $? $ $5", &["0: A={B},\"{C},{D}e,{?},$,{5}"]),
        ("a && rm $(ls \"$(b)\" | c)", &["0: a", "1: && b → 1", "1: && ls,\"(1) |", "1: && | c → 0", "1: && rm,(0)"]),
        ("a | b $(c)", &["0: c → 0", "0: a |", "0: | b,(0)"]),
        ("docker ps --format '{{.Names}}: {{$x}}'", &["0: docker,ps,--format,{{.Names}}: {{$x}}"]),
    ];
    for (line, steps) in table {
        assert_eq!(shown(line), *steps, "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let table = [
        ("echo 'a", "unterminated quoted string"),
        ("echo \"a", "unterminated quoted string"),
        ("a &&", "unexpected end of file"),
        ("a |", "unexpected end of file"),
        ("| a", "unexpected \"|\""),
        ("; a", "unexpected \";\""),
        ("a && && b", "unexpected \"&&\""),
        ("a )", "unexpected \")\""),
        ("echo >", "unexpected newline"),
        ("echo > | b", "unexpected \"|\""),
        ("echo $(ls", "unexpected end of file"),
        ("echo ${", "bad substitution"),
        ("a &", "`&` is not supported at this prompt"),
        ("(a)", "`(` is not supported at this prompt"),
        ("for x in 1", "`for` is not supported at this prompt"),
        ("echo `a`", "``…`` is not supported at this prompt"),
        ("cat << X", "`<<` is not supported at this prompt"),
        ("echo ${A:-b}", "`${A:-b}` is not supported at this prompt"),
        ("echo $((1))", "`$((…))` is not supported at this prompt"),
    ];
    for (line, error) in table {
        let said = read(line).expect_err(line).to_string();
        assert!(said.ends_with(error), "{line}: {said}");
    }
    assert!(read(&"$(".repeat(limits::SUBSTITUTION_DEPTH + 1)).is_err());
    assert!(read(&"x".repeat(limits::LINE_BYTES + 1)).is_err());
}

#[test]
fn words_are_filled_in_and_cut_at_white_space() {
    let mut machine = Machine::new("laptop", Timestamp::default());
    machine.variables.set("A", "one  two");
    machine.variables.set("E", "");
    let slots = [b" x y\n\n".to_vec()];
    let around = Surroundings { machine: &machine, status: 3, slots: &slots };
    let table: &[(&str, &[&str])] = &[
        ("$A", &["one", "two"]),
        ("\"$A\"", &["one  two"]),
        ("a$A-b", &["aone", "two-b"]),
        ("$E \"$E\" $NONE", &[""]),
        ("$?", &["3"]),
        ("$HOSTNAME $PWD", &["laptop", "/home/learner"]),
        ("b=$(c)", &[]),
        ("e $(c)-$(c)", &["e", "x", "y-"]),
        ("*.none '*'", &["*.none", "*"]),
        ("/e*/d* ~/x", &["/etc/docker", "~/x"]),
    ];
    for (line, words) in table {
        let script = read(line).expect(line);
        let step = script.steps.last().expect(line);
        assert_eq!(step.expanded(around).words, *words, "{line}");
    }
    let assigned = read("A=\"x y\" B=$A env").expect("a line").steps[0].expanded(around);
    assert_eq!(assigned.assignments, [("A".into(), "x y".into()), ("B".into(), "one  two".into())]);
}

#[test]
fn the_last_command_is_the_one_that_is_completed() {
    for (line, last) in [
        ("docker pu", "docker pu"),
        ("a && docker pu", " docker pu"),
        ("docker rm $(docker ps -", "docker ps -"),
        ("echo 'a | b", "echo 'a | b"),
        ("a|b;c", "c"),
    ] {
        assert_eq!(&line[begin_of_last(line)..], last, "{line}");
    }
}
