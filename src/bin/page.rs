//! The page.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <main><h1>{"Drydock"}</h1><p>{"It runs."}</p></main> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
