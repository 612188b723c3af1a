//! `Idempotency-Key`: the same request under the same key is carried out once and answered alike.

use super::body::RawBody;
use super::error::{ApiError, ApiResult, outcome};
use super::respond::Prepared;
use crate::db::Tx;
use crate::idempotency::{self, Key, StoredAnswer};
use crate::kernel::ids::UserId;
use crate::state::App;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The key of this request, if it has one, and what the request is.
pub struct Idempotent {
    key: Option<Key>,
    method_and_path: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Idempotent {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let rule = "Idempotency-Key must be 1 to 255 printable ASCII characters";
        let mut sent = request.headers().get("Idempotency-Key");
        let key = match (sent.next(), sent.next()) {
            (None, _) => Ok(None),
            (Some(text), None) => Key::parse(text).map(Some).ok_or_else(|| ApiError::malformed(rule)),
            (Some(_), Some(_)) => Err(ApiError::malformed("there is more than one Idempotency-Key")),
        };
        let method_and_path = format!("{} {}", request.method(), request.uri().path());
        outcome(request, key.map(|key| Idempotent { key, method_and_path }))
    }
}

impl Idempotent {
    /// Reads the body as `B` and carries `work` out in one write; a repeated request gets the first answer, before
    /// its body is judged.
    pub async fn once<B, T>(
        self,
        app: &App,
        user: UserId,
        body: &RawBody,
        success: Status,
        work: impl FnOnce(&Tx, B) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<Prepared>
    where
        B: DeserializeOwned + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let Some(request) = self.request(user, body) else {
            let input: B = body.read()?;
            let value = app.db.write(move |tx| work(tx, input)).await?;
            return Ok(prepared(first_answer(success, &value)?, false));
        };
        if let Some(answer) = app.db.read_now(|tx| idempotency::find(tx, &request))? {
            return Ok(prepared(answer, true));
        }
        let input: B = body.read()?;
        app.db
            .write(move |tx| {
                if let Some(answer) = idempotency::find(tx, &request)? {
                    return Ok(prepared(answer, true));
                }
                let answer = first_answer(success, &work(tx, input)?)?;
                idempotency::keep(tx, &request, &answer)?;
                Ok(prepared(answer, false))
            })
            .await
    }

    fn request(self, user: UserId, body: &RawBody) -> Option<idempotency::Request> {
        let key = self.key?;
        // serde_json's map is sorted, so equal objects have equal text whatever the order of their fields.
        let canonical =
            serde_json::from_slice::<Value>(body.bytes()).map_or(Vec::new(), |v| v.to_string().into_bytes());
        let mut whole = self.method_and_path.into_bytes();
        whole.push(b'\n');
        whole.extend(canonical);
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest(&SHA256, &whole).as_ref());
        Some(idempotency::Request { user, key, fingerprint })
    }
}

fn first_answer(success: Status, value: &impl Serialize) -> ApiResult<StoredAnswer> {
    let body = serde_json::to_vec(value).map_err(|cause| ApiError::internal(cause.to_string()))?;
    Ok(StoredAnswer { status: success.code, body })
}

fn prepared(answer: StoredAnswer, replayed: bool) -> Prepared {
    Prepared { status: answer.status, body: answer.body, replayed }
}
