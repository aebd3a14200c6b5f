//! The worker of the page: see `drydock::web::worker`.

fn main() {
    drydock::web::worker::start();
}
