//! The log: one line an event on standard error, JSON for machines, text for people.
//!
//! A thread of its own writes the lines, so that whoever reads them slowly, or no longer, does not stop the panel: then
//! lines are dropped, counted and told of.

use super::error_layer::ErrorLayer;
use crate::config::{Config, LogFormat};
use crate::kernel::clock::Clock;
use crate::state::ErrorLog;
use parking_lot::Mutex;
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write, stderr};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// Lines that may wait for the reader.
const WAITING: usize = 8192;
/// What a client or a provider wrote is cut short where it is logged; this holds for every line, whatever is in it.
const LONGEST_LINE: usize = 16 * 1024;
/// Between two looks at what was dropped.
const LOOK: Duration = Duration::from_secs(1);

static LOG: Mutex<Option<Log>> = Mutex::new(None);

struct Log {
    /// Writes what still waits when it is dropped, for at most about a second.
    _guard: WorkerGuard,
    dropped: ErrorCounter,
    told: usize,
}

/// From here on everything is logged, and errors are kept in what it returns. A second call changes nothing.
pub(super) fn start(config: &Config) -> ErrorLog {
    let is_terminal = stderr().is_terminal();
    let default = if is_terminal { LogFormat::Text } else { LogFormat::Json };
    let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING).thread_name("log");
    let (writer, guard) = builder.finish(stderr());
    let dropped = writer.error_counter();
    let lines = match config.log_format.unwrap_or(default) {
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(Lines(writer)).boxed(),
        // Colours are for eyes: in a file they would stand between a name and its value.
        LogFormat::Text => fmt::layer().with_ansi(is_terminal).with_writer(Lines(writer)).boxed(),
    };
    // Libraries speak up only when something is wrong; what Rocket calls an error is often only a wrong address.
    let wanted = Targets::new()
        .with_default(LevelFilter::WARN.min(config.log_level.into()))
        .with_target("rocket", LevelFilter::OFF)
        .with_target("smm_panel", config.log_level);
    // The code that Rocket generates for a route tells of every refused request, under a target of this crate and
    // without the request's id; the access log has it already.
    let ours = filter_fn(|event| !event.target().ends_with("::_"));
    let errors = ErrorLog::default();
    let kept = ErrorLayer { errors: errors.clone(), clock: Clock::system() };
    let kept = kept
        .with_filter(Targets::new().with_default(LevelFilter::ERROR).with_target("rocket", LevelFilter::OFF));
    // Counted before it is written: whoever has read the line finds it in the figures.
    if let Err(already) = registry().with(kept).with(lines.with_filter(wanted.and(ours))).try_init() {
        tracing::debug!(%already, "the log runs already");
        return errors;
    }
    *LOG.lock() = Some(Log { _guard: guard, dropped, told: 0 });
    let watch = std::thread::Builder::new().name("log-drops".to_owned()).spawn(|| {
        while tell_of_drops() {
            std::thread::sleep(LOOK);
        }
    });
    if let Err(cause) = watch {
        tracing::error!(%cause, "lines of the log that are dropped will not be told of");
    }
    std::panic::set_hook(Box::new(|panic| {
        let panicked_at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%panic, panicked_at, "a thread panicked");
    }));
    errors
}

/// Writes what still waits. Nothing is logged afterwards.
pub(super) fn finish() {
    tell_of_drops();
    let ended = LOG.lock().take();
    drop(ended);
}

/// Says how many lines are missing, where there are more than were told of; whether the log goes on.
fn tell_of_drops() -> bool {
    let mut log = LOG.lock();
    let Some(log) = log.as_mut() else { return false };
    let dropped = log.dropped.dropped_lines();
    if dropped > log.told {
        log.told = dropped;
        // Where this one is dropped too, there is one more to be told of the next time.
        tracing::warn!(dropped, "lines of the log were dropped: whoever reads it is too slow");
    }
    true
}

/// Hands over whole lines, none of them too long.
struct Lines(NonBlocking);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.0.clone())
    }
}

struct Line(NonBlocking);

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&shortened(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn shortened(line: &[u8]) -> Cow<'_, [u8]> {
    match line.get(..LONGEST_LINE) {
        Some(beginning) if line.len() > LONGEST_LINE => {
            let beginning = String::from_utf8_lossy(beginning);
            Cow::Owned(format!("{beginning}… ({} bytes)\n", line.len()).into_bytes())
        }
        Some(_) | None => Cow::Borrowed(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_too_long_is_cut_and_stays_a_line() {
        let whole = "a".repeat(LONGEST_LINE);
        assert_eq!(shortened(whole.as_bytes()), whole.as_bytes());
        let cut = shortened("ờ".repeat(LONGEST_LINE).as_bytes()).into_owned();
        assert!(cut.len() < LONGEST_LINE + 100 && cut.ends_with(b" bytes)\n"));
        assert!(String::from_utf8(cut).is_ok());
    }
}
