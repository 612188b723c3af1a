//! What admins do: the same domains as elsewhere, with an `Admin` guard in hand. One file per area.

pub mod announcements;
pub mod audit;
pub mod backups;
pub mod bank_transactions;
pub mod categories;
pub mod chosen;
pub mod coupons;
pub mod deposits;
pub mod doctor;
pub mod errors;
pub mod import;
pub mod jobs;
pub mod losses;
pub mod order_bulk;
pub mod orders;
pub mod person;
pub mod providers;
pub mod rates;
pub mod refills;
pub mod review;
pub mod service_bulk;
pub mod service_figures;
pub mod services;
pub mod settings;
pub mod stats;
pub mod telegram;
pub mod tickets;
pub mod timeline;
pub mod users;
pub mod view;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [
        announcements::routes(),
        audit::routes(),
        backups::routes(),
        bank_transactions::routes(),
        categories::routes(),
        coupons::routes(),
        deposits::routes(),
        doctor::routes(),
        errors::routes(),
        import::routes(),
        jobs::routes(),
        losses::routes(),
        order_bulk::routes(),
        orders::routes(),
        person::routes(),
        providers::routes(),
        rates::routes(),
        refills::routes(),
        review::routes(),
        service_bulk::routes(),
        service_figures::routes(),
        services::routes(),
        settings::routes(),
        stats::routes(),
        telegram::routes(),
        tickets::routes(),
        timeline::routes(),
        users::routes(),
        view::routes(),
    ]
    .concat()
}
