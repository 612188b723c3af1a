//! The log: one line an event on standard error, JSON for machines, text for people.

use crate::config::LogFormat;
use std::io::IsTerminal;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// From here on everything is logged. A second call changes nothing.
pub(super) fn start(format: Option<LogFormat>) {
    let is_terminal = std::io::stderr().is_terminal();
    let default = if is_terminal { LogFormat::Text } else { LogFormat::Json };
    let lines = match format.unwrap_or(default) {
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed(),
        // Colours are for eyes: in a file they would stand between a name and its value.
        LogFormat::Text => fmt::layer().with_ansi(is_terminal).with_writer(std::io::stderr).boxed(),
    };
    // Libraries speak up only when something is wrong; what Rocket calls an error is often only a wrong address.
    let wanted = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("rocket", LevelFilter::OFF)
        .with_target("smm_panel", Level::INFO);
    // The code that Rocket generates for a route tells of every refused request, under a target of this crate and
    // without the request's id; the access log has it already.
    let ours = filter_fn(|event| !event.target().ends_with("::_"));
    if let Err(already) = registry().with(lines.with_filter(wanted.and(ours))).try_init() {
        tracing::debug!(%already, "the log runs already");
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a thread panicked")));
}
