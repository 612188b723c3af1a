//! What Rocket itself turns away: the same problem details, a page for browsers, 405 with `Allow`.

use super::error::{ApiError, left, wants_page};
use super::guards::limits;
use super::request_id;
use super::respond::Raw;
use super::{address, assets, reseller};
use crate::front::has_clear_head;
use crate::kernel::error::Code;
use rocket::Route;
use rocket::http::{Method, Status};
use rocket::request::Request;
use rocket::response::Responder;
use std::collections::BTreeSet;

/// Which methods each path answers, for the `Allow` of a 405.
pub struct Paths(Vec<(Vec<Segment>, Method)>);

enum Segment {
    Fixed(String),
    One,
    Rest,
}

impl Paths {
    pub fn of<'r>(routes: impl Iterator<Item = &'r Route>) -> Self {
        Paths(routes.map(|route| (segments(route.uri.path()), route.method)).collect())
    }

    fn allowed(&self, path: &str) -> BTreeSet<&'static str> {
        let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let matching = self.0.iter().filter(|(segments, _)| fits(segments, &asked));
        matching
            .flat_map(|(_, method)| {
                let head = (*method == Method::Get).then_some(Method::Head.as_str());
                [Some(method.as_str()), head].into_iter().flatten()
            })
            .collect()
    }
}

fn segments(path: &str) -> Vec<Segment> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| match part {
            rest if rest.ends_with("..>") => Segment::Rest,
            one if one.starts_with('<') => Segment::One,
            fixed => Segment::Fixed(fixed.to_owned()),
        })
        .collect()
}

fn fits(segments: &[Segment], asked: &[&str]) -> bool {
    match (segments.split_first(), asked.split_first()) {
        (None, None) | (Some((Segment::Rest, _)), _) => true,
        (Some((Segment::One, rest)), Some((_, left))) => fits(rest, left),
        (Some((Segment::Fixed(part), rest)), Some((first, left))) => part == first && fits(rest, left),
        (None, Some(_)) | (Some((Segment::One | Segment::Fixed(_), _)), None) => false,
    }
}

#[rocket::catch(default)]
pub fn any(status: Status, request: &Request<'_>) -> Result<Raw, Status> {
    let is_refusal =
        !matches!(request.method(), Method::Get | Method::Post) || request_id::went_past(request);
    if reseller::is_asked(request) && !is_refusal {
        return Ok(Raw(reseller::caught(status, request)));
    }
    let refusal = match left(request) {
        Some(refusal) => refusal,
        None => unasked(status, request),
    };
    let mut answer = if refusal.status() == Status::NotFound && wants_page(request) {
        assets::not_found(request)
    } else {
        refusal.respond_to(request)?
    };
    if request_id::went_past(request) {
        request_id::stamp(request, &mut answer);
    }
    Ok(Raw(answer))
}

/// A refusal that no guard of ours has made.
fn unasked(status: Status, request: &Request<'_>) -> ApiError {
    if let Err(limited) = limits(request).and_then(|limits| limits.request(address::of(request))) {
        return limited;
    }
    match status.code {
        404 | 405 => no_route(request, Some(request.method())),
        // Rocket answers so to a method it does not know, and passes the request on as a GET.
        400 if request_id::went_past(request) && has_clear_head(request) => no_route(request, None),
        401 => ApiError::unauthenticated(),
        413 => ApiError::new(Code::PayloadTooLarge, "a body has at most 1 MiB"),
        415 => ApiError::new(Code::UnsupportedMediaType, "send application/json"),
        400..=499 => ApiError::malformed("the request could not be read"),
        _ => ApiError::internal(format!("the framework answered {}", status.code)),
    }
}

/// 405 where the path answers other methods, else 404. `None`: a method of which nothing is known.
fn no_route(request: &Request<'_>, method: Option<Method>) -> ApiError {
    if reseller::is_asked(request) {
        return reseller::method_not_allowed();
    }
    let paths = request.rocket().state::<Paths>();
    let allowed = paths.map(|paths| paths.allowed(request.uri().path().as_str())).unwrap_or_default();
    if allowed.is_empty() || method.is_some_and(|method| allowed.contains(method.as_str())) {
        ApiError::not_found()
    } else {
        ApiError::method_not_allowed(allowed.into_iter().collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_knows_its_methods() {
        let paths = Paths(vec![
            (segments("/api/orders"), Method::Get),
            (segments("/api/orders"), Method::Post),
            (segments("/api/orders/<id>"), Method::Get),
            (segments("/docs/<file..>"), Method::Get),
        ]);
        let allow = |path: &str| paths.allowed(path).into_iter().collect::<Vec<_>>().join(", ");
        assert_eq!(allow("/api/orders"), "GET, HEAD, POST");
        assert_eq!(allow("/api/orders/7"), "GET, HEAD");
        assert_eq!(allow("/api/orders/7/x"), "");
        assert_eq!(allow("/docs/a/b"), "GET, HEAD");
    }
}
