//! A bucket of a storage that speaks S3: files put there, listed, and taken away. Everything is signed here and goes
//! out by `outbound`; which files, and for how long, others decide.
//!
//! Invariants:
//! - An upload counts only when the bucket lists the object with the file's length, and each part was answered with the
//!   digest of what was sent.
//! - Neither the secret nor a signed address is found in an error or a log line.

mod error;

pub use error::StorageError;

use crate::config::Storage;
use crate::kernel::error::Fault;
use crate::outbound::{Answer, Call};
use md5::{Digest, Md5};
use rusty_s3::actions::{
    AbortMultipartUpload, CompleteMultipartUpload, CompleteMultipartUploadResponse, CreateMultipartUpload,
    DeleteObject, ListObjectsV2, UploadPart,
};
use rusty_s3::{Credentials, S3Action, UrlStyle};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// Of an upload; the least that S3 takes is 5 MiB, of all but the last.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// What S3 takes of one object.
const MOST_PARTS: u16 = 10_000;
/// How long a signed address is good for.
const SIGNED: Duration = Duration::from_secs(60 * 60);
/// Of a list: each has 1,000 objects.
const MOST_PAGES: usize = 100;
const LONGEST_LIST: u64 = 4 * 1024 * 1024;
const XML: &str = "application/xml";

/// How long it waits, and how often it tries.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For one call, in all: a part has to pass in that time.
    pub call: Duration,
    /// Of one part, before the upload is given up.
    pub tries: u32,
    /// Between two of these.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { call: Duration::from_secs(5 * 60), tries: 3, pause: Duration::from_secs(2) }
    }
}

/// A bucket and the folder in it that is the panel's.
pub struct Bucket {
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    /// Before each name; empty, or with a slash at its end.
    prefix: String,
    patience: Patience,
}

/// What lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub name: String,
    /// In bytes.
    pub size: u64,
}

impl Bucket {
    /// Errors: `Internal` when the address cannot be one, which the configuration has seen to.
    pub fn of(config: &Storage, patience: Patience) -> Result<Bucket, Fault> {
        let (endpoint, name, region) =
            (config.endpoint.clone(), config.bucket.clone(), config.region.clone());
        let bucket = rusty_s3::Bucket::new(endpoint, UrlStyle::Path, name, region);
        let bucket = bucket.map_err(|why| Fault::Internal(format!("BACKUP_S3_URL: {why}")))?;
        let credentials = Credentials::new(config.key.as_str(), config.secret.expose());
        let prefix = if config.prefix.is_empty() { String::new() } else { format!("{}/", config.prefix) };
        Ok(Bucket { bucket, credentials, prefix, patience })
    }

    /// Puts the file there in parts, in place of an object of that name.
    pub fn put(&self, name: &str, file: &Path) -> Result<(), StorageError> {
        let mut opened = File::open(file)?;
        let size = opened.metadata()?.len();
        if size.div_ceil(PART_BYTES) > u64::from(MOST_PARTS) {
            return Err(StorageError::TooLarge);
        }
        let key = self.key(name);
        let action = CreateMultipartUpload::new(&self.bucket, Some(&self.credentials), &key);
        let begun = self.said(Call::post(action.sign(SIGNED), XML, Vec::new()), 200)?;
        let begun = CreateMultipartUpload::parse_response(&begun).map_err(|_| StorageError::Unreadable)?;
        let upload = begun.upload_id();
        let done =
            self.put_parts(&key, upload, &mut opened).and_then(|tags| self.complete(&key, upload, &tags));
        if done.is_err() {
            self.give_up(&key, upload);
        }
        done?;
        // What was put together, as the storage sees it.
        let is_whole = |stored: &Stored| stored.name == name && stored.size == size;
        if self.list()?.iter().any(is_whole) { Ok(()) } else { Err(StorageError::Differs) }
    }

    fn put_parts(&self, key: &str, upload: &str, file: &mut File) -> Result<Vec<String>, StorageError> {
        let mut tags = Vec::new();
        for number in 1..=MOST_PARTS {
            let mut part = Vec::new();
            file.by_ref().take(PART_BYTES).read_to_end(&mut part)?;
            if part.is_empty() && number > 1 {
                break;
            }
            tags.push(self.put_part(key, upload, number, &part)?);
        }
        Ok(tags)
    }

    /// Its tag. A part may be sent again: the last one that arrives counts.
    fn put_part(&self, key: &str, upload: &str, number: u16, part: &[u8]) -> Result<String, StorageError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let action = UploadPart::new(&self.bucket, Some(&self.credentials), key, number, upload);
            let call = Call::put(action.sign(SIGNED), part.to_vec());
            match self.answer(call, 200).and_then(|answer| tag(&answer, part)) {
                Ok(tag) => return Ok(tag),
                Err(why) if tries >= self.patience.tries || !why.may_pass() => return Err(why),
                Err(_) => std::thread::sleep(self.patience.pause),
            }
        }
    }

    /// Here 200 may be an error all the same.
    fn complete(&self, key: &str, upload: &str, tags: &[String]) -> Result<(), StorageError> {
        let tags = tags.iter().map(String::as_str);
        let action = CompleteMultipartUpload::new(&self.bucket, Some(&self.credentials), key, upload, tags);
        let url = action.sign(SIGNED);
        let said = self.said(Call::post(url, XML, action.body().into_bytes()), 200)?;
        match CompleteMultipartUploadResponse::parse(&said) {
            Ok(_) => Ok(()),
            Err(_) => Err(StorageError::said(200, said.as_bytes())),
        }
    }

    /// So that the parts are not paid for. What is left of it all the same, a rule of the bucket removes.
    fn give_up(&self, key: &str, upload: &str) {
        let action = AbortMultipartUpload::new(&self.bucket, Some(&self.credentials), key, upload);
        if let Err(why) = self.answer(Call::delete(action.sign(SIGNED)), 204) {
            tracing::warn!(cause = %why, "an upload that was given up may have left parts at the storage");
        }
    }

    /// All that lie there.
    pub fn list(&self) -> Result<Vec<Stored>, StorageError> {
        let mut all = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut action = ListObjectsV2::new(&self.bucket, Some(&self.credentials));
            action.with_prefix(self.prefix.as_str());
            if let Some(token) = &next {
                action.with_continuation_token(token.clone());
            }
            let said = self.said(Call::get(action.sign(SIGNED)).max_body(LONGEST_LIST), 200)?;
            let page = ListObjectsV2::parse_response(&said).map_err(|_| StorageError::Unreadable)?;
            all.extend(page.contents.into_iter().filter_map(|object| {
                let name = object.key.strip_prefix(&self.prefix)?.to_owned();
                Some(Stored { name, size: object.size? })
            }));
            next = page.next_continuation_token;
            if next.is_none() {
                return Ok(all);
            }
        }
        Err(StorageError::Endless)
    }

    /// Takes it away; that it is not there is as good.
    pub fn remove(&self, name: &str) -> Result<(), StorageError> {
        let key = self.key(name);
        let action = DeleteObject::new(&self.bucket, Some(&self.credentials), &key);
        self.answer(Call::delete(action.sign(SIGNED)), 204).map(|_| ())
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The body of an answer with this status.
    fn said(&self, call: Call, status: u16) -> Result<String, StorageError> {
        let answer = self.answer(call, status)?;
        String::from_utf8(answer.body).map_err(|_| StorageError::Unreadable)
    }

    /// Whoever sets up the environment may have it on a private network.
    fn answer(&self, call: Call, status: u16) -> Result<Answer, StorageError> {
        let answer = call.timeout(self.patience.call).allow_private(true).send()?;
        if answer.status == status {
            return Ok(answer);
        }
        Err(StorageError::said(answer.status, &answer.body))
    }
}

/// The tag of a part that has arrived as it was sent.
fn tag(answer: &Answer, part: &[u8]) -> Result<String, StorageError> {
    let tag = answer.header("ETag").ok_or(StorageError::Unreadable)?;
    // There the tag is no digest of the content.
    let is_digest =
        answer.header("x-amz-server-side-encryption").is_none_or(|how| !how.starts_with("aws:kms"));
    if is_digest && !tag.trim_matches('"').eq_ignore_ascii_case(&hex::encode(Md5::digest(part))) {
        return Err(StorageError::Differs);
    }
    Ok(tag.to_owned())
}
