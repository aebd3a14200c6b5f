//! The whole page: the regions and the order in which they are read.

use yew::{Callback, Html, Properties, classes, component, html};

use super::browser::Browser;
use super::context::{Context, truth};
use super::handout::Paper;
use super::intent::Intent;
use super::pane::pane;
use super::reach::Reach;
use super::view::{Boot, Region, View};
use super::words;
use super::{
    embed, explorer, files, handout, inspector, lesson, notices, palette, player, stage, surveyor, tables, terminal,
    top_bar,
};

/// What the page needs to be drawn.
#[derive(Clone, Properties)]
pub struct AppProps {
    /// Everything it shows.
    pub view: std::rc::Rc<View>,
    /// Where intents go.
    pub emit: Callback<Intent>,
    /// Who reads events.
    pub browser: Browser,
}

impl PartialEq for AppProps {
    /// The view is replaced whenever it changes, so that it need not be compared fact by fact.
    fn eq(&self, other: &Self) -> bool {
        std::rc::Rc::ptr_eq(&self.view, &other.view) && self.emit == other.emit && self.browser == other.browser
    }
}

/// The page.
#[component]
pub fn App(props: &AppProps) -> Html {
    let context = Context { view: &props.view, emit: &props.emit, browser: &props.browser };
    if props.view.boot == Boot::Open { open(&context, props) } else { notices::waiting(&context) }
}

fn open(context: &Context<'_>, props: &AppProps) -> Html {
    if let Some(embed) = &context.view.embed {
        return embed::embed(context, embed);
    }
    let busy = context.view.busy();
    html! {
        <div class={classes!("app", is_exploring(context).then_some("exploring"), context.view.large.then_some("large-tables"))}
            data-region={context.view.region.name()} data-layout={context.view.study.mode.layout()}>
            { pane(props, Reach::Page, top_bar::top_bar) }
            { regions(context) }
            { notices::notices(context) }
            <main>
            <section class="lesson region" id="lesson" aria-label={words::lesson()}>{ pane(props, Reach::Page, lesson::lesson) }</section>
            <div class="middle">
                { pane(props, Reach::Page, looking) }
                <section class="stage region" id="stage" tabindex="-1" aria-label={words::stage()}>{ pane(props, Reach::Lab, stage::stage) }</section>
                <section class="tables region" aria-label={words::tables()}>{ pane(props, Reach::Lab, tables::tables) }</section>
                <div class="work">
                    <section class="terminal region" aria-label={words::terminal()} aria-busy={truth(busy)}>
                        { terminal::terminal(context) }
                    </section>
                    <section class="files region" aria-label={words::files()}>{ pane(props, Reach::Files, files::files) }</section>
                </div>
            </div>
            <section class="inspector region" id="inspector" tabindex="-1" aria-label={words::inspector()}>{ pane(props, Reach::Page, inspector::inspector) }</section>
            { pane(props, Reach::Page, player::player) }
            </main>
            { pane(props, Reach::Page, palette::palette) }
            { pane(props, Reach::Page, printed) }
            <p class="unseen" role="status">{ context.view.announcement.clone() }</p>
        </div>
    }
}

/// What is for paper only, once it was asked for.
fn printed(context: &Context<'_>) -> Html {
    match &context.view.handout {
        Paper::Made(handout) => handout::handout(context, handout),
        _ => Html::default(),
    }
}

/// The explorer of an image or of a registry, while one is open.
fn looking(context: &Context<'_>) -> Html {
    let view = context.view;
    let image = view.explorer.iter().map(|open| explorer::explorer(context, open));
    image.chain(view.surveyor.iter().map(|open| surveyor::surveyor(context, open))).collect()
}

/// Whether an image or a registry is looked through in place of the desk.
fn is_exploring(context: &Context<'_>) -> bool {
    context.view.explorer.is_some() || context.view.surveyor.is_some()
}

/// The bar that picks a region where only one fits.
fn regions(context: &Context<'_>) -> Html {
    let button = |region: Region| {
        let current = (region == context.view.region).then_some("true");
        html! {
            <button type="button" class={format!("to-{}", region.name())} aria-current={current}
                onclick={context.click(Intent::Region(region))}>{ region.label() }</button>
        }
    };
    let is_open = is_exploring(context);
    let shown = Region::ALL.into_iter().filter(|region| *region != Region::Explorer || is_open);
    html! { <nav class="regions" aria-label={words::regions()}>{ for shown.map(button) }</nav> }
}
