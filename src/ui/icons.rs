//! The icons, drawn in one line each; they never speak, the buttons do.

use yew::{Html, html};

/// What an icon shows: its path on a field of 20 by 20.
pub(super) type Icon = &'static str;

pub(super) const FIRST: Icon = "M5 4v12M16 4 8 10l8 6z";
pub(super) const BACK: Icon = "M14 4 6 10l8 6z";
pub(super) const FORWARD: Icon = "M6 4l8 6-8 6z";
pub(super) const LAST: Icon = "M15 4v12M4 4l8 6-8 6z";
pub(super) const PLAY: Icon = "M7 4.5 16 10l-9 5.5z";
pub(super) const PAUSE: Icon = "M7 4.5v11M13 4.5v11";
pub(super) const UNDO: Icon = "M8 5 4 9l4 4M4 9h7a4 4 0 0 1 0 8H8";
pub(super) const REDO: Icon = "m12 5 4 4-4 4M16 9H9a4 4 0 0 0 0 8h3";
pub(super) const FORK: Icon = "M6 4v12M14 4v2.5a4 4 0 0 1-4 4H6";
pub(super) const SLOWER: Icon = "M4 10h12";
pub(super) const FASTER: Icon = "M4 10h12M10 4v12";
pub(super) const EDIT: Icon = "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2zM11.4 6l2.6 2.6";
pub(super) const COPY: Icon = "M7.5 7.5h8v8h-8zM4.5 12.5v-8h8";
pub(super) const CLOSE: Icon = "M5 5l10 10M15 5 5 15";
pub(super) const MORE: Icon = "M4.5 10h.01M10 10h.01M15.5 10h.01";
pub(super) const AUTO: Icon = "M3.5 5h13v8.5h-13zM7.5 16.5h5M10 13.5v3";
pub(super) const LIGHT: Icon = "M10 6.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1 1M14.7 14.7l1 1M4.3 15.7l1-1M14.7 5.3l1-1";
pub(super) const DARK: Icon = "M16 12.3A6.7 6.7 0 0 1 7.7 4a6.7 6.7 0 1 0 8.3 8.3z";
pub(super) const DONE: Icon = "M4.5 10.5 8.5 14.5 15.5 5.5";
pub(super) const NOW: Icon = "M7.5 5.5 13 10l-5.5 4.5z";
pub(super) const ARROW: Icon = "M3 10h13M12 5.5 16.5 10 12 14.5";
pub(super) const LOCK: Icon = "M5.5 9h9v7.5h-9zM7.3 9V6.7a2.7 2.7 0 0 1 5.4 0V9";
pub(super) const SETTINGS: Icon = "M3 6h7M14 6h3M3 14h3M10 14h7M12 4.2v3.6M8 12.2v3.6";
pub(super) const TREE: Icon = "M4.5 3v11.5H9M4.5 7.5H9M9 5.5h7v4H9zM9 12.5h7v4H9z";
pub(super) const UP: Icon = "M5 12.5 10 7.5l5 5";
pub(super) const DOWN: Icon = "M5 7.5 10 12.5l5-5";
pub(super) const ASK: Icon = "M7.3 7.4a2.7 2.7 0 1 1 3.9 2.4c-.9.4-1.2 1-1.2 1.9M10 14.8h.01";
const GRIP: Icon = "M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01";
const BRAND: Icon = "M1.5 16h17M3 12.8l1.7 3.2M17 12.8 15.3 16M5.4 11.2h9.2L13 16H7zM6.2 7.2h3.5v4H6.2zM10.3 7.2h3.5v4h-3.5zM8.2 3.2h3.6v4H8.2z";

/// Draws an icon.
pub(super) fn icon(path: Icon) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor"
            stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d={path} />
        </svg>
    }
}

/// Draws what a finger takes hold of, to carry what it is in.
pub(super) fn grip() -> Html {
    html! { <span class="grip">{ icon(GRIP) }</span> }
}

/// Draws the ship.
pub(super) fn brand() -> Html {
    html! { <span class="brand-mark">{ icon(BRAND) }</span> }
}
