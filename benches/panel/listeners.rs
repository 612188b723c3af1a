//! What a thousand idle listeners to `/api/events` cost: memory, and what they take from everybody else.

use super::load::{self, get};
use super::panel::{self, ADMIN, Caller};
use super::report::{Report, Target, hundredths, median};
use super::{CLIENTS, Plan};
use std::net::SocketAddr;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// As many as the panel keeps open for one.
const STREAMS_OF_A_USER: usize = 8;

pub async fn cost(plan: &Plan, folder: &Path, listeners: usize, report: &mut Report) {
    let panel = panel::start(folder, "listeners");
    let caller = Caller::to(&panel);
    let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
    let token: &'static str = caller.funded_customer(&admin, 0).await.leak();
    let ask = move |_: usize, _: u64| get("/api/auth/me", token);
    // Each turn listens as others: streams that were cut count as open until their next heartbeat.
    let users = listeners.div_ceil(STREAMS_OF_A_USER);
    let mut listening = Vec::new();
    for turn in 0..plan.turns {
        let mut tokens = Vec::new();
        for user in 1..=users {
            tokens.push(caller.funded_customer(&admin, turn * users + user).await);
        }
        listening.push(tokens);
    }
    let run = || load::run(panel.address, CLIENTS, plan.span, 200, ask);
    run().await;
    let (before, _) = panel.memory_kib();
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let mut grown = None;
    for listening in &listening {
        alone.push(run().await.per_second());
        let open = listen(panel.address, listening, listeners).await;
        // Of the first turn: later ones meet streams that were cut and not noticed yet.
        grown.get_or_insert(panel.memory_kib().0.saturating_sub(before));
        beside.push(run().await.per_second());
        drop(open);
    }
    let (alone, beside) = (median(alone), median(beside));
    let name = format!("{listeners} idle listeners");
    report.figure("GET /api/auth/me, without and with listeners", &format!("{alone}/s and {beside}/s"));
    report.ratio(&format!("… beside {name}, as a share"), hundredths(beside, alone), &Target::AtLeast(90));
    report.limited(
        &format!("resident memory that {name} add"),
        grown.unwrap_or(0) / 1024,
        "MiB",
        &Target::AtMost(64),
    );
}

/// Opens so many streams and reads each one's greeting.
async fn listen(address: SocketAddr, tokens: &[String], listeners: usize) -> Vec<TcpStream> {
    let mut open = Vec::with_capacity(listeners);
    let tokens = tokens.iter().flat_map(|token| std::iter::repeat_n(token, STREAMS_OF_A_USER));
    for token in tokens.take(listeners) {
        let mut stream = TcpStream::connect(address).await.expect("the server accepts connections");
        stream.write_all(&get("/api/events", token)).await.expect("the server reads");
        let mut head = [0; 512];
        let read = stream.read(&mut head).await.expect("the server answers");
        assert!(head[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head[..read]));
        open.push(stream);
    }
    open
}
