//! Request bodies: read with a limit and a deadline, then as strictly as the contract says.

use super::budget::{self, Share};
use super::error::{ApiError, ApiResult, outcome};
use crate::front::RequestBody;
use crate::kernel::error::{Code, Rule};
use crate::kernel::foreign;
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::ContentType;
use rocket::request::Request;
use rocket::tokio::io::{AsyncRead, AsyncReadExt};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::ops::Deref;

pub const MAX_BYTES: usize = 1024 * 1024;
/// Of a notice of a transfer that is not proven before it is read: far more than one takes.
pub const UNPROVEN_BYTES: usize = 64 * 1024;
/// Room that most bodies never outgrow.
const USUAL_BYTES: usize = 512;

/// A JSON object that was read as `T`, field by field.
pub struct Body<T>(pub T);

/// JSON, or nothing, as it came; `read` makes it a `T`.
pub struct RawBody(Received);

/// What has arrived, held against its sender's share.
pub struct Received {
    bytes: Vec<u8>,
    _share: Option<Share>,
}

impl Deref for Received {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl RawBody {
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Refuses what is no JSON; whether it is a good object is left to `read`.
    fn of(bytes: Received) -> ApiResult<Self> {
        let syntax =
            std::str::from_utf8(&bytes).map_err(|_| "the body is not UTF-8".to_owned()).and_then(|text| {
                serde_json::from_str::<IgnoredAny>(text).map_err(|cause| cause.to_string())?;
                // Strings that nobody reads are not looked into, and others later, field by field.
                if foreign::has_half_character(text) {
                    return Err("half a character".to_owned());
                }
                if foreign::is_too_deep(text) { Err("nested too deep".to_owned()) } else { Ok(()) }
            });
        let body = RawBody(bytes);
        match syntax {
            Err(cause) if !body.is_blank() => {
                Err(ApiError::malformed(format!("the body is not JSON: {cause}")))
            }
            _ => Ok(body),
        }
    }

    fn is_blank(&self) -> bool {
        self.0.iter().all(u8::is_ascii_whitespace)
    }

    /// As an object of the type's fields and no others. An empty body counts as `{}` where that is enough.
    pub fn read<T: DeserializeOwned>(&self) -> ApiResult<T> {
        if self.is_blank() {
            return serde_json::from_str("{}").map_err(|_| ApiError::malformed("the body is empty"));
        }
        if self.0.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(ApiError::field("body", Rule::Object));
        }
        super::json::read(&self.0).map_err(|(field, rule)| ApiError::field(field, rule))
    }
}

/// All bytes of the body, or why not. What is read counts against the caller's share while it is in memory.
pub async fn bytes(request: &Request<'_>, data: Data<'_>, max: usize) -> ApiResult<Received> {
    let share = budget::share(request)?;
    let Some(body) = RequestBody::take(request) else {
        // From within the process, where it is in memory already.
        return read_to_end(data.open(max.saturating_add(1).bytes()), max, share).await;
    };
    match tokio::time::timeout(body.deadline, read_to_end(body, max, share)).await {
        Err(_) => Err(ApiError::malformed("the body did not arrive in time")),
        Ok(received) => received,
    }
}

async fn read_to_end(stream: impl AsyncRead + Unpin, max: usize, mut share: Share) -> ApiResult<Received> {
    let one_too_many = max.saturating_add(1);
    let mut stream = stream.take(u64::try_from(one_too_many).unwrap_or(u64::MAX));
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    loop {
        let room = bytes.capacity();
        if bytes.len() == room {
            // Never more than is paid for: `Vec` alone would round up.
            let more = room.min(one_too_many.saturating_sub(room)).max(1);
            share.grow_to(room.saturating_add(more))?;
            bytes.reserve_exact(more);
        }
        match stream.read_buf(&mut bytes).await {
            Err(_) => return Err(ApiError::malformed("the body was cut off")),
            Ok(0) => return Ok(Received { bytes, _share: Some(share) }),
            Ok(_) if bytes.len() > max => return Err(too_large(max)),
            Ok(_) => {}
        }
    }
}

fn too_large(max: usize) -> ApiError {
    let detail = format!("a body has at most {} KiB here", max / 1024);
    ApiError::new(Code::PayloadTooLarge, detail)
}

fn require_json_type(request: &Request<'_>) -> ApiResult<()> {
    let sent = request.headers().get_one("Content-Type").filter(|value| !value.trim().is_empty());
    let json = |kind: &ContentType| {
        kind.top() == "application" && (kind.sub() == "json" || kind.sub().as_str().ends_with("+json"))
    };
    match sent {
        None => Ok(()),
        Some(_) if request.content_type().is_some_and(json) => Ok(()),
        Some(_) => Err(ApiError::new(Code::UnsupportedMediaType, "send application/json")),
    }
}

async fn json_bytes(request: &Request<'_>, data: Data<'_>) -> ApiResult<RawBody> {
    require_json_type(request)?;
    RawBody::of(bytes(request, data, MAX_BYTES).await?)
}

#[rocket::async_trait]
impl<'r> FromData<'r> for RawBody {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        outcome(request, json_bytes(request, data).await)
    }
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Body<T> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let body = json_bytes(request, data).await.and_then(|raw| raw.read());
        outcome(request, body.map(Body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Order {
        quantity: i64,
        link: Option<String>,
        bank: Option<Bank>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Bank {
        bin: String,
    }

    fn read<T: DeserializeOwned>(body: &[u8]) -> ApiResult<T> {
        RawBody::of(Received { bytes: body.to_vec(), _share: None }).and_then(|body| body.read())
    }

    fn refused(body: &str) -> (u16, Vec<String>) {
        let refusal = read::<Order>(body.as_bytes()).unwrap_err();
        (refusal.status().code, refusal.field_names())
    }

    #[test]
    fn the_field_at_fault_is_named() {
        for (body, field) in [
            (r#"{"quantity":1,"price":2}"#, "price"),
            (r#"{"link":"x"}"#, "quantity"),
            (r#"{"quantity":1,"quantity":2}"#, "quantity"),
            (r#"{"quantity":"10"}"#, "quantity"),
            (r#"{"quantity":10.0}"#, "quantity"),
            (r#"{"quantity":1e3}"#, "quantity"),
            (r#"{"quantity":99999999999999999999}"#, "quantity"),
            (r#"{"quantity":null}"#, "quantity"),
            (r#"{"quantity":1,"link":7}"#, "link"),
            (r#"{"quantity":1,"bank":{"bin":1}}"#, "bank.bin"),
            (r#"{"quantity":1,"bank":{"bin":"1","x":1}}"#, "bank.x"),
            (r#"{"quantity":1,"bank":{}}"#, "bank.bin"),
            ("[1]", "body"),
            ("7", "body"),
            ("null", "body"),
        ] {
            assert_eq!(refused(body), (422, vec![field.to_owned()]), "{body}");
        }
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for body in [
            "",
            "  ",
            "{",
            "{\"quantity\":1}x",
            "quantity=1",
            "{\"price\":1,}",
            "\u{feff}{}",
            r#"{"link":"\ud83d"}"#,
            r#"{"\udead":1}"#,
        ] {
            assert_eq!(refused(body).0, 400, "{body:?}");
        }
        assert_eq!(read::<Order>(b"{\"\xff\":1}").unwrap_err().status().code, 400);
    }

    #[test]
    fn an_empty_body_is_enough_where_all_is_optional() {
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(deny_unknown_fields)]
        struct Logout {
            everywhere: Option<bool>,
        }
        assert_eq!(read::<Logout>(b"").unwrap(), Logout { everywhere: None });
    }
}
