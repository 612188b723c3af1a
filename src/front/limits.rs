//! All deadlines and bounds of connections. The README shows them to operators.

use rocket::Config;
use rustix::process::{Resource, getrlimit};
use std::time::Duration;

/// Until the whole head of a request is there, counted from the connection's beginning or the end of the last answer:
/// so it is also how long an idle connection is kept.
const HEAD: Duration = Duration::from_secs(30);
/// Until the two sides of a TLS connection agree.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Until the whole body is there, counted from when somebody begins to read it.
const BODY: Duration = Duration::from_secs(15);
/// In which an answer that waits for its reader must get on by `watched::ENOUGH`.
const WRITE: Duration = Duration::from_secs(30);
/// With HTTP/2, between two pings, and for the answer to one.
const PING: Duration = Duration::from_secs(20);
/// For the answer to a client that has closed its own direction: it may have left altogether.
const HALF_OPEN: Duration = Duration::from_secs(5);
/// Start line and headers of a request; as much as common proxies let through.
pub(super) const HEAD_BYTES: usize = 32 * 1024;
/// Connections in all, where the limit of open files allows it: more than there may be streams of events, so that these
/// never take the last place.
const CONNECTIONS: usize = 10_240;
/// Connections of one address that is not the operator's own. Many customers of a mobile network share one.
const OF_ONE_ADDRESS: usize = 512;
/// Open files that are left for the database, providers and whatever comes up.
const OTHER_FILES: u64 = 256;

/// What connections may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub head: Duration,
    pub handshake: Duration,
    pub body: Duration,
    pub write: Duration,
    pub ping: Duration,
    pub half_open: Duration,
    /// For running requests after a shutdown.
    pub grace: Duration,
    /// Whether a connection serves more than one request: not with Rocket's `keep_alive` at 0.
    pub keeps_alive: bool,
    pub connections: usize,
    /// `None`: a proxy stands before the panel, and its address is everybody's.
    pub of_one_address: Option<usize>,
}

impl Limits {
    /// With what the operator says in Rocket's own settings.
    pub fn of(config: &Config) -> Limits {
        let stop = &config.shutdown;
        let files = getrlimit(Resource::Nofile).current;
        let most =
            files.map(|files| usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX));
        Limits {
            head: HEAD,
            handshake: HANDSHAKE,
            body: BODY,
            write: WRITE,
            ping: PING,
            half_open: HALF_OPEN,
            grace: Duration::from_secs(u64::from(stop.grace).saturating_add(u64::from(stop.mercy))),
            keeps_alive: config.keep_alive != 0,
            connections: most.map_or(CONNECTIONS, |most| most.clamp(1, CONNECTIONS)),
            of_one_address: config.ip_header.is_none().then_some(OF_ONE_ADDRESS),
        }
    }
}
