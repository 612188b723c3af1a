//! A backup encrypted with a passphrase, in the format of the `age` tool. Everything passes in pieces: neither file is
//! ever in memory.

use crate::kernel::error::Fault;
use crate::kernel::secret::Secret;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt};
use aws_lc_rs::digest::{Context, Digest, SHA256};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::iter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What such a file is called behind the name of the plain one.
pub const SUFFIX: &str = ".age";
/// Deriving the key takes 2^15 blocks of 1 KiB: 32 MiB, which the smallest server has left when it restores. Not left
/// to the library, which measures the machine that makes the backup.
const WORK_FACTOR: u8 = 15;
/// What the `age` tool uses, and no more.
const MOST_WORK: u8 = 18;
const MAGIC: &[u8] = b"age-encryption.org/";
/// What ends a head: a line that proves it.
const END_OF_HEAD: &[u8] = b"\n--- ";
/// The heads of this panel and of the `age` tool have some hundred bytes; to parse one of millions takes minutes.
const LONGEST_HEAD: usize = 64 * 1024;
const PIECE: usize = 64 * 1024;

/// Whether a file is an encrypted one, by its beginning.
pub fn is_sealed(file: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == MAGIC
}

/// Encrypts a file into a new one, which is read back and compared. Its length in bytes.
///
/// Errors: `Overloaded` when the disk is full, else `Internal` with the cause. The new file may be there, half-made.
pub fn seal(plain: &Path, file: &Path, passphrase: &Secret) -> Result<u64, Fault> {
    let (length, written) = encrypt(plain, file, passphrase).map_err(|cause| told(file, &cause))?;
    let mut found = Context::new(&SHA256);
    pass(&mut opened(file, passphrase)?, |piece| {
        found.update(piece);
        Ok(())
    })
    .map_err(|cause| told(file, &cause))?;
    if found.finish().as_ref() != written.as_ref() {
        return Err(Fault::Internal(format!("{} does not hold what was encrypted", file.display())));
    }
    Ok(length)
}

fn encrypt(plain: &Path, file: &Path, passphrase: &Secret) -> io::Result<(u64, Digest)> {
    let mut recipient = scrypt::Recipient::new(text(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn Recipient));
    let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    let mut sealed = encryptor.map_err(io::Error::other)?.wrap_output(out)?;
    let mut seen = Context::new(&SHA256);
    pass(&mut File::open(plain)?, |piece| {
        seen.update(piece);
        sealed.write_all(piece)
    })?;
    let out = sealed.finish()?;
    out.sync_all()?;
    Ok((out.metadata()?.len(), seen.finish()))
}

/// An encrypted file in the clear, for as long as it is needed.
pub struct Opened(PathBuf);

impl Opened {
    /// Decrypts into the file `to`, in place of one that a killed process has left.
    ///
    /// Errors: a sentence that says whether the passphrase or the file is wrong.
    pub fn of(file: &Path, to: PathBuf, passphrase: &Secret) -> Result<Opened, Fault> {
        remove(&to);
        let opened_file = Opened(to);
        let mut reader = opened(file, passphrase)?;
        let mut options = OpenOptions::new();
        let out = options.write(true).create_new(true).mode(0o600).open(opened_file.path());
        let mut out = out.map_err(|cause| told(opened_file.path(), &cause))?;
        pass(&mut reader, |piece| out.write_all(piece)).map_err(|cause| told(file, &cause))?;
        Ok(opened_file)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn remove(file: &Path) {
    if let Err(cause) = std::fs::remove_file(file)
        && cause.kind() != ErrorKind::NotFound
    {
        tracing::error!(file = %file.display(), %cause, "a decrypted copy could not be removed");
    }
}

fn opened(file: &Path, passphrase: &Secret) -> Result<impl Read + use<>, Fault> {
    let mut identity = scrypt::Identity::new(text(passphrase));
    identity.set_max_work_factor(MOST_WORK);
    let input = File::open(file).map_err(|cause| told(file, &cause))?;
    let mut input = BufReader::with_capacity(LONGEST_HEAD, input);
    if is_endless(input.fill_buf().map_err(|cause| told(file, &cause))?) {
        let why = format!("its head is longer than {} KiB: it is no backup of a panel", LONGEST_HEAD / 1024);
        return Err(Fault::Internal(format!("{}: {why}", file.display())));
    }
    let decryptor = Decryptor::new_buffered(input);
    let reader = decryptor.and_then(|found| found.decrypt(iter::once(&identity as &dyn Identity)));
    reader.map_err(|why| {
        let why = match why {
            DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
            | DecryptError::NoMatchingKeys
            | DecryptError::InvalidMac => "BACKUP_PASSPHRASE does not open it".to_owned(),
            DecryptError::InvalidHeader | DecryptError::UnknownFormat => {
                "it is damaged, or no file of age".to_owned()
            }
            DecryptError::ExcessiveWork { required, .. } => {
                format!("it was encrypted with a work factor of {required}, above {MOST_WORK}")
            }
            DecryptError::Io(cause) => said(&cause),
            why => why.to_string(),
        };
        Fault::Internal(format!("{}: {why}", file.display()))
    })
}

/// Whether a file that begins like this has a head that is longer than any of ours.
fn is_endless(begin: &[u8]) -> bool {
    let end = begin.windows(END_OF_HEAD.len()).position(|piece| piece == END_OF_HEAD);
    let last_line = end.and_then(|at| begin.get(at.saturating_add(END_OF_HEAD.len())..)).unwrap_or_default();
    begin.len() >= LONGEST_HEAD && !last_line.contains(&b'\n')
}

/// Everything there is to read, in pieces.
fn pass(from: &mut impl Read, mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(()),
            length => to(piece.get(..length).unwrap_or_default())?,
        }
    }
}

fn text(passphrase: &Secret) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

fn told(file: &Path, cause: &io::Error) -> Fault {
    if cause.kind() == ErrorKind::StorageFull {
        return Fault::Overloaded("the disk is full");
    }
    Fault::Internal(format!("{}: {}", file.display(), said(cause)))
}

/// What a cut or a change looks like to a reader of age.
fn said(cause: &io::Error) -> String {
    if matches!(cause.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) {
        return format!("it is damaged or cut off ({cause})");
    }
    cause.to_string()
}
