//! A small picture within a setting: the shop's logo. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What a picture's bytes begin with, and say of it.
const KINDS: [(&str, &[u8]); 3] =
    [("image/png", b"\x89PNG\r\n\x1a\n"), ("image/jpeg", b"\xff\xd8\xff"), ("image/webp", b"RIFF")];

/// A picture that browsers draw and that can hold no script.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    /// As `Content-Type` says it.
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

impl Picture {
    pub const MOST_BYTES: usize = 48 * 1024;

    /// Of a `data:` address. `None`: it is none, of another kind than it says, or too large.
    pub fn read(address: &str) -> Option<Picture> {
        let (said, encoded) = address.strip_prefix("data:")?.split_once(";base64,")?;
        let (kind, start) = KINDS.into_iter().find(|(kind, _)| *kind == said)?;
        // Four characters for three bytes: what is longer is not even decoded.
        if encoded.len() / 4 > Picture::MOST_BYTES / 3 + 1 {
            return None;
        }
        let bytes = STANDARD.decode(encoded).ok()?;
        (bytes.starts_with(start) && bytes.len() <= Picture::MOST_BYTES).then_some(Picture { kind, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(kind: &str, bytes: &[u8]) -> String {
        format!("data:{kind};base64,{}", STANDARD.encode(bytes))
    }

    #[test]
    fn only_small_pictures_of_known_kinds_are_taken() {
        let (_, png) = KINDS[0];
        let read = Picture::read(&address("image/png", png)).unwrap();
        assert_eq!((read.kind, read.bytes.as_slice()), ("image/png", png));
        let largest = [png, &vec![0; Picture::MOST_BYTES - png.len()]].concat();
        assert!(Picture::read(&address("image/png", &largest)).is_some());
        for bad in [
            address("image/png", &[largest.as_slice(), &[0]].concat()),
            address("image/jpeg", png),
            address("image/svg+xml", b"<svg onload=alert(1)>"),
            address("text/html", png),
            "data:image/png;base64,%%%".to_owned(),
            "https://shop.example/logo.png".to_owned(),
            "data:image/png,plain".to_owned(),
        ] {
            assert_eq!(Picture::read(&bad), None);
        }
    }
}
