//! SQL of what an authority has given.

use super::renewal::Failures;
use crate::config::Acme;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;

/// A certificate as it is kept.
pub(super) struct Kept {
    pub(super) directory: String,
    pub(super) chain: String,
    pub(super) key: Secret,
}

/// The account there, if the panel has one.
pub(super) fn account(tx: &ReadTx, acme: &Acme) -> Result<Option<Secret>, Fault> {
    tx.one(
        "SELECT account FROM acme_account WHERE directory = ?1 AND email IS ?2",
        (&acme.directory_url, &acme.email),
        |row| row.get(0).map(|text: String| Secret::new(text)),
    )
}

/// In the place of the one before.
pub(super) fn put_account(tx: &Tx, acme: &Acme, account: &Secret) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO acme_account (one, directory, email, account) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (one) DO UPDATE
         SET directory = excluded.directory, email = excluded.email, account = excluded.account",
        (&acme.directory_url, &acme.email, account.expose()),
    )?;
    Ok(())
}

pub(super) fn delete_account(tx: &Tx) -> Result<(), Fault> {
    tx.execute("DELETE FROM acme_account", ())?;
    Ok(())
}

pub(super) fn certificate(tx: &ReadTx) -> Result<Option<Kept>, Fault> {
    tx.one("SELECT directory, chain, key FROM acme_certificate", (), |row| {
        let key: String = row.get(2)?;
        Ok(Kept { directory: row.get(0)?, chain: row.get(1)?, key: Secret::new(key) })
    })
}

/// Who gave the certificate that is kept.
pub(super) fn certificate_directory(tx: &ReadTx) -> Result<Option<String>, Fault> {
    tx.one("SELECT directory FROM acme_certificate", (), |row| row.get(0))
}

/// In the place of the one before.
pub(super) fn put_certificate(tx: &Tx, kept: &Kept) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO acme_certificate (one, directory, chain, key) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (one) DO UPDATE
         SET directory = excluded.directory, chain = excluded.chain, key = excluded.key",
        (&kept.directory, &kept.chain, kept.key.expose()),
    )?;
    Ok(())
}

/// Those of this name at this authority; `None`: the last attempt went well, or there was none.
pub(super) fn failures(tx: &ReadTx, acme: &Acme) -> Result<Option<Failures>, Fault> {
    tx.one(
        "SELECT failures, not_before, trouble FROM acme_failures WHERE directory = ?1 AND domain = ?2",
        (&acme.directory_url, &acme.domain),
        |row| Ok(Failures { count: row.get(0)?, not_before: row.get(1)?, trouble: row.get(2)? }),
    )
}

pub(super) fn put_failures(tx: &Tx, acme: &Acme, failures: &Failures) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO acme_failures (one, directory, domain, failures, not_before, trouble)
         VALUES (1, ?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (one) DO UPDATE
         SET directory = excluded.directory, domain = excluded.domain, failures = excluded.failures,
             not_before = excluded.not_before, trouble = excluded.trouble",
        (&acme.directory_url, &acme.domain, failures.count, failures.not_before, &failures.trouble),
    )?;
    Ok(())
}

/// The authority is left alone until then at least.
pub(super) fn explain_failure(tx: &Tx, trouble: &Note, not_before: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "UPDATE acme_failures SET trouble = ?1, not_before = max(not_before, ?2)",
        (trouble, not_before),
    )?;
    Ok(())
}

pub(super) fn delete_failures(tx: &Tx) -> Result<(), Fault> {
    tx.execute("DELETE FROM acme_failures", ())?;
    Ok(())
}
