//! Where connections come in: plain, with TLS, or only to be sent on to the https address.

use super::NotServed;
use super::certificate::Certificates;
use super::http2;
use super::plain::Plain;
use rustix::net::sockopt::set_ipv6_v6only;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;

/// Connections that the system keeps for the panel until it takes them.
const BACKLOG: u32 = 1024;
/// What the system keeps of an answer on its way to one client (it doubles the figure). Bounded, so that many who do
/// not read cost little, and so that a slow reader is seen to read.
const SEND_BUFFER: u32 = 128 * 1024;

/// HTTPS by the panel itself.
pub struct Secure {
    pub address: SocketAddr,
    /// Where plain requests are sent on.
    pub plain_address: SocketAddr,
    /// The panel's address from outside, without a slash at the end. Nobody is sent anywhere else, whatever a request
    /// says.
    pub origin: String,
    pub certificates: Arc<Certificates>,
}

/// What a connection meets.
#[derive(Clone)]
pub(super) enum Door {
    Plain,
    Tls(TlsAcceptor),
    SendOn(Arc<Plain>),
}

/// A place that is listened on.
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    pub(super) listener: TcpListener,
    pub(super) door: Door,
}

/// Which setting says where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Rocket,
    Https,
    Http,
}

/// Takes all places, or none.
pub(super) fn open(
    plain: SocketAddr,
    secure: Option<Secure>,
    keeps_alive: bool,
) -> Result<Vec<Listening>, NotServed> {
    let mut open = vec![take(Place::Rocket, plain, Door::Plain)?];
    if let Some(Secure { address, plain_address, origin, certificates }) = secure {
        let acceptor = acceptor(Arc::clone(&certificates), keeps_alive)?;
        open.push(take(Place::Https, address, Door::Tls(acceptor))?);
        let plain = Arc::new(Plain { origin, certificates });
        open.push(take(Place::Http, plain_address, Door::SendOn(plain))?);
    }
    Ok(open)
}

/// HTTP/2 is for connections that are kept.
fn acceptor(certificates: Arc<Certificates>, keeps_alive: bool) -> Result<TlsAcceptor, NotServed> {
    let versions = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(NotServed::Tls)?;
    let mut config = versions.with_no_client_auth().with_cert_resolver(certificates);
    let spoken = [http2::ALPN, b"http/1.1"];
    config.alpn_protocols = spoken.iter().skip(usize::from(!keeps_alive)).map(|name| name.to_vec()).collect();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn take(place: Place, wanted: SocketAddr, door: Door) -> Result<Listening, NotServed> {
    let bound = listen(wanted).and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = bound.map_err(|cause| NotServed::Bind(place, wanted, cause))?;
    Ok(Listening { address, listener, door })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let any_v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
    if !address.is_ipv6() {
        return bind(TcpSocket::new_v4()?, address);
    }
    // A machine without IPv6 has only the other half of `[::]`.
    let is_any = address.ip().is_unspecified();
    match TcpSocket::new_v6() {
        Ok(socket) => {
            set_ipv6_v6only(&socket, false)?;
            match bind(socket, address) {
                Err(cause) if is_any && cause.kind() == io::ErrorKind::AddrNotAvailable => {
                    bind(TcpSocket::new_v4()?, any_v4)
                }
                bound => bound,
            }
        }
        Err(_) if is_any => bind(TcpSocket::new_v4()?, any_v4),
        Err(cause) => Err(cause),
    }
}

fn bind(socket: TcpSocket, address: SocketAddr) -> io::Result<TcpListener> {
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
