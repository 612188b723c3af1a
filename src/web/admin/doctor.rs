//! A look at everything around the panel, for admins. Nothing here calls another machine: a job does.

use crate::kernel::finding::{Checked, Finding, Level};
use crate::kernel::language::Language;
use crate::notify::in_words;
use crate::state::App;
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::Json;
use rocket::{Route, State, post, routes};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// A look takes some seconds, and another one may have been begun.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn routes() -> Vec<Route> {
    routes![examine]
}

/// What a look has found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Examination {
    items: Vec<FindingView>,
    /// When it ended.
    at: String,
}

/// One thing, and how it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// What was looked at.
    #[schema(example = "disk")]
    check: &'static str,
    level: Level,
    /// How it is, in English.
    said: String,
    /// What to do; null while all is well.
    remedy: Option<String>,
    /// The same by its code, with its figures.
    finding: Finding,
    /// The panel's page where it is mended; null where that is done at the server, or nothing is to be done.
    #[schema(example = "/admin/providers")]
    path: Option<&'static str>,
}

/// The page where it is mended.
fn page_of(finding: &Finding) -> Option<&'static str> {
    use Finding as F;
    let is_of_backups = matches!(
        finding,
        F::NoBackup
            | F::BackupLate { .. }
            | F::RehearsalFailed { .. }
            | F::BackupUnsent
            | F::UploadFails { .. }
    );
    let pages = [
        (matches!(finding, F::LedgerUnproven | F::LedgerDiffers { .. }), "/admin/ledger"),
        (
            matches!(finding, F::ProviderFails { .. } | F::ProviderPractice | F::NoProvider),
            "/admin/providers",
        ),
        (matches!(finding, F::NoBank), "/admin/settings#bank"),
        (matches!(finding, F::NoSepay | F::SepayFails { .. }), "/admin/settings#sepay"),
        (
            matches!(finding, F::NoTelegram | F::TelegramFails { .. } | F::TelegramDeaf { .. }),
            "/admin/settings#telegram",
        ),
        (matches!(finding, F::NoWayBack), "/admin/settings#site"),
        (is_of_backups, "/admin/backups"),
        (matches!(finding, F::ThingsWait { .. } | F::ThingsSettle { .. }), "/admin"),
        (matches!(finding, F::NotLooked { .. }), "/admin/errors"),
    ];
    pages.into_iter().find(|(is_it, _)| *is_it).map(|(_, page)| page)
}

impl From<Checked> for FindingView {
    fn from(Checked { check, finding }: Checked) -> Self {
        let words = in_words(Language::English, &finding);
        let path = page_of(&finding);
        FindingView { check, level: finding.level(), said: words.said, remedy: words.remedy, finding, path }
    }
}

/// Looks at everything around the panel now: files, disk, clock, the own address, providers, SePay, Telegram, backups.
/// Takes some seconds. What it asks other servers only reads there: it orders, books and sends nothing.
#[utoipa::path(post, path = "/api/admin/doctor", tag = "admin",
    responses((status = 200, body = Examination), (status = 403, body = Problem), (status = 503, body = Problem)))]
#[post("/api/admin/doctor")]
pub async fn examine(app: &State<App>, _by: Admin) -> ApiResult<Json<Examination>> {
    let found = app.examinations.ask((), PATIENCE).await?;
    let items = found.into_iter().map(FindingView::from).collect();
    Ok(Json(Examination { items, at: app.db.clock().now().rfc3339() }))
}
