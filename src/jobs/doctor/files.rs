//! The database, its neighbours, and who may read them.

use super::{Findings, Patient};
use crate::config::CertificateSource;
use crate::db::{self, Condition, Db, migrate};
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::reports::audit;
use crate::reports::backups::Folder;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a look for damage may take.
const LOOK_OVER: Duration = Duration::from_secs(3);
/// Whoever is not the file's user; and whoever is not of its group either.
const OTHERS: u32 = 0o077;
const STRANGERS: u32 = 0o007;

/// Whether it can be opened and is whole.
pub(super) fn database(patient: &Patient) -> Findings {
    let path = &patient.config.database;
    if let Some(db) = patient.db {
        return condition(patient, db).map(|finding| vec![finding]);
    }
    Ok(vec![match migrate::examine(path) {
        Ok(migrate::Found::Nothing) => {
            Finding::DatabaseMissing { path: path.as_path().display().to_string() }
        }
        Ok(migrate::Found::Older { found, wanted }) => Finding::DatabaseOlder { found, wanted },
        Ok(migrate::Found::Current(_)) => {
            Finding::DatabaseUnusable { said: "it could not be opened a moment ago".to_owned() }
        }
        Err(fault) => Finding::DatabaseUnusable { said: fault.to_string() },
    }])
}

fn condition(patient: &Patient, db: &Db) -> Result<Finding, Fault> {
    let bytes = fs::metadata(patient.config.database.as_path()).map_or(0, |file| file.len());
    let mb = i64::try_from(bytes.div_ceil(1_000_000)).unwrap_or(i64::MAX);
    let condition = match patient.app {
        // It looks by itself, every night.
        Some(_) => db.condition(),
        None => match db.check(Some(LOOK_OVER)) {
            Ok(condition) => condition,
            Err(Fault::Overloaded(_)) => Condition::default(),
            Err(fault) => return Err(fault),
        },
    };
    Ok(match condition {
        Condition { damage: Some(said), .. } => Finding::DatabaseDamaged { said },
        Condition { whole_at: Some(_), .. } => Finding::DatabaseWhole { mb },
        Condition { .. } => Finding::DatabaseLarge { mb },
    })
}

/// What the last proof of the ledger came to.
pub(super) fn ledger(patient: &Patient) -> Findings {
    let Some(db) = patient.db else { return Ok(Vec::new()) };
    Ok(vec![match db.read_now(audit::last)? {
        Some((at, report)) if report.differences == 0 => Finding::LedgerProven { at: at.rfc3339() },
        Some((_, report)) => Finding::LedgerDiffers { differences: report.differences },
        None => Finding::LedgerUnproven,
    }])
}

/// Who may read the files, and whose they are.
pub(super) fn modes(patient: &Patient) -> Findings {
    let config = patient.config;
    let folder = Folder::of(config);
    let kept = folder.list().unwrap_or_default().into_iter().map(|kept| folder.path().join(kept.name));
    let mut open = db::exposed(&config.database);
    open.extend(kept.filter_map(|file| exposed(&file, OTHERS)));
    // Its group may be one that whoever renews the certificate shares with the panel.
    let key = config.https.as_ref().and_then(|https| match &https.source {
        CertificateSource::Files(files) => exposed(&files.key, STRANGERS),
        CertificateSource::Acme(_) => None,
    });
    open.extend(key);
    let shown = |(file, mode): (PathBuf, u32)| format!("{} (mode {mode:04o})", file.display());
    let open: Vec<String> = open.into_iter().map(shown).collect();
    let foreign = db::foreign(&config.database);
    let foreign: Vec<String> = foreign.iter().map(|file| file.display().to_string()).collect();
    let mut found = Vec::new();
    if !open.is_empty() {
        found.push(Finding::FilesOpen { files: open.join(", ") });
    }
    if !foreign.is_empty() {
        found.push(Finding::FilesForeign { files: foreign.join(", ") });
    }
    Ok(if found.is_empty() { vec![Finding::FilesPrivate] } else { found })
}

fn exposed(file: &Path, others: u32) -> Option<(PathBuf, u32)> {
    let mode = fs::metadata(file).ok()?.mode() & 0o7777;
    (mode & others != 0).then(|| (file.to_owned(), mode))
}
