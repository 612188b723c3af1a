//! One connection: requests one after the other, until either side ends it or a deadline does.

use super::handover;
use super::limits::{HEAD_BYTES, Limits};
use super::places::{Place, Places};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rocket::local::asynchronous::Client;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

/// What all connections share.
pub(super) struct Served {
    pub(super) client: Client,
    pub(super) limits: Limits,
    pub(super) places: Places,
}

/// While it lives, a request of the connection is being answered.
pub(super) struct Turn(Arc<Place>);

impl Turn {
    fn begin(place: &Arc<Place>) -> Self {
        place.works();
        Turn(Arc::clone(place))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.waits();
    }
}

/// Serves a stream until its end. What went wrong with it is its client's business, so it is not logged.
pub(super) async fn serve(
    served: Arc<Served>,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    from: SocketAddr,
    place: Place,
) {
    let Limits { head, keeps_alive, .. } = served.limits;
    let shutdown = served.client.rocket().shutdown();
    let place = Arc::new(place);
    let service =
        service_fn(|request| handover::hand_over(Arc::clone(&served), from, Turn::begin(&place), request));
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head).keep_alive(keeps_alive).max_buf_size(HEAD_BYTES);
    http.max_header_size(HEAD_BYTES);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        biased;
        () = shutdown => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
        () = place.gives_way.notified() => {}
        _ = connection.as_mut() => {}
    }
}
