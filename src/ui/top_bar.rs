//! The top bar: where we are, how it looks, what can be taken home.

use yew::{Html, html};

use super::context::{Context, truth};
use super::icons::{self, icon};
use super::intent::Intent;
use super::mode;
use super::palette::Seeking;
use super::share::{self, Sharing};
use super::view::{Menu, Saving, Theme};
use super::words;

/// The bar.
pub(super) fn top_bar(context: &Context<'_>) -> Html {
    let lesson = context.view.lesson.as_deref();
    html! {
        <header class="top-bar">
            <span class="brand">{ icons::brand() }<span class="name">{ words::drydock() }</span></span>
            if let Some(lesson) = lesson {
                <h1 class="crumb"><b>{ lesson.title.clone() }</b><span>{ words::so_many_minutes(lesson.minutes) }</span></h1>
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
        Saving::Kept => html! { <span class="saving">{ words::saved() }</span> },
        Saving::Elsewhere => html! { <span class="saving bad">{ words::not_saved_open_in_another_tab() }</span> },
        Saving::Visiting => html! { <span class="saving">{ words::not_saved_a_shared_lab() }</span> },
        Saving::Refused => html! { <span class="saving bad">{ words::not_saved_storage_refused() }</span> },
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
        (Theme::Auto, words::theme_of_the_system(), icons::AUTO),
        (Theme::Light, words::light_theme(), icons::LIGHT),
        (Theme::Dark, words::dark_theme(), icons::DARK),
    ];
    html! { <div class="themes" role="group" aria-label={words::theme_heading()}>{ for choices.into_iter().map(choice) }</div> }
}

fn menu(context: &Context<'_>) -> Html {
    let open = context.view.menu != Menu::Closed;
    let other = if open { Menu::Closed } else { Menu::Open };
    html! {
        <div class="menu">
            <button type="button" class="tool" aria-label={words::more()} title={words::more()} aria-expanded={truth(open)}
                onclick={context.click(Intent::Menu(other))}>{ icon(icons::MORE) }</button>
            if open { { sheet(context) } }
        </div>
    }
}

fn sheet(context: &Context<'_>) -> Html {
    html! {
            <div class="sheet">
                <button type="button" onclick={context.click(Intent::Seek(Seeking::Open))}>{ words::find_anything_ctrl_k() }</button>
                { shared(context) }
                <button type="button" onclick={context.click(Intent::Share(Sharing::Choose))}>{ words::open_a_lab() }</button>
                { exports(context) }
                <button type="button" onclick={context.click(Intent::ExportTrace)}>{ words::download_the_trace_json() }</button>
                <button type="button" onclick={context.click(Intent::ExportProgress)}>{ words::download_my_progress() }</button>
                <button type="button" onclick={context.click(Intent::Print)}>{ words::print_the_concept_snapshot() }</button>
                <button type="button" onclick={context.click(Intent::PrintHandout)}>{ words::print_handout() }</button>
                <a href="reference.html" target="_blank">{ words::commands() }</a>
                { start_over(context) }
            </div>
    }
}

fn shared(context: &Context<'_>) -> Html {
    if context.view.menu == Menu::Sharing {
        return share::panel(context);
    }
    html! { <button type="button" onclick={context.click(Intent::Share(Sharing::Make))}>{ words::share_this_lab_menu() }</button> }
}

/// Every named image of every machine, each a button.
fn exports(context: &Context<'_>) -> Html {
    let images = context.view.snapshot.machines.iter().flat_map(|machine| {
        let names = machine.images.iter().filter_map(|image| image.references.first());
        names.map(|name| (machine.name.clone(), name.clone()))
    });
    let button = |(machine, reference): (String, String)| {
        let label = words::download_as_oci_layout(&reference, &machine);
        html! {
            <button type="button" onclick={context.click(Intent::Export { machine, reference })}>{ label }</button>
        }
    };
    images.map(button).collect()
}

fn start_over(context: &Context<'_>) -> Html {
    if context.view.menu != Menu::StartingOver {
        return html! {
            <button type="button" onclick={context.click(Intent::Menu(Menu::StartingOver))}>{ words::start_over() }</button>
        };
    }
    html! {
        <div class="confirm" role="group" aria-label={words::start_over_now()}>
            <p>{ words::forget_every_command() }</p>
            <button type="button" class="danger" onclick={context.click(Intent::Reset)}>{ words::start_over_now() }</button>
            <button type="button" onclick={context.click(Intent::Menu(Menu::Open))}>{ words::keep_them() }</button>
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
