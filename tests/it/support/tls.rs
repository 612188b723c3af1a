//! A certificate authority of our own, and servers that speak TLS well or badly. Only inside `process::alone`.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::http::{Recorded, read_request};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, IsCa, KeyPair,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

pub type ServerStream = StreamOwned<ServerConnection, TcpStream>;

impl Authority {
    fn new() -> Self {
        smm_panel::outbound::init();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// One that this process trusts, if nothing has used TLS in it yet.
    pub fn trusted() -> Self {
        let authority = Self::new();
        fs::write(env::var_os("SSL_CERT_FILE").unwrap(), authority.0.pem()).unwrap();
        authority
    }

    pub fn foreign() -> Self {
        Self::new()
    }

    /// A server's side for `name`.
    pub fn server(&self, name: &str) -> Arc<ServerConfig> {
        let (chain, key) = self.issue(name);
        Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap())
    }

    /// The same, but it wants a certificate of the client, which no client of ours has.
    pub fn strict_server(&self, name: &str) -> Arc<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
        let (chain, key) = self.issue(name);
        let config = ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key);
        Arc::new(config.unwrap())
    }

    /// A client's side that trusts this authority alone.
    pub fn client(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
    }

    /// A certificate with its key, as PEM.
    pub fn pem(&self, change: impl FnOnce(&mut CertificateParams)) -> [String; 2] {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        change(&mut params);
        [params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem()]
    }

    /// A certificate for whoever asks for one, as PEM.
    pub fn sign(&self, request: &[u8], change: impl FnOnce(&mut CertificateParams)) -> String {
        let mut request = CertificateSigningRequestParams::from_der(&request.into()).unwrap();
        change(&mut request.params);
        request.signed_by(&self.0).unwrap().pem()
    }

    fn issue(&self, name: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }
}

/// A TLS server in front of a plain one on `port`. Until it is told to speak it takes connections and says nothing,
/// not even in the handshake.
pub struct Front {
    pub port: u16,
    pub taken: Arc<AtomicUsize>,
    pub speaks: Arc<AtomicBool>,
}

impl Front {
    pub fn of(port: u16, config: Arc<ServerConfig>) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let front = Front {
            port: listener.local_addr().unwrap().port(),
            taken: Arc::default(),
            speaks: Arc::default(),
        };
        let (taken, speaks) = (Arc::clone(&front.taken), Arc::clone(&front.speaks));
        thread::spawn(move || {
            let mut silent = Vec::new();
            for connection in listener.incoming().map_while(Result::ok) {
                taken.fetch_add(1, Ordering::SeqCst);
                if speaks.load(Ordering::SeqCst) {
                    let mut stream = accept_tls(Arc::clone(&config), connection);
                    thread::spawn(move || forward(&mut stream, port));
                } else {
                    silent.push(connection);
                }
            }
        });
        front
    }
}

fn forward(stream: &mut ServerStream, port: u16) {
    let Ok(request) = read_request(stream) else { return };
    let mut plain = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let (Recorded { method, path, headers, .. }, length) = (&request, request.body.len());
    let kind = headers.get("content-type").map_or("", String::as_str);
    let head =
        format!("{method} {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    plain.write_all(head.as_bytes()).unwrap();
    plain.write_all(&request.body).unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).unwrap();
    // The client may have gone away.
    let _ = stream.write_all(&answer);
}

/// Serves one connection with `serve` and gives its port and what `serve` returned.
pub fn serve_once<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (u16, Receiver<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (done, result) = channel();
    thread::spawn(move || {
        let (connection, _) = listener.accept().unwrap();
        let _ = done.send(serve(connection));
    });
    (port, result)
}

pub fn accept_tls(config: Arc<ServerConfig>, connection: TcpStream) -> ServerStream {
    StreamOwned::new(ServerConnection::new(config).unwrap(), connection)
}

/// Tries to read application data; what came before the connection ended.
pub fn read_what_comes(stream: &mut ServerStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    bytes
}

/// Sends `bytes` in one TLS record, whose own bytes go out one by one with pauses, until the client goes away.
pub fn drip_in_one_record(stream: &mut ServerStream, bytes: &[u8], pause: std::time::Duration) {
    let mut wire = Vec::new();
    stream.conn.writer().write_all(bytes).unwrap();
    while stream.conn.wants_write() {
        stream.conn.write_tls(&mut wire).unwrap();
    }
    for byte in wire {
        thread::sleep(pause);
        if stream.sock.write_all(&[byte]).is_err() {
            return;
        }
    }
}
