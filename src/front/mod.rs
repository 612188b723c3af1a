//! The front: connections, their deadlines and their bounds, before Rocket sees a request.
//!
//! Rocket's own listener knows no deadline for heads, idle connections and answers that nobody reads, and drops headers
//! that are not UTF-8. So the panel listens by itself, with hyper and rustls, and hands each request to Rocket within
//! the process (`handover`). It knows nothing of what the panel does, and nothing of where certificates come from.

mod body;
mod certificate;
mod connection;
mod doors;
mod half_open;
mod handover;
mod http2;
mod limits;
mod places;
mod plain;
mod pulse;
mod watched;

pub use body::{Arriving, RequestBody};
pub use certificate::{Certificate, Certificates, Challenge, Unusable};
pub use doors::{Place, Secure};
pub use handover::has_clear_head;
pub use limits::Limits;
pub use places::Connections;

use connection::Served;
use doors::{Door, Listening};
use places::Places;
use pulse::Pulse;
use rocket::local::asynchronous::Client;
use rocket::{Build, Rocket, Shutdown};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use watched::Watched;

/// After the system could give no connection, most likely for want of open files.
const PAUSE: Duration = Duration::from_millis(100);
/// For telling a client that there is no room.
const REFUSAL: Duration = Duration::from_secs(1);
const OVERLOADED: &str =
    r#"{"type":"about:blank","title":"Too many connections","status":503,"code":"overloaded"}"#;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    #[error("{1}")]
    Bind(Place, SocketAddr, #[source] io::Error),
    #[error("the server did not start: {0}")]
    Rocket(String),
    #[error("TLS: {0}")]
    Tls(#[source] rustls::Error),
}

/// A panel that listens and has not answered yet.
pub struct Front {
    pub limits: Limits,
    doors: Vec<Listening>,
    client: Client,
}

impl Front {
    /// Takes the address of Rocket's configuration, and those of HTTPS.
    pub async fn bind(rocket: Rocket<Build>, secure: Option<Secure>) -> Result<Front, NotServed> {
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
        let limits = Limits::of(config);
        let doors = doors::open(SocketAddr::new(config.address, config.port), secure, limits.keeps_alive)?;
        Ok(Front { limits, doors, client })
    }

    /// Where it listens: first plain, then, with HTTPS, with TLS and where it sends on.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.doors.iter().map(|door| door.address)
    }

    /// Ends the serving, and every event stream with it.
    pub fn shutdown(&self) -> Shutdown {
        self.client.rocket().shutdown()
    }

    /// Until the shutdown, and then until running requests have ended or their grace is over.
    pub async fn serve(self) {
        let Front { limits, doors, client } = self;
        let connections = client.rocket().state::<Connections>().cloned().unwrap_or_default();
        let _pulse = Pulse::start().inspect_err(|cause| tracing::error!(%cause, "no thread for the pulse"));
        let served = Arc::new(Served { client, limits, places: Places::new(limits, &connections) });
        let mut open = JoinSet::new();
        for door in doors {
            open.spawn(serve_door(Arc::clone(&served), door));
        }
        open.join_all().await;
    }
}

async fn serve_door(served: Arc<Served>, Listening { listener, door, .. }: Listening) {
    let mut shutdown = served.client.rocket().shutdown();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => accept(&served, &mut connections, &door, stream, from),
                Err(cause) => {
                    tracing::warn!(%cause, "a connection could not be taken");
                    sleep(PAUSE).await;
                }
            }
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(served.limits.grace, all_ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections were cut at the end");
    }
    connections.shutdown().await;
}

fn accept(
    served: &Arc<Served>,
    connections: &mut JoinSet<()>,
    door: &Door,
    stream: TcpStream,
    from: SocketAddr,
) {
    // A listener for both families shows IPv4 clients under IPv6 addresses.
    let from = SocketAddr::new(from.ip().to_canonical(), from.port());
    match served.places.take(from.ip()) {
        Some(place) => {
            // An answer is written in whole pieces; waiting for more would only delay it.
            let _ = stream.set_nodelay(true);
            let give_up = |stream: &TcpStream| {
                let _ = stream.set_zero_linger();
            };
            let congestion = Arc::clone(&place.congestion);
            let stream = Watched::new(stream, served.limits.write, congestion, give_up);
            connections.spawn(connection::serve(Arc::clone(served), door.clone(), stream, from, place));
        }
        // Before a handshake there is no way to say so.
        None if matches!(door, Door::Tls(_)) => {}
        None => {
            connections.spawn(refuse(stream));
        }
    }
}

async fn refuse(mut stream: TcpStream) {
    let mut id = [0; 8];
    // Without randomness the ids may repeat; they are names, not secrets.
    let _ = aws_lc_rs::rand::fill(&mut id);
    let request_id = hex::encode(id);
    tracing::info!(request_id, status = 503, "a connection was refused");
    // Best effort: it is closed either way.
    let _ = timeout(REFUSAL, stream.write_all(overloaded(&request_id).as_bytes())).await;
}

fn overloaded(request_id: &str) -> String {
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n\
         X-Request-Id: {request_id}\r\nRetry-After: 5\r\nConnection: close\r\n\r\n{OVERLOADED}",
        OVERLOADED.len()
    )
}
