//! The page: see `drydock::web::page`.

fn main() {
    drydock::web::page::start();
}
