//! What admins do: the same domains as elsewhere, with an `Admin` guard in hand. One file per area.

pub mod deposits;
pub mod users;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [deposits::routes(), users::routes()].concat()
}
