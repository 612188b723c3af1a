//! A host that takes no more connections: the first packet of each is dropped, as by a firewall.

use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Its port is free again when dropped.
pub struct Full {
    pub address: SocketAddr,
    /// What fills the queue, before what it fills.
    _held: Vec<TcpStream>,
    _socket: Socket,
}

impl Full {
    pub fn start() -> Full {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        socket.listen(0).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
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
