//! Wakes a worker now and then, from outside.
//!
//! Of the workers that have nothing to do one looks for events, of sockets and of timers, and the others sleep. When
//! that one gets a request that blocks it (a read in place, while the disk hangs), nobody looks any more, and the
//! panel would stand still until the disk answers. A task that comes from outside wakes a sleeper, which then looks.
//!
//! Why a thread: a task of the runtime's own waits for the very timers that nobody looks at, and the runtime has no
//! setting for this. It costs five wake-ups a second.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;
use tokio::runtime::Handle;

const EVERY: Duration = Duration::from_millis(200);

/// Beats until it is dropped.
pub(super) struct Pulse(#[expect(dead_code, reason = "its end is the signal")] Sender<()>);

impl Pulse {
    /// For the runtime it is called in.
    pub(super) fn start() -> io::Result<Pulse> {
        let (beating, ended) = channel();
        let runtime = Handle::current();
        std::thread::Builder::new().name("pulse".to_owned()).spawn(move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                runtime.spawn(std::future::ready(()));
            }
        })?;
        Ok(Pulse(beating))
    }
}
