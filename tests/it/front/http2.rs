//! HTTP/2: what is answered, and what a client can hold.

use super::https::{Shop, Tls, over};
use super::protocol::{Counts, small};
use super::{LONG, Line};
use crate::support::operated::eventually;
use crate::support::shop::wish;
use crate::support::tcp::{Served, serve_both};
use crate::support::wire::Answer;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use rocket::http::Method;
use rustls::ClientConfig;
use serde_json::{Value, json};
use smm_panel::app::secure;
use smm_panel::front::Limits;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::runtime::{self, Runtime};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

type Bytes = hyper::body::Bytes;
type Request = hyper::Request<()>;

const SHORT: Duration = Duration::from_millis(300);

/// One connection.
struct Client {
    asks: SendRequest<Bytes>,
    end: JoinHandle<Result<(), h2::Error>>,
}

impl Client {
    async fn to(shop: &Shop, served: &Served) -> Client {
        Client::with(shop, served, |http| http).await
    }

    async fn with(shop: &Shop, served: &Served, change: impl FnOnce(&mut Builder) -> &mut Builder) -> Client {
        let stream = tokio::net::TcpStream::connect(served.https.unwrap().0).await.unwrap();
        let name = "localhost".try_into().unwrap();
        let stream = TlsConnector::from(config(shop)).connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut builder = Builder::new();
        change(&mut builder);
        let (asks, connection) = builder.handshake(stream).await.unwrap();
        Client { asks, end: tokio::spawn(connection) }
    }

    /// The answer to come, and where the body goes.
    async fn begin(&mut self, request: Request, has_body: bool) -> (ResponseFuture, SendStream<Bytes>) {
        let mut asks = self.asks.clone().ready().await.unwrap();
        asks.send_request(request, !has_body).unwrap()
    }

    async fn ask(&mut self, request: Request, body: &str) -> Answer {
        let (answer, mut stream) = self.begin(request, !body.is_empty()).await;
        if !body.is_empty() {
            stream.send_data(Bytes::copy_from_slice(body.as_bytes()), true).unwrap();
        }
        read(answer).await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask(request(Method::Get, path, &[]), "").await
    }

    /// Waits for its end; whether it was a cut, or what the panel said.
    async fn end(self) -> Result<(), Option<Reason>> {
        drop(self.asks);
        self.end.await.unwrap().map_err(|cause| cause.reason())
    }
}

/// Of a client that speaks both.
fn config(shop: &Shop) -> Arc<ClientConfig> {
    let mut config = (*shop.authority.client()).clone();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = hyper::Request::builder().version(hyper::Version::HTTP_2);
    request = request.method(method.as_str()).uri(format!("https://localhost{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

async fn read(answer: ResponseFuture) -> Answer {
    let (head, mut body) = answer.await.unwrap().into_parts();
    let text = |value: &hyper::header::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut body).await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    Answer::new(head.status.as_u16(), headers, bytes)
}

/// The next piece of a body, which may be followed by as much again.
async fn next(body: &mut RecvStream) -> Result<Option<Bytes>, h2::Error> {
    let piece = body.data().await.transpose()?;
    if let Some(piece) = &piece {
        body.flow_control().release_capacity(piece.len())?;
    }
    Ok(piece)
}

/// Runs a client.
fn speak<T>(work: impl Future<Output = T>) -> T {
    within(&runtime(), work)
}

fn within<T>(runtime: &Runtime, work: impl Future<Output = T>) -> T {
    runtime.block_on(async { timeout(LONG, work).await.expect("it goes on") })
}

fn runtime() -> Runtime {
    runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A small Rocket behind TLS, with its shop's certificate.
fn serve(shop: &Shop, counts: &Arc<Counts>, change: impl FnOnce(&mut Limits) + Send + 'static) -> Served {
    serve_both(small(counts), secure(&shop.app.app), change)
}

#[test]
fn a_customer_buys() {
    let shop = Shop::open();
    let lan = shop.app.member("lan").funded(100_000);
    let service = shop.app.service(|_| {});
    let served = shop.app.serve();
    speak(async {
        let mut client = Client::to(&shop, &served).await;
        let page = client.get("/").await;
        assert_eq!((page.status, page.header("Connection")), (200, None));
        assert!(page.header("Date").is_some_and(|date| date.ends_with(" GMT")));
        assert!(page.header("Strict-Transport-Security").is_some());
        let bytes = client.get("/openapi.json").await.body;
        assert!(bytes.len() > 400_000 && serde_json::from_slice::<Value>(&bytes).is_ok());
        let head = client.ask(request(Method::Head, "/openapi.json", &[]), "").await;
        assert_eq!(head.header("Content-Length"), Some(bytes.len().to_string().as_str()));
        let order = wish(service, 100).to_string();
        // A browser sends each cookie in a line of its own.
        let (theirs, ours) = ("theme=dark", format!("__Host-session={}", lan.token()));
        let buy = |origin| {
            request(Method::Post, "/api/orders", &[("cookie", theirs), ("cookie", &ours), ("origin", origin)])
        };
        client.ask(buy("https://evil.vn"), &order).await.refused(403, "forbidden");
        let placed = client.ask(buy("https://localhost"), &order).await.expect(201);
        assert_eq!(placed["charge"], 1200);
        let bearer = format!("Bearer {}", lan.token());
        let me = request(Method::Get, "/api/auth/me", &[("authorization", &bearer)]);
        assert_eq!(client.ask(me, "").await.expect(200)["balance"], 98_800);
    });
}

#[test]
fn one_connection_has_more_streams_of_events_than_a_browser_has_connections() {
    let shop = Shop::open();
    let lan = shop.app.member("lan");
    let bearer = format!("Bearer {}", lan.token());
    let served = shop.app.serve_within(|limits| (limits.head, limits.write) = (SHORT, SHORT));
    let runtime = runtime();
    let (mut client, mut streams) = within(&runtime, async {
        // It bears the heartbeats of a clock that stands still, one after the other.
        let mut client = Client::with(&shop, &served, |http| http.data_frame_budget(1 << 30)).await;
        let mut streams = Vec::new();
        for _ in 0..8 {
            let news = request(Method::Get, "/api/events", &[("authorization", &bearer)]);
            let answer = client.begin(news, false).await.0.await.unwrap();
            let mut body = answer.into_body();
            assert!(next(&mut body).await.unwrap().is_some());
            streams.push(body);
        }
        // None of them is idle.
        sleep(4 * SHORT).await;
        (client, streams)
    });
    shop.app.fund(lan.id, 7);
    within(&runtime, async {
        for stream in &mut streams {
            let mut heard = String::new();
            while !heard.contains("balance") {
                heard.push_str(&String::from_utf8_lossy(&next(stream).await.unwrap().unwrap()));
            }
        }
        assert_eq!(client.get("/health").await.status, 200);
        drop(streams);
        assert_eq!(client.end().await, Ok(()));
    });
}

#[test]
fn a_head_that_can_be_read_in_two_ways_or_is_too_large_is_refused() {
    let shop = Shop::open();
    let served = shop.app.serve();
    speak(async {
        let mut client = Client::to(&shop, &served).await;
        for (headers, status) in [
            (&[("host", "localhost")][..], 200),
            (&[("host", "evil.vn")], 400),
            (&[("host", "localhost"), ("host", "localhost")], 400),
        ] {
            let answer = client.ask(request(Method::Get, "/health", headers), "").await;
            assert_eq!(answer.status, status, "{headers:?}");
        }
        let long = "a".repeat(17_000);
        let answer = client.ask(request(Method::Get, "/health", &[("x", &long)]), "").await;
        assert_eq!(answer.status, 431);
        // Requests go on; such a head is no fault of the connection.
        assert_eq!(client.get("/health").await.status, 200);
    });
}

#[test]
fn a_body_that_stops_is_refused_alone() {
    let shop = Shop::open();
    let served = shop.app.serve_within(|limits| limits.body = SHORT);
    speak(async {
        let mut client = Client::to(&shop, &served).await;
        let login = request(Method::Post, "/api/auth/login", &[("content-length", "100")]);
        let (answer, mut body) = client.begin(login, true).await;
        body.send_data(Bytes::from_static(b"{"), false).unwrap();
        let problem = read(answer).await.refused(400, "malformed_request");
        assert_eq!(problem["detail"], "the body did not arrive in time");
        assert_eq!(client.get("/health").await.status, 200);
    });
}

#[test]
fn who_takes_nothing_of_an_answer_loses_it_and_the_other_answers_go_on() {
    let shop = Shop::open();
    let counts: Arc<Counts> = Arc::default();
    let served = serve(&shop, &counts, |limits| limits.write = SHORT);
    speak(async {
        let mut client = Client::with(&shop, &served, |http| http.initial_window_size(1)).await;
        let mut bodies = Vec::new();
        for _ in 0..2 {
            let (answer, _) = client.begin(request(Method::Get, "/endless", &[]), false).await;
            bodies.push(answer.await.unwrap().into_body());
        }
        let (began, [unread, slow]) = (Instant::now(), bodies.as_mut_slice()) else {
            panic!("there are two")
        };
        // A byte now and then is not enough.
        let cut = loop {
            match next(slow).await {
                Ok(piece) => assert_eq!(piece.unwrap().len(), 1),
                Err(cause) => break cause,
            }
            sleep(SHORT / 10).await;
        };
        assert_eq!(cut.reason(), Some(Reason::CANCEL));
        unread.data().await.unwrap().unwrap();
        assert_eq!(unread.data().await.unwrap().unwrap_err().reason(), Some(Reason::CANCEL));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let head = client.ask(request(Method::Head, "/seen", &[]), "").await;
        assert_eq!(head.status, 200);
    });
    eventually("the streams are ended", || counts.ended.load(Ordering::SeqCst) == 2);
    let made = counts.made.load(Ordering::SeqCst);
    assert!((2..10).contains(&made), "{made} pieces of 10 kB were made for nobody");
}

#[test]
fn who_asks_nothing_is_told_to_go_and_ended() {
    let shop = Shop::open();
    let served = shop.app.serve_within(|limits| limits.head = SHORT);
    speak(async {
        let mut client = Client::to(&shop, &served).await;
        assert_eq!(client.get("/health").await.status, 200);
        // Somebody who still holds it would go on.
        let _asks = client.asks.clone();
        assert_eq!(client.end().await, Ok(()));
    });
}

#[test]
fn who_does_not_answer_a_ping_is_ended_whatever_is_open() {
    let shop = Shop::open();
    let counts: Arc<Counts> = Arc::default();
    let served = serve(&shop, &counts, |limits| limits.ping = SHORT);
    speak(async {
        let mut client = Client::to(&shop, &served).await;
        let answer = client.begin(request(Method::Get, "/quiet", &[]), false).await.0;
        let mut body = answer.await.unwrap().into_body();
        assert!(next(&mut body).await.unwrap().is_some());
        sleep(4 * SHORT).await;
        assert_eq!(counts.ended.load(Ordering::SeqCst), 0, "it has answered each");
        // While this waits, nobody reads for the client, and its connection is open.
        eventually("the stream is ended", || counts.ended.load(Ordering::SeqCst) == 1);
    });
}

#[test]
fn no_more_is_answered_at_once_than_a_connection_may_have() {
    let shop = Shop::open();
    let counts: Arc<Counts> = Arc::default();
    let served = serve(&shop, &counts, |_| {});
    speak(async {
        let mut client = Client::with(&shop, &served, |http| http.initial_max_send_streams(100)).await;
        let mut open = Vec::new();
        for _ in 0..40 {
            let (answer, _) = client.asks.send_request(request(Method::Get, "/quiet", &[]), true).unwrap();
            open.push(answer);
        }
        let (mut answered, mut refused) = (Vec::new(), 0);
        for answer in open {
            match timeout(SHORT, answer).await {
                Ok(Ok(answer)) => answered.push(answer),
                Ok(Err(cause)) => refused += usize::from(cause.reason() == Some(Reason::REFUSED_STREAM)),
                Err(_late) => {}
            }
        }
        assert_eq!(answered.len(), 32, "{refused} were refused");
        // Who has lost its connection knows nothing of its answers.
        drop(answered);
        assert_eq!(client.get("/seen").await.status, 200);
    });
}

#[test]
fn who_takes_its_requests_back_at_once_is_ended() {
    let shop = Shop::open();
    let served = shop.app.serve();
    let (mut line, mut sent) = (by_hand(&shop, &served), Vec::new());
    for id in (1..1000).step_by(2) {
        // GET, https, / and localhost: a whole request.
        sent.extend(frame(HEADERS, 5, id, b"\x82\x87\x84\x01\x09localhost"));
        sent.extend(frame(RST_STREAM, 0, id, &[0, 0, 0, 8]));
    }
    // It may be ended before all is sent.
    let _ = line.0.get_mut().write_all(&sent);
    let end = line.end();
    let calm = frame(GOAWAY, 0, 0, &[])[3..].to_vec();
    let told = end.windows(17).find(|bytes| bytes.starts_with(&calm)).expect("it is told why");
    // ENHANCE_YOUR_CALM
    assert_eq!(told[10..14], [0, 0, 0, 11], "{told:?}");
    speak(async {
        assert_eq!(Client::to(&shop, &served).await.get("/health").await.status, 200);
    });
}

/// A connection whose frames are written by hand.
fn by_hand(shop: &Shop, served: &Served) -> Line<Tls> {
    let mut line = over(TcpStream::connect(served.https.unwrap().0).unwrap(), &config(shop)).unwrap();
    line.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").send(frame(SETTINGS, 0, 0, &[]));
    line
}

/// The status of the next answer, of those that HPACK has a number for; 0 for another.
fn status(line: &mut Line<Tls>) -> u16 {
    loop {
        let mut head = [0; 9];
        line.0.read_exact(&mut head).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        line.0.read_exact(&mut payload).unwrap();
        if head[3] == HEADERS {
            let known = [(0x88, 200), (0x8c, 400), (0x8d, 404)];
            return known.into_iter().find(|(code, _)| *code == payload[0]).map_or(0, |(_, status)| status);
        }
    }
}

#[test]
fn who_names_no_host_is_refused() {
    let shop = Shop::open();
    let served = shop.app.serve();
    let mut line = by_hand(&shop, &served);
    for (id, host, expected) in
        [(1, &b"\x01\x09localhost"[..], 200), (3, b"\x0f\x17\x09localhost", 200), (5, b"", 400)]
    {
        // GET, https, /metrics.
        line.send(frame(HEADERS, 5, id, &[b"\x82\x87\x04\x08/metrics", host].concat()));
        assert_eq!(status(&mut line), expected, "{host:?}");
    }
}

#[test]
fn a_body_with_trailers_is_refused() {
    let shop = Shop::open();
    let served = shop.app.serve();
    let mut line = by_hand(&shop, &served);
    let account = json!({ "username": "lan", "email": "lan@example.vn", "password": "correct horse" });
    let made = || shop.app.number("SELECT count(*) FROM users WHERE username = 'lan'");
    let mut post = |id, trailers: Option<&[u8]>| {
        let head = b"\x83\x87\x04\x12/api/auth/register\x01\x09localhost";
        line.send(frame(HEADERS, 4, id, head));
        line.send(frame(DATA, u8::from(trailers.is_none()), id, account.to_string().as_bytes()));
        if let Some(trailers) = trailers {
            line.send(frame(HEADERS, 5, id, trailers));
        }
        status(&mut line)
    };
    // `:path`, `:method`, and something that a head may hold twice.
    for (id, trailers) in [(1, &b"\x04\x02/x"[..]), (3, b"\x82\x00\x01a\x01b"), (5, b"\x00\x01a\x01b")] {
        assert_eq!((post(id, Some(trailers)), made()), (400, 0), "{trailers:?}");
    }
    assert_eq!((post(7, None), made()), (0, 1));
}

#[test]
fn who_gives_room_byte_by_byte_is_sent_few_of_them() {
    let shop = Shop::open();
    let counts: Arc<Counts> = Arc::default();
    let served = serve(&shop, &counts, |_| {});
    speak(async {
        let mut client = Client::with(&shop, &served, |http| http.initial_window_size(1)).await;
        let (answer, _) = client.begin(request(Method::Get, "/endless", &[]), false).await;
        let mut body = answer.await.unwrap().into_body();
        let (began, mut bytes) = (Instant::now(), 0);
        while began.elapsed() < Duration::from_secs(1) {
            bytes += next(&mut body).await.unwrap().unwrap().len();
        }
        assert!((5..100).contains(&bytes), "{bytes} bytes, each sent by itself");
    });
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

#[test]
fn a_running_request_is_answered_before_the_end() {
    let shop = Shop::open();
    let lan = shop.app.member("lan");
    let bearer = format!("Bearer {}", lan.token());
    let served = shop.app.serve();
    let body = json!({ "amount": 50_000 }).to_string();
    speak(async {
        let mut client = Client::to(&shop, &served).await;
        let deposit = request(Method::Post, "/api/payment/deposit", &[("authorization", &bearer)]);
        let (answer, mut stream) = client.begin(deposit, true).await;
        assert_eq!(client.get("/health").await.status, 200);
        let ending = std::thread::spawn(move || drop(served));
        sleep(SHORT).await;
        stream.send_data(Bytes::from(body), true).unwrap();
        read(answer).await.expect(201);
        assert_eq!(client.end().await, Ok(()));
        ending.join().unwrap();
    });
    assert_eq!(shop.app.number("SELECT count(*) FROM deposits"), 1);
}
