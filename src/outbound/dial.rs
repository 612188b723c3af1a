//! From a name to a connected socket: look up, check, connect. Whatever fails here, nothing was sent.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::kernel::cause::CallCause;

use super::address::is_public;
use super::said;
use super::target::TargetHost;

/// Longest wait for the name, and for each address, within the call's own deadline.
const STEP: Duration = Duration::from_secs(5);

/// Look-ups that may hang in the system's resolver at the same time. It cannot be interrupted, so its threads
/// outlive the call that gave up on them.
const MAX_LOOKUPS: usize = 32;

static LOOKUPS: AtomicUsize = AtomicUsize::new(0);

/// Connects to the first of the host's addresses that answers.
///
/// All addresses have to be allowed, not only the one used: a name with one private address among public ones is
/// how a rebinding attack looks.
pub(super) fn connect(
    host: &TargetHost,
    port: u16,
    allow_private: bool,
    deadline: Instant,
) -> Result<TcpStream, CallCause> {
    let addresses = resolve(host, port, deadline)?;
    check(&addresses, allow_private)?;
    let mut cause = None;
    for address in addresses {
        let Some(wait) = step(deadline) else { return Err(cause.unwrap_or(CallCause::NoTime)) };
        match TcpStream::connect_timeout(&address, wait) {
            Ok(socket) => {
                socket.set_nodelay(true).map_err(|error| CallCause::Machine { said: said(&error) })?;
                return Ok(socket);
            }
            Err(error) => cause = Some(no_connection(address, &error)),
        }
    }
    Err(cause.unwrap_or(CallCause::NoAddress))
}

fn no_connection(address: SocketAddr, error: &io::Error) -> CallCause {
    let address = address.to_string();
    if error.kind() == io::ErrorKind::ConnectionRefused {
        CallCause::ConnectionRefused { address }
    } else if error.kind() == io::ErrorKind::TimedOut {
        CallCause::ConnectionSlow { address }
    } else {
        CallCause::NoConnection { address, said: said(error) }
    }
}

fn resolve(host: &TargetHost, port: u16, deadline: Instant) -> Result<Vec<SocketAddr>, CallCause> {
    match host {
        TargetHost::Address(address) => Ok(vec![SocketAddr::new(IpAddr::V4(*address), port)]),
        TargetHost::Name(name) => look_up(name.clone(), port, deadline),
    }
}

fn look_up(name: String, port: u16, deadline: Instant) -> Result<Vec<SocketAddr>, CallCause> {
    let wait = step(deadline).ok_or(CallCause::NoTime)?;
    let permit = Permit::take().ok_or(CallCause::LookUpsHang)?;
    let (answer, found) = mpsc::channel();
    let host = name.clone();
    let work = move || {
        let result = (host.as_str(), port).to_socket_addrs().map(Vec::from_iter);
        drop(permit);
        // Nobody listens any more when the look-up took too long.
        let _ = answer.send(result);
    };
    thread::Builder::new()
        .name("outbound-lookup".to_owned())
        .spawn(work)
        .map_err(|error| CallCause::Machine { said: said(&error) })?;
    let result: io::Result<Vec<SocketAddr>> =
        found.recv_timeout(wait).map_err(|_| CallCause::NameSlow { host: name.clone() })?;
    result.map_err(|error| CallCause::NameNotFound { host: name, said: said(&error) })
}

fn check(addresses: &[SocketAddr], allow_private: bool) -> Result<(), CallCause> {
    if allow_private {
        return Ok(());
    }
    match addresses.iter().find(|address| !is_public(address.ip())) {
        Some(address) => Err(CallCause::NotPublic { address: address.ip().to_string() }),
        None => Ok(()),
    }
}

/// The time for one step, or none when the deadline has passed.
fn step(deadline: Instant) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    (!left.is_zero()).then(|| left.min(STEP))
}

/// Counts a look-up for as long as its thread lives.
struct Permit(());

impl Permit {
    fn take() -> Option<Self> {
        let free = |running: usize| (running < MAX_LOOKUPS).then(|| running.saturating_add(1));
        LOOKUPS.fetch_update(Ordering::SeqCst, Ordering::SeqCst, free).ok().map(|_| Self(()))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        LOOKUPS.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 443)).collect()
    }

    #[test]
    fn one_private_address_among_public_ones_is_enough_to_refuse() {
        assert!(check(&addresses(&["1.1.1.1", "10.0.0.1"]), false).is_err());
        assert!(check(&addresses(&["2606:4700::1111", "::1"]), false).is_err());
        assert_eq!(check(&addresses(&["1.1.1.1", "2606:4700::1111"]), false), Ok(()));
        assert_eq!(check(&addresses(&["10.0.0.1", "::1"]), true), Ok(()));
    }

    #[test]
    fn a_passed_deadline_leaves_no_step() {
        assert_eq!(step(Instant::now()), None);
        assert_eq!(step(Instant::now() + Duration::from_secs(60)), Some(STEP));
    }
}
