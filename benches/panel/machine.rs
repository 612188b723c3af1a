//! What the machine itself gives, so that figures can be read as shares of it: the disk's own sync rate, a bare
//! Rocket, the size of the computer.

use super::load::micros;
use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Appends of 4 KiB, each followed by `fdatasync`, per second: what a program that syncs once per order, and does
/// nothing else, could reach in this folder.
pub fn syncs_per_second(folder: &Path, span: Duration) -> u64 {
    let path = folder.join("sync-probe");
    let mut file = File::create(&path).expect("the folder is writable");
    let started = Instant::now();
    let mut syncs: u64 = 0;
    while started.elapsed() < span {
        file.write_all(&[0x5a; 4096]).expect("the disk has room");
        file.sync_data().expect("the disk syncs");
        syncs += 1;
    }
    let elapsed = started.elapsed();
    drop(file);
    fs::remove_file(&path).expect("the probe's own file");
    syncs.saturating_mul(1_000_000) / micros(elapsed).max(1)
}

/// The argument by which this program is started again as the bare Rocket.
pub const HELLO: &str = "--hello";

#[rocket::get("/hello")]
fn hello() -> &'static str {
    "hello"
}

/// One route and nothing else, without Rocket's own log.
pub fn serve_hello(port: u16) {
    let config = rocket::Config {
        port,
        log_level: rocket::config::LogLevel::Off,
        ..rocket::Config::release_default()
    };
    rocket::execute(rocket::custom(config).mount("/", rocket::routes![hello]).launch())
        .expect("a bare Rocket launches");
}

/// Another process, ended when dropped.
pub struct Server {
    pub address: SocketAddr,
    process: Child,
}

impl Server {
    /// The command is told its port in `ROCKET_PORT`; returns when it accepts connections.
    pub fn start(command: &mut Command, port: u16) -> Self {
        let process = command
            .env("ROCKET_PORT", port.to_string())
            .stdin(Stdio::null())
            .spawn()
            .expect("the program can be started");
        let mut server = Server { address: SocketAddr::from(([127, 0, 0, 1], port)), process };
        while std::net::TcpStream::connect(server.address).is_err() {
            let ended = server.process.try_wait().expect("the process can be asked");
            assert!(ended.is_none(), "the server ended before it answered: {ended:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
        server
    }

    pub fn hello() -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let port = free_port();
        Server::start(Command::new(program).args([HELLO, &port.to_string()]), port)
    }

    /// Resident memory in KiB, now and at its highest.
    pub fn memory_kib(&self) -> (u64, u64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
        };
        (value("VmRSS:"), value("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port is free");
    listener.local_addr().expect("a bound listener").port()
}

/// Cores, processor and memory, in one line.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let memory =
        field("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0_u64) / 1_048_576;
    format!("{cores} cores ({}), {memory} GiB", field("/proc/cpuinfo", "model name"))
}
