//! How sending backups to the storage went, for whoever looks from outside of the panel's process, too.

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;

/// When the last backup had arrived at this storage.
pub fn last_sent(tx: &ReadTx, place: &str) -> Result<Option<Timestamp>, Fault> {
    let sql = "SELECT max(uploaded_at) FROM backups WHERE uploaded_to = ?1";
    tx.value(sql, [place], |row| row.get(0))
}

/// When and why it failed last; `None`: it has not failed since it worked.
pub fn upload_trouble(tx: &ReadTx) -> Result<Option<(Timestamp, Note)>, Fault> {
    tx.one("SELECT at, note FROM upload_trouble", (), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// That it has just failed.
pub fn upload_failed(tx: &Tx, why: &Note) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO upload_trouble (one, at, note) VALUES (1, ?1, ?2)";
    tx.execute(sql, (tx.now(), why))?;
    Ok(())
}

/// That it works.
pub fn upload_works(tx: &Tx) -> Result<(), Fault> {
    tx.execute("DELETE FROM upload_trouble", ())?;
    Ok(())
}
