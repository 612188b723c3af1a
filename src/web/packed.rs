//! Bytes compressed: static ones once for each content, on the first request that can take them so; long answers each
//! time. Brotli takes too long for that, so what a release has in it is what was packed when it was built.

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
type Kept = HashMap<Arc<str>, Arc<[u8]>>;
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// Whether files of this type get smaller.
pub(super) fn is_packable(kind: &ContentType, bytes: usize) -> bool {
    let sub = kind.sub().as_str();
    let is_text = kind.top() == "text" || ["javascript", "json", "svg+xml"].contains(&sub);
    is_text && bytes >= WORTHWHILE_BYTES
}

/// The bytes packed, which `tag` names; `None` when they could not be, so that they go out as they are.
pub(super) async fn gzip_once(tag: Arc<str>, bytes: Arc<[u8]>) -> Option<Arc<[u8]>> {
    if let Some(known) = KEPT.lock().get(&tag) {
        return Some(Arc::clone(known));
    }
    let packed: Arc<[u8]> =
        spawn_blocking(move || gzip_with(&bytes, Compression::best())).await.ok()?.ok()?.into();
    KEPT.lock().insert(tag, Arc::clone(&packed));
    Some(packed)
}

/// Bytes that are kept elsewhere, packed for whoever takes gzip; `None` where it is not worth it.
pub(super) fn gzip(bytes: &[u8]) -> Option<Arc<[u8]>> {
    let worth = bytes.len() >= WORTHWHILE_BYTES;
    worth.then(|| gzip_with(bytes, Compression::best()).ok()).flatten().map(Arc::from)
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

/// As the build script packs what a release has in it.
#[cfg(debug_assertions)]
pub(super) fn brotli(tag: &Arc<str>, bytes: &[u8]) -> Option<Arc<[u8]>> {
    const BUFFER_BYTES: usize = 4096;
    const QUALITY: u32 = 9;
    const WINDOW_BITS: u32 = 22;
    static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
    if let Some(known) = KEPT.lock().get(tag) {
        return Some(Arc::clone(known));
    }
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, BUFFER_BYTES, QUALITY, WINDOW_BITS).write_all(bytes).ok()?;
    let packed: Arc<[u8]> = packed.into();
    KEPT.lock().insert(Arc::clone(tag), Arc::clone(&packed));
    Some(packed)
}
