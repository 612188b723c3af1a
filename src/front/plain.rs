//! What is answered without TLS where the panel speaks HTTPS: challenges of the authority that gives the certificate;
//! everything else is sent on.

use super::certificate::Certificates;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use hyper::{Request, Response, StatusCode};
use std::sync::Arc;

const CHALLENGES: &str = "/.well-known/acme-challenge/";
/// Sending on would end in a handshake that fails.
const NO_CERTIFICATE: &str = "The shop is getting its certificate. Please come back in a minute.\n\
    Cửa hàng đang xin chứng chỉ HTTPS. Vui lòng quay lại sau một phút.\n";

pub(super) struct Plain {
    /// Without a slash at the end.
    pub(super) origin: String,
    pub(super) certificates: Arc<Certificates>,
}

impl Plain {
    pub(super) fn answer(&self, request: &Request<Incoming>) -> hyper::http::Result<Response<String>> {
        let token = request.uri().path().strip_prefix(CHALLENGES);
        if let Some(answer) = token.and_then(|token| self.certificates.challenge_answer(token)) {
            return Response::builder().header(CONTENT_TYPE, "application/octet-stream").body(answer);
        }
        if self.certificates.present().is_none() {
            return Response::builder()
                .status(StatusCode::SERVICE_UNAVAILABLE)
                .header(CONTENT_TYPE, "text/plain; charset=utf-8")
                .header(CACHE_CONTROL, "no-store")
                .header(RETRY_AFTER, 30)
                .body(NO_CERTIFICATE.to_owned());
        }
        self.send_on(request)
    }

    /// To the same place at the panel's own address. `Host` is not looked at: whatever it says, it sends nobody
    /// elsewhere.
    fn send_on(&self, request: &Request<Incoming>) -> hyper::http::Result<Response<String>> {
        let place = request.uri().path_and_query().map_or("/", |place| place.as_str());
        let place = if place.starts_with('/') { place } else { "/" };
        Response::builder()
            .status(StatusCode::PERMANENT_REDIRECT)
            .header(LOCATION, format!("{}{place}", self.origin))
            .body(String::new())
    }
}
