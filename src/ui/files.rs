//! The learner's files: what a build sends, open to be changed in place.

use yew::{Html, classes, html};

use super::context::Context;
use super::edit::Editor;
use super::intent::Intent;
use super::{foresight, shade, words};
use crate::lab::{FileView, MachineView};
use crate::limits::TABLE_ROWS;
use crate::session::Foreseen;

/// The list and the file that is open.
pub(super) fn files(context: &Context<'_>) -> Html {
    html! {
        <>
            <ul class="file-list" aria-label={words::files()}>{ for list(context) }</ul>
            { open(context) }
        </>
    }
}

fn list(context: &Context<'_>) -> Vec<Html> {
    let machines = &context.view.snapshot.machines;
    let files = machines.iter().flat_map(|machine| {
        let files = machine.files.iter().filter(|file| !file.directory);
        files.map(move |file| (machine, file))
    });
    files.take(TABLE_ROWS).map(|(machine, file)| item(context, machine, file)).collect()
}

fn item(context: &Context<'_>, machine: &MachineView, file: &FileView) -> Html {
    let editor = &context.view.editor;
    let open = editor.is_open(&machine.name, &file.path);
    let unsaved = open && editor.draft.is_some();
    let intent = Intent::OpenFile { machine: machine.name.clone(), path: file.path.clone() };
    html! {
        <li key={format!("{}:{}", machine.name, file.path)}>
            <button type="button" class={classes!("file", open.then_some("open"))} aria-current={open.then_some("true")}
                title={words::file_on(&file.path, &machine.name)} translate="no" onclick={context.click(intent)}>
                { short(machine, &file.path) }
                if unsaved { <span class="unsaved" title={words::not_written_yet()}>{ "●" }<span class="unseen">{ words::not_written_yet_aside() }</span></span> }
            </button>
        </li>
    }
}

/// The path from the machine's directory; of another machine than the first its name before it.
fn short(machine: &MachineView, path: &str) -> String {
    let inside = path.strip_prefix(&machine.directory).and_then(|rest| rest.strip_prefix('/'));
    inside.unwrap_or(path).to_owned()
}

fn open(context: &Context<'_>) -> Html {
    let editor = &context.view.editor;
    match (&editor.open, &editor.stored) {
        (None, _) => html! { <p class="empty">{ words::no_files_here() }</p> },
        (Some(_), None) => html! { <p class="empty">{ words::opening() }</p> },
        (Some(_), Some(Err(reason))) => html! { <p class="empty">{ reason.clone() }</p> },
        (Some((_, path)), Some(Ok(_))) => text(context, editor, path),
    }
}

fn text(context: &Context<'_>, editor: &Editor, path: &str) -> Html {
    let text = editor.text().unwrap_or_default();
    let lines = text.split('\n').count();
    let columns = text.split('\n').map(|line| line.chars().count()).max().unwrap_or_default() + 1;
    let told = editor.foresight.told.as_deref();
    html! {
        <form class="editor" onsubmit={context.submit(Intent::SaveFile)}>
            <div class="sheet">
                <pre class="numbers" aria-hidden="true">{ numbers(lines, told) }</pre>
                <div class="text">
                    if editor.is_dockerfile() { { shade::shaded(text) } }
                    <textarea value={text.to_owned()} rows={(lines + 1).to_string()} cols={columns.to_string()} wrap="off"
                        aria-label={path.to_owned()} oninput={context.input(Intent::FileTyped)} spellcheck="false"
                        autocapitalize="off" autocomplete="off" translate="no" />
                </div>
                { for told.map(foresight::margin) }
            </div>
            { foresight::problems(editor) }
            if editor.is_dockerfile() || editor.draft.is_some() {
                <div class="actions">
                    { foresight::summary(context) }
                    if editor.draft.is_some() {
                        <button type="submit" class="primary">{ words::write_the_file() }</button>
                        <button type="button" class="quiet" onclick={context.click(Intent::DiscardFile)}>{ words::discard_changes() }</button>
                    }
                </div>
            }
        </form>
    }
}

/// The numbers of the lines; those with a problem stand out.
fn numbers(lines: usize, told: Option<&Foreseen>) -> Html {
    let mut problems = told.iter().flat_map(|told| &told.problems).filter(|problem| problem.line > 0).peekable();
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for number in 1..=lines {
        let mut worst = None;
        while let Some(problem) =
            problems.next_if(|problem| usize::try_from(problem.line).is_ok_and(|line| line <= number))
        {
            worst = Some(if problem.rule.is_none() { "error" } else { worst.unwrap_or("warning") });
        }
        if let Some(class) = worst {
            pieces.push(html! { { std::mem::take(&mut plain) } });
            pieces.push(html! { <b {class}>{ number }</b> });
        } else {
            plain += &number.to_string();
        }
        plain.push('\n');
    }
    pieces.push(html! { { plain } });
    pieces.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Ask, FileText, Tell};
    use crate::ui::fixture;
    use crate::ui::intent::Effect;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;

    #[test]
    fn the_dockerfile_is_open_at_first() {
        let html = rendered(&fixture::at_start(), files);
        assert!(html.contains("FROM mlserve:1") && html.contains(".dockerignore"), "{html}");
        assert!(!html.contains("Write the file"), "{html}");
    }

    #[test]
    fn a_change_is_shown_as_unsaved_until_it_is_written() {
        let mut view = fixture::at_start();
        view.update(Intent::FileTyped("FROM scratch".into()));
        assert!(rendered(&view, files).contains("not written yet"));
        let effects = view.update(Intent::SaveFile);
        assert!(matches!(&effects[..], [Effect::Ask(Ask::WriteFile { text, .. })] if text == "FROM scratch"));
    }

    #[test]
    fn a_file_that_is_no_text_says_so() {
        let mut view = fixture::at_start();
        let path = "/home/learner/mlmodel/model.safetensors".to_owned();
        view.update(Intent::OpenFile { machine: "laptop".into(), path: path.clone() });
        let told = Tell::File(FileText { machine: "laptop".into(), path, text: Err("This file is not text.".into()) });
        view.learn(Fact::Told(told));
        assert!(rendered(&view, files).contains("This file is not text."));
    }
}
