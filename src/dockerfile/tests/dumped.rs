//! Trees, in the text `BuildKit` dumps them as.

use crate::dockerfile::dump;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(dump(text).expect(text), expected.join("\n"), "{text}");
}

#[test]
fn words_and_texts_are_quoted_as_go_does() {
    check("FROM  a:1\tAS b", &[r#"(from "a:1" "AS" "b")"#]);
    check("RUN  a  && 'b c'", &[r#"(run "a  && 'b c'")"#]);
    check("WORKDIR /a \"b\"\u{a0}", &[r#"(workdir "/a \"b\"")"#]);
    check("USER é\u{200b}", &[r#"(user "é\u200b")"#]);
    check("EXPOSE 1 2/udp", &[r#"(expose "1" "2/udp")"#]);
    check("ARG a=1 b 'c d'=2 e\\ f", &[r#"(arg "a=1" "b" "'c d'=2" "e\\ f")"#]);
}

#[test]
fn pairs_keep_what_stands_between_name_and_value() {
    check("ENV a b  c ", &[r#"(env "a" "b  c" "")"#]);
    check("ENV a=b c='d e'", &[r#"(env "a" "b" "=" "c" "'d e'" "=")"#]);
    check("LABEL a= =b", &[r#"(label "a" "" "=" "" "b" "=")"#]);
    check("ENV", &["(env)"]);
}

#[test]
fn an_array_is_a_list_if_it_is_json() {
    check(r#"CMD ["a", "b\tc", "☃"]"#, &[r#"(cmd "a" "b\tc" "☃")"#]);
    check("CMD [ ]", &["(cmd)"]);
    check(r"CMD ['a']", &[r#"(cmd "['a']")"#]);
    check(r#"CMD ["a"#, &[r#"(cmd "[\"a")"#]);
    check(r#"COPY ["a b", "c"]"#, &[r#"(copy "a b" "c")"#]);
    check(r#"COPY ["a b" c"#, &[r#"(copy "[\"a" "b\"" "c")"#]);
    check(r#"VOLUME ["/a"]"#, &[r#"(volume "/a")"#]);
    check(r#"HEALTHCHECK CMD ["a", "b"]"#, &[r#"(healthcheck "CMD" "a" "b")"#]);
    check("HEALTHCHECK  NONE", &[r#"(healthcheck "NONE")"#]);
}

#[test]
fn flags_stand_apart() {
    check("COPY --from=a --chown='b c' --  d e", &[r#"(copy ["--from=a" "--chown=b c"] "d" "e")"#]);
    check("HEALTHCHECK --retries=1 CMD a", &[r#"(healthcheck ["--retries=1"] "CMD" "a")"#]);
    check("RUN --mount=a", &[r#"(run ["--mount=a"])"#]);
}

#[test]
fn a_trigger_is_a_tree_of_its_own() {
    check("ONBUILD RUN a b", &[r#"(onbuild (run "a b"))"#]);
    check("ONBUILD ONBUILD ENV a=b", &[r#"(onbuild (onbuild (env "a" "b" "=")))"#]);
    check("ONBUILD COPY --link a b", &[r#"(onbuild (copy ["--link"] "a" "b"))"#]);
    check("ONBUILD", &["(onbuild)"]);
}

#[test]
fn what_is_no_instruction_has_one_empty_word() {
    check("FROM a\nBOIL water", &[r#"(from "a")"#, r#"(boil "")"#]);
}

#[test]
fn lines_are_joined_and_comments_left_out() {
    check(
        "# note\nFROM a\n\nRUN b \\\n  # inside\n\n   && c\\\n\nENV d=e\\ \n f=g",
        &[r#"(from "a")"#, r#"(run "b    && cENV d=e f=g")"#],
    );
    check("FROM a\nRUN b \\\\\nRUN c\\", &[r#"(from "a")"#, r#"(run "b \\\\")"#, r#"(run "c")"#]);
    check("# escape = `\nFROM a\nRUN b `\n c\\", &[r#"(from "a")"#, r#"(run "b  c\\")"#]);
    check("\u{feff}FROM a\r\nRUN b\r\n", &[r#"(from "a")"#, r#"(run "b")"#]);
}

#[test]
fn heredocs_are_no_part_of_the_tree() {
    check("FROM a\nRUN <<A cat\nUSER x\nA\nUSER y", &[r#"(from "a")"#, r#"(run "<<A cat")"#, r#"(user "y")"#]);
    check("ONBUILD RUN <<-'A'\n\tx\n\tA", &[r#"(onbuild (run "<<-'A'"))"#]);
    check("ENV a=<<A\nUSER x", &[r#"(env "a" "<<A" "=")"#, r#"(user "x")"#]);
}
