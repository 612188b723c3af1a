//! The one place where a refusal becomes an HTTP answer: RFC 9457 problem details, the same shape for every error,
//! the framework's own included.

use super::mass_order::LineView;
use super::request_id::RequestId;
use super::respond;
use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
use crate::kernel::reason::Reason;
use crate::kernel::text::sentence;
use parking_lot::Mutex;
use rocket::http::{Accept, Header, MediaType, Status};
use rocket::outcome::Outcome;
use rocket::request::Request;
use rocket::response::{self, Responder};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub type ApiResult<T> = Result<T, ApiError>;

/// What the client is told, and what only the log hears.
#[derive(Debug, Clone)]
pub struct ApiError {
    answer: Answer,
    detail: String,
    retry_after_s: Option<u64>,
    allow: Option<String>,
    lines: Option<Value>,
    /// The cause with its chain; logged, never sent.
    cause: Option<String>,
}

impl ApiError {
    pub fn new(answer: impl Into<Answer>, detail: impl Into<String>) -> Self {
        let (answer, detail) = (answer.into(), detail.into());
        ApiError { answer, detail, retry_after_s: None, allow: None, lines: None, cause: None }
    }

    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Code::MalformedRequest, detail)
    }

    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "log in first: the token is missing, wrong or expired")
    }

    pub fn forbidden(reason: Reason) -> Self {
        Self::because(Code::Forbidden, reason)
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is nothing here")
    }

    pub fn not_configured(reason: Reason) -> Self {
        Self::because(Code::NotConfigured, reason)
    }

    pub fn because(code: Code, reason: Reason) -> Self {
        let detail = reason.to_string();
        Self::new(Answer::because(code, reason), detail)
    }

    /// One field that is not acceptable.
    pub fn field(field: impl Into<String>, rule: Rule) -> Self {
        Self::fields(&[FieldError::new(field, rule)])
    }

    /// Fields that are not acceptable.
    pub fn fields(fields: &[FieldError]) -> Self {
        Self::new(Answer::invalid(fields), FieldError::list(fields))
    }

    pub fn limited(retry_after_s: u64) -> Self {
        let mut error = Self::new(Code::RateLimited, "too many requests; wait and try again");
        error.retry_after_s = Some(retry_after_s.max(1));
        error
    }

    pub fn limited_because(retry_after_s: u64, reason: Reason) -> Self {
        let mut error = Self::because(Code::RateLimited, reason);
        error.retry_after_s = Some(retry_after_s.max(1));
        error
    }

    pub fn method_not_allowed(allow: String) -> Self {
        let mut error = Self::new(Code::MethodNotAllowed, format!("this address answers {allow}"));
        error.allow = Some(allow);
        error
    }

    /// Lines of which at least one is refused: what each of them comes to.
    pub fn lines(refused: &[usize], lines: &impl Serialize) -> Self {
        let error = |at: &usize| FieldError::new(format!("lines[{at}]"), Rule::LineRefused);
        let errors: Vec<FieldError> = refused.iter().map(error).collect();
        let detail = format!("{} of the lines are refused, so nothing was done", errors.len());
        let mut error = Self::new(Answer::invalid(&errors), detail);
        error.lines = serde_json::to_value(lines).ok();
        error
    }

    pub fn internal(cause: impl Into<String>) -> Self {
        Fault::Internal(cause.into()).into()
    }

    pub fn status(&self) -> Status {
        status(self.answer.code)
    }

    /// The names of the fields at fault.
    #[cfg(test)]
    pub fn field_names(&self) -> Vec<String> {
        self.answer.fields.iter().map(|error| error.field.clone()).collect()
    }
}

/// The one table from codes to statuses.
fn status(code: Code) -> Status {
    match code {
        Code::MalformedRequest => Status::BadRequest,
        Code::Unauthenticated | Code::InvalidCredentials | Code::TotpRequired | Code::InvalidTotp => {
            Status::Unauthorized
        }
        Code::InsufficientBalance => Status::PaymentRequired,
        Code::Forbidden
        | Code::AccountBanned
        | Code::ReadOnly
        | Code::TotpSetupRequired
        | Code::ConfirmationRequired => Status::Forbidden,
        Code::NotFound => Status::NotFound,
        Code::MethodNotAllowed => Status::MethodNotAllowed,
        Code::UsernameTaken | Code::EmailTaken | Code::ServiceInactive | Code::PriceChanged => {
            Status::Conflict
        }
        Code::OrderFinal
        | Code::CancelNotPossible
        | Code::RefillNotPossible
        | Code::DepositSettled
        | Code::CouponNotValid
        | Code::Conflict => Status::Conflict,
        Code::PayloadTooLarge => Status::PayloadTooLarge,
        Code::UnsupportedMediaType => Status::UnsupportedMediaType,
        Code::ValidationFailed | Code::IdempotencyKeyReused => Status::UnprocessableEntity,
        Code::RateLimited => Status::TooManyRequests,
        Code::Internal => Status::InternalServerError,
        Code::NotConfigured | Code::Maintenance | Code::Overloaded => Status::ServiceUnavailable,
    }
}

impl<E: Refusal> From<E> for ApiError {
    fn from(refusal: E) -> Self {
        let answer = refusal.answer();
        let (is_defect, is_overloaded) = (answer.code == Code::Internal, answer.code == Code::Overloaded);
        let detail = if is_defect {
            "something went wrong on our side; the request id helps to find it".to_owned()
        } else if is_overloaded {
            "the panel is too busy or out of space; nothing was done, try again soon".to_owned()
        } else {
            refusal.to_string()
        };
        let mut error = ApiError::new(answer, detail);
        error.retry_after_s = is_overloaded.then_some(1);
        error.cause = (is_defect || is_overloaded).then(|| refusal.to_string());
        error
    }
}

/// The body of every error answer, by RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`.
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    request_id: String,
    #[serde(flatten)]
    refused: Refused,
    /// Of a mass order with refused lines: what each line comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<LineView>>)]
    lines: Option<Value>,
}

/// What is refused, and why: alone, or beside others in one answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refused {
    /// Stable; clients match on it.
    code: &'static str,
    detail: String,
    /// Why, where `code` alone does not say what to do: a name of the schema `Reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Its values, if it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    values: Option<Value>,
    /// For `validation_failed` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
}

impl Refused {
    fn new(answer: Answer, detail: String) -> Self {
        let Answer { code, fields, reason } = answer;
        let (reason, values) = reason.as_ref().map_or((None, None), |reason| told("reason", reason));
        let errors = fields.into_iter().map(ProblemField::from).collect();
        Refused { code: code.into_str(), detail, reason, values, errors }
    }
}

impl<R: Refusal> From<&R> for Refused {
    fn from(refusal: &R) -> Self {
        Refused::new(refusal.answer(), refusal.to_string())
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    field: String,
    /// The rule in words.
    message: String,
    /// A name of the schema `Rule`.
    rule: Option<String>,
    /// Its values, if it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    values: Option<Value>,
}

impl From<FieldError> for ProblemField {
    fn from(error: FieldError) -> Self {
        let (rule, values) = told("rule", &error.rule);
        ProblemField { message: error.rule.to_string(), field: error.field, rule, values }
    }
}

/// The name and the values of one of a closed set, beside each other. (Flattened, the set would be a part of the
/// schema, and readers of the description would have to merge it into every answer.)
pub fn told(tag: &str, of: &impl Serialize) -> (Option<String>, Option<Value>) {
    let Ok(Value::Object(mut told)) = serde_json::to_value(of) else { return (None, None) };
    let name = told.remove(tag).and_then(|name| name.as_str().map(str::to_owned));
    (name, told.remove("values"))
}

impl<'r> Responder<'r, 'static> for ApiError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let request_id = RequestId::of(request).to_string();
        if let Some(cause) = &self.cause {
            let code = self.answer.code.into_str();
            tracing::error!(request_id, code, cause, "a request failed");
        }
        let status = self.status();
        let problem = Problem {
            kind: "about:blank",
            title: sentence(self.answer.code.into_str()),
            status: status.code,
            request_id,
            refused: Refused::new(self.answer, self.detail),
            lines: self.lines,
        };
        let body = serde_json::to_vec(&problem).map_err(|_| Status::InternalServerError)?;
        let mut answer = respond::problem(status, body, request);
        if let Some(seconds) = self.retry_after_s {
            answer.header(Header::new("Retry-After", seconds.to_string()));
        }
        if let Some(allow) = self.allow {
            answer.header(Header::new("Allow", allow));
        }
        if status == Status::Unauthorized {
            answer.header(Header::new("WWW-Authenticate", "Bearer"));
        }
        answer.ok()
    }
}

/// Where a guard leaves its refusal for the catcher: Rocket hands a guard's error to nobody.
#[derive(Default)]
struct Left(Mutex<Option<ApiError>>);

/// What a guard comes to: a refusal is left for the catcher.
pub fn outcome<T, F>(request: &Request<'_>, result: ApiResult<T>) -> Outcome<T, (Status, ()), F> {
    match result {
        Ok(value) => Outcome::Success(value),
        Err(error) => {
            let status = error.status();
            *request.local_cache(Left::default).0.lock() = Some(error);
            Outcome::Error((status, ()))
        }
    }
}

/// What a guard left, if one did.
pub fn left(request: &Request<'_>) -> Option<ApiError> {
    request.local_cache(Left::default).0.lock().take()
}

/// Whether it is a browser that wants to see a page.
pub fn wants_page(request: &Request<'_>) -> bool {
    let path = request.uri().path();
    let under_api = path == "/api" || path.starts_with("/api/");
    let html = |accept: &Accept| accept.media_types().any(|kind| *kind == MediaType::HTML);
    !under_api && request.accept().is_some_and(html)
}
