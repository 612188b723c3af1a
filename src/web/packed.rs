//! Bytes compressed: static ones once for each content and coding, on the first request that can take them so; long
//! answers each time.

use flate2::Compression;
use flate2::write::GzEncoder;
use parking_lot::Mutex;
use rocket::http::ContentType;
use rocket::request::Request;
use rocket::tokio::task::spawn_blocking;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock};

/// Below this the headers outweigh what is saved.
const WORTHWHILE_BYTES: usize = 1024;
/// Of 0 to 11; the two above it take ten times as long for a few percent.
const BROTLI_QUALITY: u32 = 9;
const BROTLI_WINDOW_BITS: u32 = 22;
const BUFFER_BYTES: usize = 4096;

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Coding {
    /// Smaller by a fifth; browsers take it over https and from the own machine.
    Brotli,
    Gzip,
}

impl Coding {
    /// As in `Accept-Encoding` and `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }

    /// The best that the client takes.
    pub fn wanted(request: &Request<'_>) -> Option<Coding> {
        [Coding::Brotli, Coding::Gzip].into_iter().find(|coding| coding.is_taken(request))
    }

    pub fn is_taken(self, request: &Request<'_>) -> bool {
        request.headers().get("Accept-Encoding").flat_map(|list| list.split(',')).any(|coding| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
            let refused = quality.split(';').filter_map(|part| part.split_once('=')).any(|(name, weight)| {
                name.trim().eq_ignore_ascii_case("q") && weight.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
            });
            name.trim().eq_ignore_ascii_case(self.name()) && !refused
        })
    }
}

/// By the tag of what was packed, so that a debug build packs a changed file anew.
type Kept = HashMap<(Arc<str>, Coding), Arc<[u8]>>;
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// Whether files of this type get smaller.
pub(super) fn is_packable(kind: &ContentType, bytes: usize) -> bool {
    let sub = kind.sub().as_str();
    let is_text = kind.top() == "text" || ["javascript", "json", "svg+xml"].contains(&sub);
    is_text && bytes >= WORTHWHILE_BYTES
}

/// The bytes packed, which `tag` names; `None` when they could not be, so that they go out as they are.
pub(super) async fn pack(tag: Arc<str>, bytes: Arc<[u8]>, coding: Coding) -> Option<Arc<[u8]>> {
    let key = (tag, coding);
    if let Some(known) = KEPT.lock().get(&key) {
        return Some(Arc::clone(known));
    }
    let packed: Arc<[u8]> = spawn_blocking(move || packed(&bytes, coding)).await.ok()?.ok()?.into();
    KEPT.lock().insert(key, Arc::clone(&packed));
    Some(packed)
}

/// Bytes that are kept elsewhere, packed for whoever takes gzip; `None` where it is not worth it.
pub(super) fn gzip(bytes: &[u8]) -> Option<Arc<[u8]>> {
    let worth = bytes.len() >= WORTHWHILE_BYTES;
    worth.then(|| packed(bytes, Coding::Gzip).ok()).flatten().map(Arc::from)
}

/// Bytes of one answer: what is packed while somebody waits is packed in the least time.
pub(super) fn gzip_at_once(bytes: &[u8]) -> Option<Vec<u8>> {
    gzip_with(bytes, Compression::fast()).ok()
}

fn gzip_with(bytes: &[u8], level: Compression) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), level);
    packer.write_all(bytes)?;
    packer.finish()
}

fn packed(bytes: &[u8], coding: Coding) -> std::io::Result<Vec<u8>> {
    match coding {
        Coding::Brotli => {
            let mut packed = Vec::new();
            let writer = &mut packed;
            brotli::CompressorWriter::new(writer, BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW_BITS)
                .write_all(bytes)?;
            Ok(packed)
        }
        Coding::Gzip => gzip_with(bytes, Compression::best()),
    }
}
