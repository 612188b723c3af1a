//! `smm-panel health`: whether the panel that runs here can serve. For images that hold nothing to ask with.

use super::{Outcome, say};
use crate::config;
use crate::outbound::Call;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

/// The panel itself answers within two seconds.
const TIMEOUT: Duration = Duration::from_secs(4);

pub(super) fn run() -> Outcome {
    let address = config::listening()?;
    let ip = address.ip();
    let host = if ip.is_unspecified() {
        Ipv4Addr::LOCALHOST.to_string()
    } else if ip.is_ipv4() {
        ip.to_string()
    } else {
        // Of IPv6 the loopback alone can be asked, by its name.
        "localhost".to_owned()
    };
    let url = format!("http://{host}:{}/health/ready", address.port());
    let answer = Call::get(url).timeout(TIMEOUT).allow_private(true).send();
    let answer = answer.map_err(|failure| format!("the panel does not answer: {}", failure.cause()))?;
    say(format_args!("{}", String::from_utf8_lossy(&answer.body)));
    Ok(if answer.status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
