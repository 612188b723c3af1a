//! Static bytes compressed: once for each content, on the first request that can take them so.

use aws_lc_rs::digest::{SHA256, digest};
use flate2::Compression;
use flate2::write::GzEncoder;
use rocket::http::ContentType;
use rocket::request::Request;
use rocket::tokio::task::spawn_blocking;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Below this the headers outweigh what is saved.
const WORTHWHILE_BYTES: usize = 1024;

type Key = [u8; 32];
/// By the hash of what was packed, so that a debug build packs a changed file anew.
static KEPT: LazyLock<Mutex<HashMap<Key, Arc<[u8]>>>> = LazyLock::new(Mutex::default);

/// Whether the client takes gzip.
pub(super) fn is_wanted(request: &Request<'_>) -> bool {
    request.headers().get("Accept-Encoding").flat_map(|list| list.split(',')).any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let refused =
            quality.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// Whether files of this type get smaller.
pub(super) fn is_packable(kind: &ContentType, bytes: usize) -> bool {
    let sub = kind.sub().as_str();
    let is_text = kind.top() == "text" || ["javascript", "json", "svg+xml"].contains(&sub);
    is_text && bytes >= WORTHWHILE_BYTES
}

/// The bytes as gzip; `None` when they could not be packed, so that they go out as they are.
pub(super) async fn gzip(bytes: Cow<'static, [u8]>) -> Option<Arc<[u8]>> {
    let key: Key = digest(&SHA256, &bytes).as_ref().try_into().ok()?;
    if let Some(known) = kept().get(&key) {
        return Some(Arc::clone(known));
    }
    let packed: Arc<[u8]> = spawn_blocking(move || pack(&bytes)).await.ok()?.ok()?.into();
    kept().insert(key, Arc::clone(&packed));
    Some(packed)
}

fn kept() -> std::sync::MutexGuard<'static, HashMap<Key, Arc<[u8]>>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pack(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}
