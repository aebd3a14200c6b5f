//! What templates print, and what Go says of those that cannot be filled.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Shape, Template, View};

const IMAGE: Shape = Shape {
    view: View::Document,
    types: &[("", "image.InspectResponse"), ("/Missing", "*image.Missing")],
    maps: &["/Config/Labels", "/Config/Volumes"],
    omitted: &[("/Config", "Entrypoint", "[]"), ("/Config", "User", "\"\""), ("/Config", "Volumes", "{}")],
};

const ROW: Shape =
    Shape { view: View::Row, types: &[("", "*formatter.imageContext")], maps: &["/labels"], omitted: &[] };

fn image() -> Value {
    json!({
        "Id": "sha256:1",
        "Size": 42,
        "Tags": ["a:1", "b<2>"],
        "Config": { "Env": ["A=1"], "Labels": { "z": "last", "a": "first" } },
        "Descriptor": { "mediaType": "m" },
        "Missing": null,
        "Good": true,
    })
}

fn filled(text: &str, data: &Value, shape: &Shape) -> String {
    let mut out = String::new();
    let filled = Template::parse(text).and_then(|template| template.execute(data, shape, &mut out));
    filled.map_or_else(|error| error.to_string(), |()| out)
}

fn check(table: &[(&str, &str)], shape: &Shape) {
    let data = image();
    for (text, printed) in table {
        assert_eq!(filled(text, &data, shape), *printed, "{text}");
    }
}

#[test]
fn fields_are_printed_as_go_prints_their_types() {
    check(
        &[
            ("{{.ID}} {{.Size}} {{.Good}}", "sha256:1 42 true"),
            ("{{.Tags}} {{.Config.Env}}", "[a:1 b<2>] [A=1]"),
            ("{{.Config.Labels}} {{.Config.Labels.a}}", "map[a:first z:last] first"),
            ("{{.Config.Labels.none}} {{.Missing}}", "<no value> <nil>"),
            ("{{.Config.Entrypoint}}|{{.Config.User}}|{{.Descriptor.MediaType}}", "[]||m"),
            ("{{$.Size}} {{(.Config).Env}} {{`raw`}} {{'a'}} {{1.5}} {{0x10}}", "42 [A=1] raw 97 1.5 16"),
            ("a {{- /* gone */ -}} b {{- 1 -}} c", "ab1c"),
            (
                "{{.Descriptor}} {{.Config.Volumes}} {{.Config.Volumes.x}} {{len .Config.Volumes}}",
                "{m} map[] <no value> 0",
            ),
            ("{{json .Config}}", r#"{"Env":["A=1"],"Labels":{"z":"last","a":"first"}}"#),
        ],
        &IMAGE,
    );
}

#[test]
fn functions_are_gos_and_dockers() {
    check(
        &[
            (
                "{{json .Tags}} {{json .ID}} {{json .Config.Labels}}",
                r#"["a:1","b<2>"] "sha256:1" {"z":"last","a":"first"}"#,
            ),
            (r#"{{join .Tags ", "}} {{join .Config.Labels "+"}}"#, "a:1, b<2> first+last"),
            (r#"{{upper .ID}} {{lower "ÄB"}} {{title "ab cd_ef"}}"#, "SHA256:1 äb Ab Cd_ef"),
            (r#"{{split .ID ":"}} {{index (split .ID ":") 1}} {{len .Tags}} {{len "abc"}}"#, "[sha256 1] 1 2 3"),
            (r#"{{index .Config.Labels "a"}}|{{index .Config.Labels "no"}}|{{slice .ID 0 3}}"#, "first||sha"),
            (r#"{{truncate .ID 4}} {{truncate .ID 99}} {{pad .ID 1 2}}|{{pad "" 3 3}}"#, "sha2 sha256:1  sha256:1  |"),
            (
                r#"{{printf "%s %d %5.1f|%-4s|%03d|%q|%t|%x|%v" .ID .Size 2.25 "ab" 7 "q\"" true 255 .Tags}}"#,
                "sha256:1 42   2.3|ab  |007|\"q\\\"\"|true|ff|[a:1 b<2>]",
            ),
            (r#"{{printf "%d %s" "a"}} {{printf "%d%%" 5 6}}"#, "%!d(string=a) %!s(MISSING) 5%%!(EXTRA int=6)"),
            (r#"{{print 1 2 "a" "b" 3}}{{println "x" 1}}"#, "1 2ab3x 1\n"),
            (r#"{{.ID | printf "%s-%s" "a" | upper}}"#, "A-SHA256:1"),
            (
                r#"{{eq .Size 42}} {{ne .ID "x"}} {{lt 1 2}} {{ge "b" "a"}} {{eq 3 1 2 3}} {{eq .Missing nil}}"#,
                "true true true true true true",
            ),
            (r#"{{and .Good .Size}} {{or .Missing "x"}} {{not .Good}} {{and 0 (index .Tags 99)}}"#, "42 x false 0"),
        ],
        &IMAGE,
    );
}

#[test]
fn blocks_choose_and_repeat() {
    check(
        &[
            ("{{if .Good}}y{{else}}n{{end}}{{if .Missing}}y{{else if .Size}}2{{else}}n{{end}}", "y2"),
            (
                "{{range .Tags}}<{{.}}>{{end}} {{range $i, $t := .Tags}}{{$i}}={{$t}};{{end}}",
                "<a:1><b<2>> 0=a:1;1=b<2>;",
            ),
            ("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}", "a=first z=last "),
            ("{{range .Config.Entrypoint}}x{{else}}none{{end}} {{range 3}}{{.}}{{end}}", "none 012"),
            ("{{with .Config}}{{.Env}} {{$.Size}}{{end}}{{with .Missing}}x{{else}}nothing{{end}}", "[A=1] 42nothing"),
            ("{{$n := 0}}{{range .Tags}}{{$n = .}}{{end}}{{$n}}", "b<2>"),
            ("{{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t}}{{end}}", "a:1, b<2>"),
            ("{{range .Tags}}{{.}}{{break}}{{end}} {{range .Tags}}{{continue}}x{{end}}", "a:1 "),
        ],
        &IMAGE,
    );
}

#[test]
fn a_row_is_one_line_of_json_and_knows_its_labels() {
    let row = json!({ "ID": "1", "Name": "<none>", "labels": { "com.x": "y" } });
    let table = [
        ("{{json .}}", r#"{"ID":"1","Name":"\u003cnone\u003e"}"#),
        ("{{json .Name}}", r#""<none>""#),
        (r#"{{.Label "com.x"}}|{{.Label "no"}}|{{upper (.Label "com.x")}}"#, "y||Y"),
        (
            "{{.Foo}}",
            "template: :1:2: executing \"\" at <.Foo>: can't evaluate field Foo in type *formatter.imageContext",
        ),
    ];
    for (text, printed) in table {
        assert_eq!(filled(text, &row, &ROW), printed, "{text}");
    }
}

#[test]
fn the_words_above_a_column_stay_as_they_are() {
    let headers = json!({ "ID": "IMAGE ID" });
    let shape = Shape { view: View::Headers, ..Shape::default() };
    let table = [
        ("{{.ID}}\t{{lower .ID}}\t{{join .ID \",\"}}\t{{json .ID}}", "IMAGE ID\tIMAGE ID\tIMAGE ID\tIMAGE ID"),
        ("{{.Foo}} {{.Label \"com.docker.my-label\"}}", "<no value> my label"),
    ];
    for (text, printed) in table {
        assert_eq!(filled(text, &headers, &shape), printed, "{text}");
    }
}

#[test]
fn a_template_that_cannot_be_read_says_why() {
    check(
        &[
            ("{{.A", "template: :1: unclosed action"),
            ("a\n{{.A}", "template: :2: bad character U+007D '}'"),
            ("{{.A }", "template: :1: unexpected \"}\" in operand"),
            ("{{foo .A}}", "template: :1: function \"foo\" not defined"),
            ("{{$x}}", "template: :1: undefined variable \"$x\""),
            ("{{if .A}}", "template: :1: unexpected EOF"),
            ("{{end}}", "template: :1: unexpected {{end}}"),
            ("{{if}}{{end}}", "template: :1: missing value for if"),
            ("{{}}", "template: :1: missing value for command"),
            ("{{.A.}}", "template: :1: unexpected <.> in operand"),
            ("{{.A!}}", "template: :1: bad character U+0021 '!'"),
            ("{{\"a}}", "template: :1: unterminated quoted string"),
            ("{{(.A}}", "template: :1: unclosed left paren"),
            ("{{.A)}}", "template: :1: unexpected right paren"),
            ("{{1a}}", "template: :1: bad number syntax: \"1a\""),
            ("{{/* a", "template: :1: unclosed comment"),
            ("{{break}}", "template: :1: {{break}} outside {{range}}"),
            ("{{.A | 1}}", "template: :1: non executable command in pipeline stage 2"),
            ("{{if .A}}{{else}}{{else}}{{end}}", "template: :1: expected end; found {{else}}"),
            ("{{$a, $b := 1}}", "template: :1: too many declarations in command"),
            ("{{template \"x\"}}", "template: :1: {{template}} is not supported yet"),
            ("{{html .A}}", "template: :1: function \"html\" is not supported yet"),
        ],
        &IMAGE,
    );
}

#[test]
fn a_template_that_cannot_be_filled_says_where() {
    let at = |column: usize, place: &str, reason: &str| {
        format!("template: :1:{column}: executing \"\" at <{place}>: {reason}")
    };
    let field = "can't evaluate field Foo in type";
    let table = [
        ("{{.Foo}}", at(2, ".Foo", &format!("{field} image.InspectResponse"))),
        ("{{.Config.Foo}}", at(9, ".Config.Foo", &format!("{field} struct {{}}"))),
        ("{{.ID.Foo}}", at(5, ".ID.Foo", &format!("{field} string"))),
        ("{{.Missing.Foo}}", at(10, ".Missing.Foo", "nil pointer evaluating *image.Missing.Foo")),
        ("{{range .Size}}{{.}}{{end}}{{range .ID}}{{end}}", at(35, ".ID", "range can't iterate over sha256:1")),
        ("{{len}}", at(2, "len", "wrong number of args for len: want 1 got 0")),
        ("{{len 3}}", at(2, "len 3", "error calling len: len of type int")),
        ("{{index .Tags 9}}", at(2, "index .Tags 9", "error calling index: index out of range: 9")),
        ("{{upper .Size}}", at(8, ".Size", "wrong type for value; expected string; got int")),
        ("{{upper 1}}", at(8, "1", "expected string; found 1")),
        ("{{eq .ID 1}}", at(2, "eq .ID 1", "error calling eq: incompatible types for comparison")),
        ("{{eq .ID}}", at(2, "eq .ID", "error calling eq: missing argument for comparison")),
        ("{{join .ID \",\"}}", at(2, "join .ID \",\"", "error calling join: expected slice, got string")),
        ("{{.ID .Size}}", at(2, ".ID", "ID has arguments but cannot be invoked as function")),
        ("{{1 2}}", at(2, "1", "can't give argument to non-function 1")),
    ];
    for (text, error) in table {
        let data = image();
        let mut out = String::new();
        let filled = Template::parse(text).and_then(|template| template.execute(&data, &IMAGE, &mut out));
        assert_eq!(filled.map_err(|error| error.to_string()), Err(error), "{text}");
    }
}

#[test]
fn decoded_json_has_keys_and_no_fields() {
    let raw = Shape::default();
    check(
        &[
            ("{{.Id}} {{json .Config}}", r#"sha256:1 {"Env":["A=1"],"Labels":{"a":"first","z":"last"}}"#),
            ("{{.Foo}}", "template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\""),
            (
                "{{.Config.Labels.no}}",
                "template: :1:9: executing \"\" at <.Config.Labels.no>: map has no entry for key \"no\"",
            ),
            (
                "{{.Size.Foo}}",
                "template: :1:7: executing \"\" at <.Size.Foo>: can't evaluate field Foo in type interface {}",
            ),
        ],
        &raw,
    );
}

#[test]
fn a_template_that_grows_without_end_is_stopped() {
    let doubling = r#"{{$x := "ab"}}{{range 999999}}{{$x = printf "%s%s" $x $x}}{{end}}"#;
    let nested = "{{if 1}}".repeat(500) + &"{{end}}".repeat(500);
    let parentheses = format!("{{{{{}1{}}}}}", "(".repeat(5000), ")".repeat(5000));
    let loops = "{{range 999999}}".repeat(9) + &"{{end}}".repeat(9);
    for text in [
        doubling,
        &nested,
        &parentheses,
        &loops,
        "{{printf \"%9999999d\" 1}}",
        "{{pad \"a\" 99999999 0}}",
        "{{range 99999999999}}{{end}}",
    ] {
        let printed = filled(text, &image(), &IMAGE);
        assert!(printed.starts_with("template: "), "{printed:.80}");
    }
}

/// Pieces that make a template more often than plain noise does.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "{{", "}}", "{{- ", " -}}", ".", ".ID", ".Tags", ".Config.Labels", "$", "$x", " := ", " | ", "(", ")", "range ",
    "if ", "else ", "end", "with ", "json ", "printf ", "\"%v %d\" ", "1 ", "-3", "index ", "len ", "slice ", ", ",
    "truncate ", "\n", "é", "'x'", "`", "\"", "nil ", "and ", "break", "/*", "*/", "split ", "pad ",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![8 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,3}"]
}

proptest! {
    #[test]
    fn whatever_is_typed_a_template_ends(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        for shape in [&IMAGE, &ROW, &Shape::default()] {
            filled(&text, &image(), shape);
        }
    }

    #[test]
    fn an_action_of_pieces_ends_too(pieces in proptest::collection::vec(piece(), 0..8)) {
        filled(&format!("{{{{{}}}}}", pieces.concat()), &image(), &IMAGE);
    }
}
