//! Hands every error that is logged to the list that admins see: what the program says and where, no value. A job that
//! failed is entered by whoever ran it, with its cause.

use crate::kernel::clock::Clock;
use crate::state::{ErrorLog, LoggedError};
use std::fmt::Debug;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

pub(super) struct ErrorLayer {
    pub errors: ErrorLog,
    pub clock: Clock,
}

impl<S: Subscriber> Layer<S> for ErrorLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if *about.level() != Level::ERROR {
            return;
        }
        let mut said = Said::default();
        event.record(&mut said);
        if said.is_listed {
            return;
        }
        // Our own messages hold no values, and a test sees to it; of others nobody knows.
        let is_ours = about.target().starts_with("smm_panel");
        let message = if is_ours { said.message } else { format!("an error of {}", about.target()) };
        let line = || format!("{}:{}", about.file().unwrap_or_default(), about.line().unwrap_or_default());
        let is_panic = said.panicked_at.is_some();
        let place = said.panicked_at.unwrap_or_else(line);
        let error = LoggedError { message, place, is_panic, request_id: said.request_id, job: None };
        self.errors.note(error, self.clock.now());
    }
}

#[derive(Default)]
struct Said {
    message: String,
    request_id: Option<String>,
    panicked_at: Option<String>,
    /// Whether it tells a job's `trouble`: `jobs::runtime` alone does, and has entered that in the list with its cause.
    is_listed: bool,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "request_id" => self.request_id = Some(value.to_owned()),
            "panicked_at" => self.panicked_at = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "trouble" => self.is_listed = true,
            _ => {}
        }
    }
}
