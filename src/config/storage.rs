//! Where backups are sent to, read from one address that holds the key too.

use super::{ConfigError, Vars};
use crate::kernel::secret::Secret;
use crate::outbound;
use percent_encoding::percent_decode_str;
use url::Url;

/// What an S3 storage takes when it has no regions.
const REGION: &str = "us-east-1";

/// A bucket of a storage that speaks S3.
pub struct Storage {
    /// Without key, path and parameters.
    pub endpoint: Url,
    pub bucket: String,
    /// The folder in it, without slashes at its ends; may be empty.
    pub prefix: String,
    pub region: String,
    pub key: String,
    pub secret: Secret,
}

impl Vars<'_> {
    /// What leaves the machine is encrypted.
    pub(super) fn storage(&self, is_encrypted: bool) -> Result<Option<Storage>, ConfigError> {
        let Some(text) = self.text("BACKUP_S3_URL") else { return Ok(None) };
        let wrong = |problem| ConfigError::new("BACKUP_S3_URL", problem);
        let storage = Storage::parse(&text).map_err(wrong)?;
        if is_encrypted { Ok(Some(storage)) } else { Err(wrong("needs BACKUP_PASSPHRASE with it")) }
    }
}

impl Storage {
    /// From `https://KEY:SECRET@host/bucket/prefix?region=…`. Errors: what is wrong, without the address.
    pub(super) fn parse(text: &str) -> Result<Storage, &'static str> {
        const SHAPE: &str = "must be like https://KEY:SECRET@host/bucket/folder?region=…; in key and secret write / as \
             %2F, + as %2B, @ as %40";
        let url = Url::parse(text).map_err(|_| SHAPE)?;
        let decoded = |text: &str| {
            percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| SHAPE)
        };
        let (key, secret) = (decoded(url.username())?, decoded(url.password().unwrap_or_default())?);
        if key.is_empty() || secret.is_empty() || url.fragment().is_some() {
            return Err(SHAPE);
        }
        let path = decoded(url.path())?;
        let (bucket, prefix) = path.trim_matches('/').split_once('/').unwrap_or((path.trim_matches('/'), ""));
        let mut region = REGION.to_owned();
        for (name, value) in url.query_pairs() {
            if name != "region" || value.is_empty() {
                return Err("takes the parameter region and no other");
            }
            region = value.into_owned();
        }
        let endpoint = url.join("/").ok().and_then(|mut endpoint| {
            endpoint.set_username("").and_then(|()| endpoint.set_password(None)).ok()?;
            Some(endpoint)
        });
        let endpoint = endpoint.filter(|endpoint| outbound::check_address(endpoint.as_str(), true).is_ok());
        let endpoint = endpoint.filter(|_| !bucket.is_empty()).ok_or(SHAPE)?;
        Ok(Storage {
            endpoint,
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            region,
            key,
            secret: Secret::new(secret),
        })
    }

    /// What may be shown of it: `https://host/bucket/folder`.
    pub fn shown(&self) -> String {
        let place = format!("{}{}/{}", self.endpoint, self.bucket, self.prefix);
        place.trim_end_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let of = |text: &str| Storage::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        let full =
            of("https://AKIA%2F1:se%2Bcr%2Fet%40@s3.example.vn/backups/shop/one/?region=ap-southeast-1");
        assert_eq!((full.key.as_str(), full.secret.expose()), ("AKIA/1", "se+cr/et@"));
        assert_eq!((full.bucket.as_str(), full.prefix.as_str()), ("backups", "shop/one"));
        assert_eq!(
            (full.endpoint.as_str(), full.region.as_str()),
            ("https://s3.example.vn/", "ap-southeast-1")
        );
        assert_eq!(full.shown(), "https://s3.example.vn/backups/shop/one");
        let short = of("http://k:s@10.0.0.5:9000/b");
        assert_eq!((short.prefix.as_str(), short.region.as_str()), ("", REGION));
        assert_eq!(short.shown(), "http://10.0.0.5:9000/b");
    }

    #[test]
    fn what_is_no_such_address_is_refused_and_not_repeated() {
        for text in [
            "s3.example.vn/b",
            "https://s3.example.vn/b",
            "https://key@s3.example.vn/b",
            "https://key:s3cret@s3.example.vn",
            "https://key:s3cret@s3.example.vn/",
            "https://key:s3cret/x@s3.example.vn/b",
            "https://key:s3cret@s3.example.vn/b?endpoint=x",
            "https://key:s3cret@s3.example.vn/b#x",
            "ftp://key:s3cret@s3.example.vn/b",
            "https://key:s3cret@[::1]/b",
        ] {
            let why = Storage::parse(text).err().unwrap_or_else(|| panic!("{text} was taken"));
            assert!(!why.contains("s3cret"), "{why}");
        }
    }
}
