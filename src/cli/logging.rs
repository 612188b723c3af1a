//! The log: one line an event on standard error, JSON for machines, text for people.
//!
//! A thread of its own writes it. Nobody waits for whoever reads: when that stalls, the newest lines are dropped and
//! counted; when that is gone, the panel goes on.

use crate::config::LogFormat;
use std::io::IsTerminal;
use std::time::Duration;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// Lines that may wait for a reader.
const WAITING_LINES: usize = 8192;
/// How often it is said that lines were dropped.
const COUNTED_EVERY: Duration = Duration::from_secs(10);

/// From here on everything is logged. A second call changes nothing. What waits is written when the guard is dropped.
pub(super) fn start(format: Option<LogFormat>) -> WorkerGuard {
    let is_terminal = std::io::stderr().is_terminal();
    let default = if is_terminal { LogFormat::Text } else { LogFormat::Json };
    let writer = NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).lossy(true);
    let (writer, guard) = writer.finish(std::io::stderr());
    let dropped = writer.error_counter();
    let lines = match format.unwrap_or(default) {
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(writer).boxed(),
        // Colours are for eyes: in a file they would stand between a name and its value.
        LogFormat::Text => fmt::layer().with_ansi(is_terminal).with_writer(writer).boxed(),
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
    if let Err(cause) =
        std::thread::Builder::new().name("log-drops".to_owned()).spawn(move || watch(&dropped))
    {
        tracing::warn!(%cause, "nobody counts the log lines that are dropped");
    }
    guard
}

/// Says how many lines were dropped, when there is room to say it.
fn watch(dropped: &ErrorCounter) {
    let mut told = 0;
    loop {
        std::thread::sleep(COUNTED_EVERY);
        let now = dropped.dropped_lines();
        if now > told {
            let lines = now.saturating_sub(told);
            tracing::warn!(
                lines,
                "{lines} log lines were dropped, because whoever reads the log is too slow"
            );
            told = now;
        }
    }
}
