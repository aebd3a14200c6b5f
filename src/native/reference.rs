//! `drydock reference`: the commands as a page of the site, from the table that
//! dispatch, help and completion read too.

use std::fmt::Write as _;

use super::{NativeError, screen};
use crate::cli::{Entry, Flag, Reference, reference};

/// What stands above the commands.
const HEAD: &str = "\
<!doctype html>
<html lang=\"en\">
<head>
  <meta charset=\"utf-8\">
  <title>Commands of Drydock</title>
  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
  <meta name=\"color-scheme\" content=\"light dark\">
  <meta name=\"description\" content=\"Every command of Drydock's docker, with its options.\">
  <link rel=\"icon\" href=\"./assets/icon.svg\">
  <link rel=\"stylesheet\" href=\"./assets/reference.css\">
</head>
<body>
<header>
  <h1>Commands of Drydock</h1>
  <p>What the prompt understands. <code>docker COMMAND --help</code> says the same there. <a href=\"./\">Back to the lesson</a></p>
</header>
";

/// Prints the page.
pub fn print() -> Result<i32, NativeError> {
    screen::say(&page())
}

/// The page as HTML.
fn page() -> String {
    let Reference { docker, registry, shell } = reference();
    let mut page = HEAD.to_owned();
    page += "<nav aria-label=\"Commands\">\n<ul>\n";
    for entry in docker.iter().chain(&registry).chain(&shell) {
        push(&mut page, format_args!("<li><a href=\"#{}\">{}</a></li>\n", id(entry), escaped(&entry.command)));
    }
    page += "</ul>\n</nav>\n<main>\n<h2>docker</h2>\n";
    for entry in &docker {
        section(&mut page, entry);
    }
    page += "<h2>registry</h2>\n<p>For whoever runs the registries of a lab: whom they let in, what they keep, what goes wrong.</p>\n";
    for entry in &registry {
        section(&mut page, entry);
    }
    page += "<h2>The shell</h2>\n";
    for entry in &shell {
        section(&mut page, entry);
    }
    page + "</main>\n</body>\n</html>"
}

fn section(page: &mut String, entry: &Entry) {
    let id = id(entry);
    push(page, format_args!("<section aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{}</h3>\n", escaped(&entry.command)));
    push(page, format_args!("<p>{}</p>\n", escaped(entry.about)));
    push(page, format_args!("<p class=\"usage\"><code>{}</code></p>\n", escaped(&entry.usage)));
    if let Some(aliases) = &entry.aliases {
        push(page, format_args!("<p>Also called <code>{}</code></p>\n", escaped(aliases)));
    }
    if !entry.options.is_empty() {
        let head = "<thead><tr><th scope=\"col\">Option</th><th scope=\"col\">What it does</th></tr></thead>";
        push(
            page,
            format_args!("<table>\n<caption>Options of {}</caption>\n{head}\n<tbody>\n", escaped(&entry.command)),
        );
        for flag in &entry.options {
            row(page, flag);
        }
        *page += "</tbody>\n</table>\n";
    }
    *page += "</section>\n";
}

fn row(page: &mut String, flag: &Flag) {
    let short = flag.short.map(|short| format!("-{short}, ")).unwrap_or_default();
    let name = format!("{short}--{} {}", flag.long, flag.kind);
    let default = if flag.default.is_empty() { String::new() } else { format!(" (default {})", flag.default) };
    let about = escaped(flag.about).replace('\n', "<br>");
    push(
        page,
        format_args!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{about}{}</td></tr>\n",
            escaped(name.trim_end()),
            escaped(&default)
        ),
    );
}

/// Where a link of the list leads.
fn id(entry: &Entry) -> String {
    entry.command.replace(' ', "-")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a String takes every write");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{typed, verbs};

    #[test]
    fn every_command_and_each_of_its_options_is_on_the_page() {
        let page = page();
        for verb in verbs() {
            let command = typed(verb.command(verb.paths[0]));
            let section = page.split(&format!("<h3 id=\"{}\">", command.replace(' ', "-"))).nth(1).expect(&command);
            let section = section.split("</section>").next().unwrap_or_default();
            for flag in verb.flags.iter().filter(|flag| !flag.hidden) {
                assert!(section.contains(&format!("--{}", flag.long)), "{command} --{}", flag.long);
            }
        }
    }

    #[test]
    fn what_tags_open_they_close_and_no_text_is_a_tag() {
        let page = page();
        for tag in
            ["html", "head", "body", "nav", "ul", "li", "main", "section", "h3", "p", "code", "table", "tr", "th", "td"]
        {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert_eq!(escaped("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;");
    }
}
