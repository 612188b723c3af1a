//! The front: connections, their deadlines and their bounds, before Rocket sees a request.
//!
//! Rocket's own listener knows no deadline for heads, idle connections and answers that nobody reads, and drops headers
//! that are not UTF-8. So the panel listens by itself, with hyper, and hands each request to Rocket within the process
//! (`handover`). It knows nothing of what the panel does.
//!
//! Everything from `connection::serve` on works over any stream of bytes: TLS belongs between it and the watched
//! socket.

mod body;
mod connection;
mod handover;
mod limits;
mod places;
mod watched;

pub use body::{Arriving, RequestBody};
pub use limits::Limits;

use connection::Served;
use places::Places;
use rocket::local::asynchronous::Client;
use rocket::{Build, Rocket, Shutdown};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use watched::Watched;

/// Connections that the system keeps for the panel until it takes them.
const BACKLOG: u32 = 1024;
/// What the system keeps of an answer on its way to one client (it doubles the figure). Bounded, so that many who do
/// not read cost little, and so that a slow reader is seen to read.
const SEND_BUFFER: u32 = 128 * 1024;
/// After the system could give no connection, most likely for want of open files.
const PAUSE: Duration = Duration::from_millis(100);
/// For telling a client that there is no room.
const REFUSAL: Duration = Duration::from_secs(1);
const OVERLOADED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n\
    Content-Length: 86\r\nRetry-After: 5\r\nConnection: close\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Too many connections\",\"status\":503,\"code\":\"overloaded\"}";

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    #[error("{1}")]
    Bind(SocketAddr, #[source] io::Error),
    #[error("the server did not start: {0}")]
    Rocket(String),
}

/// A panel that listens and has not answered yet.
pub struct Front {
    /// Where it listens.
    pub address: SocketAddr,
    pub limits: Limits,
    listener: TcpListener,
    client: Client,
}

impl Front {
    /// Takes the address of Rocket's configuration.
    pub async fn bind(rocket: Rocket<Build>) -> Result<Front, NotServed> {
        let client = match Client::untracked(rocket).await {
            Ok(client) => client,
            Err(cause) => {
                let why = cause.kind().to_string();
                // Rocket panics when an error it handed out is dropped unread.
                cause.pretty_print();
                return Err(NotServed::Rocket(why));
            }
        };
        let config = client.rocket().config();
        let wanted = SocketAddr::new(config.address, config.port);
        let limits = Limits::of(config);
        let bound = listen(wanted).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.map_err(|cause| NotServed::Bind(wanted, cause))?;
        Ok(Front { address, limits, listener, client })
    }

    /// Ends the serving, and every event stream with it.
    pub fn shutdown(&self) -> Shutdown {
        self.client.rocket().shutdown()
    }

    /// Until the shutdown, and then until running requests have ended or their grace is over.
    pub async fn serve(self) {
        let Front { limits, listener, client, .. } = self;
        let mut shutdown = client.rocket().shutdown();
        let served = Arc::new(Served { client, limits, places: Places::new(limits) });
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => accept(&served, &mut connections, stream, from),
                    Err(cause) => {
                        tracing::warn!(%cause, "a connection could not be taken");
                        sleep(PAUSE).await;
                    }
                }
            }
        }
        drop(listener);
        let all_ended = async { while connections.join_next().await.is_some() {} };
        if timeout(limits.grace, all_ended).await.is_err() {
            tracing::warn!(connections = connections.len(), "connections were cut at the end");
        }
        connections.shutdown().await;
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv6() { TcpSocket::new_v6()? } else { TcpSocket::new_v4()? };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn accept(served: &Arc<Served>, connections: &mut JoinSet<()>, stream: TcpStream, from: SocketAddr) {
    match served.places.take(from.ip()) {
        Some(place) => {
            // An answer is written in whole pieces; waiting for more would only delay it.
            let _ = stream.set_nodelay(true);
            let give_up = |stream: &TcpStream| {
                let _ = stream.set_zero_linger();
            };
            let stream = Watched::new(stream, served.limits.write, give_up);
            connections.spawn(connection::serve(Arc::clone(served), stream, from, place));
        }
        None => {
            connections.spawn(refuse(stream));
        }
    }
}

async fn refuse(mut stream: TcpStream) {
    // Best effort: it is closed either way.
    let _ = timeout(REFUSAL, stream.write_all(OVERLOADED)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_says_how_long_it_is() {
        let text = std::str::from_utf8(OVERLOADED).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
