//! The top bar: where we are, how it looks, what can be taken home.

use yew::{Html, html};

use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::mode;
use super::palette::Seeking;
use super::share::{self, Sharing};
use super::view::{Menu, Saving, Theme};

/// The bar.
pub(super) fn top_bar(context: &Context<'_>) -> Html {
    let lesson = context.view.lesson.as_deref();
    html! {
        <header class="top-bar">
            <span class="brand">{ icons::brand() }<span class="name">{ "Drydock" }</span></span>
            if let Some(lesson) = lesson {
                <h1 class="crumb"><b>{ lesson.title.clone() }</b><span>{ format!(" · {} min", lesson.minutes) }</span></h1>
            }
            { mode::tabs(context) }
            <div class="tools">
                { saving(context.view.saving) }
                { themes(context) }
                { menu(context) }
            </div>
        </header>
    }
}

fn saving(saving: Saving) -> Html {
    match saving {
        Saving::Nothing => Html::default(),
        Saving::Kept => html! { <span class="saving">{ "Saved" }</span> },
        Saving::Elsewhere => html! { <span class="saving bad">{ "Not saved: open in another tab" }</span> },
        Saving::Visiting => html! { <span class="saving">{ "Not saved: a shared lab" }</span> },
        Saving::Refused => html! { <span class="saving bad">{ "Not saved: storage refused" }</span> },
    }
}

fn themes(context: &Context<'_>) -> Html {
    let choice = |(theme, label, path): (Theme, &'static str, icons::Icon)| {
        html! {
            <button type="button" class="tool" title={label} aria-label={label}
                aria-pressed={truth(context.view.theme == theme)} onclick={context.click(Intent::Theme(theme))}>
                { icon(path) }
            </button>
        }
    };
    let choices = [
        (Theme::Auto, "Theme of the system", icons::AUTO),
        (Theme::Light, "Light theme", icons::LIGHT),
        (Theme::Dark, "Dark theme", icons::DARK),
    ];
    html! { <div class="themes" role="group" aria-label="Theme">{ for choices.into_iter().map(choice) }</div> }
}

fn menu(context: &Context<'_>) -> Html {
    let open = context.view.menu != Menu::Closed;
    let other = if open { Menu::Closed } else { Menu::Open };
    html! {
        <div class="menu">
            <button type="button" class="tool" aria-label="More" title="More" aria-expanded={truth(open)}
                onclick={context.click(Intent::Menu(other))}>{ icon(icons::MORE) }</button>
            if open { { sheet(context) } }
        </div>
    }
}

fn sheet(context: &Context<'_>) -> Html {
    html! {
            <div class="sheet">
                <button type="button" onclick={context.click(Intent::Seek(Seeking::Open))}>{ "Find anything… (Ctrl K)" }</button>
                { shared(context) }
                <button type="button" onclick={context.click(Intent::Share(Sharing::Choose))}>{ "Open a lab, progress or an image from a file…" }</button>
                { exports(context) }
                <button type="button" onclick={context.click(Intent::ExportTrace)}>{ "Download the trace (JSON)" }</button>
                <button type="button" onclick={context.click(Intent::ExportProgress)}>{ "Download my progress" }</button>
                <button type="button" onclick={context.click(Intent::Print)}>{ "Print the concept snapshot" }</button>
                <button type="button" onclick={context.click(Intent::PrintHandout)}>{ "Print handout" }</button>
                <a href="reference.html" target="_blank">{ "Commands" }</a>
                { start_over(context) }
            </div>
    }
}

fn shared(context: &Context<'_>) -> Html {
    if context.view.menu == Menu::Sharing {
        return share::panel(context);
    }
    html! { <button type="button" onclick={context.click(Intent::Share(Sharing::Make))}>{ "Share this lab…" }</button> }
}

/// Every named image of every machine, each a button.
fn exports(context: &Context<'_>) -> Html {
    let images = context.view.snapshot.machines.iter().flat_map(|machine| {
        let names = machine.images.iter().filter_map(|image| image.references.first());
        names.map(|name| (machine.name.clone(), name.clone()))
    });
    let button = |(machine, reference): (String, String)| {
        let label = format!("Download {reference} of {machine} (OCI layout)");
        html! {
            <button type="button" onclick={context.click(Intent::Export { machine, reference })}>{ label }</button>
        }
    };
    images.map(button).collect()
}

fn start_over(context: &Context<'_>) -> Html {
    if context.view.menu != Menu::StartingOver {
        return html! {
            <button type="button" onclick={context.click(Intent::Menu(Menu::StartingOver))}>{ "Start over…" }</button>
        };
    }
    html! {
        <div class="confirm" role="group" aria-label="Start over">
            <p>{ "Forget every command, image and file?" }</p>
            <button type="button" class="danger" onclick={context.click(Intent::Reset)}>{ "Start over" }</button>
            <button type="button" onclick={context.click(Intent::Menu(Menu::Open))}>{ "Keep them" }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::intent::Fact;
    use crate::ui::rendered::rendered;
    use crate::ui::view::View;

    #[test]
    fn starting_over_asks_once_more() {
        let mut view = View::default();
        view.update(Intent::Menu(Menu::Open));
        assert!(!rendered(&view, top_bar).contains("Forget every command"));
        view.update(Intent::Menu(Menu::StartingOver));
        assert!(rendered(&view, top_bar).contains("Forget every command"));
    }

    #[test]
    fn whatever_is_done_closes_the_menu() {
        let mut view = View::default();
        view.update(Intent::Menu(Menu::Open));
        view.learn(Fact::Kept(Saving::Kept));
        assert!(rendered(&view, top_bar).contains("Download the trace"));
        view.update(Intent::ExportTrace);
        assert!(!rendered(&view, top_bar).contains("Download the trace"));
    }

    #[test]
    fn storage_that_refuses_is_said() {
        let mut view = View::default();
        view.learn(Fact::Kept(Saving::Refused));
        assert!(rendered(&view, top_bar).contains("Not saved: storage refused"));
    }
}
