//! Ports that are kept for somebody, and providers that nobody reaches.

use super::fake_provider::FakeProvider;
use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A port where nobody listens, and which nobody else on this busy machine can be given meanwhile.
pub struct Closed {
    address: SocketAddr,
    socket: Socket,
}

impl Closed {
    pub fn start() -> Closed {
        let (socket, address) = bound();
        Closed { address, socket }
    }

    pub fn url(&self) -> String {
        format!("http://{}/api/v2", self.address)
    }

    /// From now on a provider listens there.
    pub fn open(self) -> FakeProvider {
        self.socket.listen(128).unwrap();
        FakeProvider::start_with(self.socket.into())
    }
}

/// A port for a process that comes and goes; nobody else on this busy machine is given it.
pub struct OwnPort {
    address: SocketAddr,
    _socket: Socket,
}

impl OwnPort {
    pub fn new() -> OwnPort {
        let (socket, address) = bound();
        OwnPort { address, _socket: socket }
    }

    pub fn number(&self) -> u16 {
        self.address.port()
    }
}

fn bound() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    // So that a process with the same option may listen there.
    socket.set_reuse_address(true).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address)
}

/// A host that takes no more connections: the first packet of each is dropped, as by a firewall. Its port is free again
/// when dropped.
pub struct Full {
    pub address: SocketAddr,
    /// What fills the queue, before what it fills.
    _held: Vec<TcpStream>,
    _socket: Socket,
}

impl Full {
    pub fn start() -> Full {
        let (socket, address) = bound();
        socket.listen(0).unwrap();
        let mut held = Vec::new();
        while let Ok(connection) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            held.push(connection);
            assert!(held.len() < 64, "the backlog does not fill");
        }
        Full { address, _held: held, _socket: socket }
    }

    pub fn url(&self) -> String {
        format!("http://{}/api/v2", self.address)
    }
}
