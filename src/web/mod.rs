//! The HTTP edge: routes, guards, bodies, errors. It parses, calls a domain and answers; it decides nothing.

mod address;
mod admin;
mod announcements;
pub mod assets;
mod auth;
mod body;
mod budget;
mod catalog_cache;
mod catch;
mod cors;
mod coupons;
mod demo;
mod email;
mod error;
mod events;
mod export;
mod fields;
mod guards;
mod health;
mod here;
mod idempotent;
mod json;
mod kept;
mod keys;
mod limits;
mod mass_order;
mod metrics;
pub mod openapi;
mod order_types;
mod orders;
mod packed;
mod params;
mod payment;
mod period;
mod preloads;
mod proof;
mod refills;
mod request_id;
pub mod reseller;
mod reset;
mod respond;
mod second_factor;
mod services;
mod session;
mod setting_json;
mod site;
mod start;
mod static_file;
mod storefront;
mod telegram;
mod tickets;
mod timeline;
mod user;
mod viewing;
mod visits;

pub use admin::jobs::page_of_job;

use crate::front::Connections;
use crate::state::App;
use rocket::shield::{Permission, Shield};
use rocket::{Build, Rocket, Route, catchers};

/// Every address the panel answers.
pub fn routes() -> Vec<Route> {
    [
        admin::routes(),
        announcements::routes(),
        assets::routes(),
        auth::routes(),
        coupons::routes(),
        demo::routes(),
        email::routes(),
        events::routes(),
        health::routes(),
        keys::routes(),
        orders::routes(),
        mass_order::routes(),
        metrics::routes(),
        payment::routes(),
        refills::routes(),
        reseller::routes(),
        reset::routes(),
        second_factor::routes(),
        services::routes(),
        site::routes(),
        storefront::routes(),
        telegram::routes(),
        tickets::routes(),
        timeline::routes(),
        user::routes(),
        visits::routes(),
    ]
    .concat()
}

/// A Rocket with everything on it.
pub fn mount(rocket: Rocket<Build>, app: App) -> Rocket<Build> {
    let routes = routes();
    let limits = limits::Limits::new(&app.config);
    rocket
        .manage(catch::Paths::of(routes.iter()))
        .manage(limits)
        .manage(budget::Budget::default())
        .manage(catalog_cache::CatalogCache::default())
        .manage(kept::Kept::default())
        .manage(export::Exports::default())
        .manage(metrics::Requests::default())
        .manage(Connections::default())
        .manage(app)
        // As Rocket has it, but for the opt-out of a feature that browsers never got.
        .attach(Shield::default().disable::<Permission>())
        .attach(request_id::Stamp)
        .attach(cors::Cors)
        .mount("/", routes)
        .register("/", catchers![catch::any])
}
