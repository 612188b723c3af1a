//! Which backups were proven, each as the very file that it was then, and which were sent to the storage.

use super::Kept;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use std::collections::HashMap;

/// All that were proven, whether they are still there or not.
pub struct Proofs(HashMap<String, (u64, i64, Proof)>);

/// What is known of a file.
pub struct Proof {
    /// When it was last proven.
    pub at: Timestamp,
    uploaded: Option<(String, Timestamp)>,
}

impl Proof {
    /// When it had arrived at this storage.
    pub fn uploaded_at(&self, place: &str) -> Option<Timestamp> {
        self.uploaded.as_ref().filter(|(to, _)| to == place).map(|(_, at)| *at)
    }
}

impl Proofs {
    pub fn read(tx: &ReadTx) -> Result<Proofs, Fault> {
        let sql = "SELECT name, size, modified, proven_at, uploaded_to, uploaded_at FROM backups";
        let rows = tx.all(sql, (), |row| {
            let size: i64 = row.get(1)?;
            let (to, at): (Option<String>, Option<Timestamp>) = (row.get(4)?, row.get(5)?);
            let proof = Proof { at: row.get(3)?, uploaded: to.zip(at) };
            Ok((row.get(0)?, (u64::try_from(size).unwrap_or(0), row.get(2)?, proof)))
        })?;
        Ok(Proofs(rows.into_iter().collect()))
    }

    /// What is known of this very file; `None`: it never was proven.
    pub fn of(&self, kept: &Kept) -> Option<&Proof> {
        let (size, modified, proof) = self.0.get(&kept.name)?;
        (*size == kept.size && *modified == kept.modified).then_some(proof)
    }
}

/// That it was proven just now. Another file than the one before was not sent.
pub(in crate::reports) fn record(tx: &Tx, kept: &Kept) -> Result<(), Fault> {
    let size = i64::try_from(kept.size).map_err(|_| Fault::Overflow("a backup's size"))?;
    tx.execute(
        "DELETE FROM backups WHERE name = ?1 AND (size, modified) <> (?2, ?3)",
        (&kept.name, size, kept.modified),
    )?;
    tx.execute(
        "INSERT INTO backups (name, size, modified, proven_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET proven_at = excluded.proven_at",
        (&kept.name, size, kept.modified, tx.now()),
    )?;
    Ok(())
}

/// That it has just arrived at this storage.
pub fn uploaded(tx: &Tx, kept: &Kept, place: &str) -> Result<(), Fault> {
    tx.execute(
        "UPDATE backups SET uploaded_to = ?2, uploaded_at = ?3 WHERE name = ?1 AND modified = ?4",
        (&kept.name, place, tx.now(), kept.modified),
    )?;
    Ok(())
}

/// That nothing is proven of it, or that it is gone.
pub(in crate::reports) fn forget(tx: &Tx, name: &str) -> Result<(), Fault> {
    tx.execute("DELETE FROM backups WHERE name = ?1", [name])?;
    Ok(())
}
