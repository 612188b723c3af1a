//! HTTPS by the panel itself: where it listens, under which name, with which certificate.

use super::{ConfigError, Vars, is_http};
use crate::kernel::email::email;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::{Host, Url};

pub struct Https {
    /// Where it listens with TLS.
    pub address: SocketAddr,
    /// Where plain requests are sent on to the https address.
    pub plain_address: SocketAddr,
    pub source: CertificateSource,
}

/// Where the certificate comes from.
pub enum CertificateSource {
    Files(CertificateFiles),
    Acme(Acme),
}

/// An authority that gives certificates to whoever answers for a name (ACME, RFC 8555).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acme {
    pub domain: String,
    /// Whom it may write to.
    pub email: Option<String>,
    /// Where it says what it offers.
    pub directory_url: String,
}

/// PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The server's certificate first, then those between it and the authority.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Vars<'_> {
    /// What the variables say, and the panel's address from outside, which follows.
    pub(super) fn https(&self) -> Result<(Option<Https>, Option<Url>), ConfigError> {
        let domain = self.known_or_default(self.domain());
        let public_url = self.known_or_default(self.public_url());
        let addresses = ["HTTPS_ADDRESS", "HTTP_ADDRESS"].map(|name| self.known(self.socket_address(name)));
        let acme = self.acme(domain.as_deref())?;
        let source = match (self.text("TLS_CERT"), self.text("TLS_KEY")) {
            (None, None) => match acme {
                Some(acme) => CertificateSource::Acme(acme),
                None => return Ok((None, public_url)),
            },
            (Some(certificate), Some(key)) => CertificateSource::Files(CertificateFiles {
                certificate: certificate.into(),
                key: key.into(),
            }),
            (Some(_), None) => return Err(ConfigError::new("TLS_KEY", "is needed with TLS_CERT")),
            (None, Some(_)) => return Err(ConfigError::new("TLS_CERT", "is needed with TLS_KEY")),
        };
        if let Some(url) = &public_url {
            is_ours(url, domain.as_deref())?;
        }
        let [Some(address), Some(plain_address)] = addresses else { return Ok((None, public_url)) };
        let of_domain = domain.and_then(|name| public_url_of(&name));
        Ok((Some(Https { address, plain_address, source }), public_url.or(of_domain)))
    }

    /// `None`: there is no name to ask a certificate for.
    fn acme(&self, domain: Option<&str>) -> Result<Option<Acme>, ConfigError> {
        let email = self.text("ACME_EMAIL").map(|text| email(&text)).transpose();
        let email =
            self.known_or_default(email.map_err(|rule| ConfigError::new("ACME_EMAIL", rule.to_string())));
        let directory_url = self.text_or_default("ACME_DIRECTORY_URL");
        if !Url::parse(&directory_url).is_ok_and(|url| is_http(&url)) {
            return Err(ConfigError::new("ACME_DIRECTORY_URL", "must be an http(s) URL"));
        }
        Ok(domain.map(|domain| Acme { domain: domain.to_owned(), email, directory_url }))
    }

    fn domain(&self) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.text("HTTPS_DOMAIN") else { return Ok(None) };
        match Host::parse(&text) {
            Ok(Host::Domain(name)) if !name.ends_with('.') => Ok(Some(name)),
            _ => Err(ConfigError::new("HTTPS_DOMAIN", "must be a name alone, like panel.example.vn")),
        }
    }

    fn socket_address(&self, name: &'static str) -> Result<SocketAddr, ConfigError> {
        let problem = "must be an address with a port, like [::]:443 or 0.0.0.0:443";
        self.text_or_default(name).parse().map_err(|_| ConfigError::new(name, problem))
    }
}

/// The panel's address under a name that a certificate is for. Customers come by the usual port, whatever the panel
/// listens on; else `PUBLIC_URL` says so.
pub fn public_url_of(name: &str) -> Option<Url> {
    Url::parse(&format!("https://{name}")).ok()
}

fn is_ours(public_url: &Url, domain: Option<&str>) -> Result<(), ConfigError> {
    if public_url.scheme() != "https" {
        return Err(ConfigError::new("PUBLIC_URL", "must begin with https:// when the panel speaks HTTPS"));
    }
    match domain {
        Some(domain) if public_url.host_str() != Some(domain) => Err(ConfigError::new(
            "PUBLIC_URL",
            format!("must be of the name that HTTPS_DOMAIN says, {domain}"),
        )),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, LETS_ENCRYPT};

    fn read(vars: &[(&str, &str)]) -> Result<Config, String> {
        let files = [("TLS_CERT", "c.pem"), ("TLS_KEY", "k.pem")];
        let source = |name: &str| {
            vars.iter().chain(&files).find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        };
        Config::read(&source).map_err(|refused| refused.to_string())
    }

    #[test]
    fn the_public_address_follows_the_domain() {
        for (vars, url) in [
            (vec![("HTTPS_DOMAIN", "Panel.example.VN")], Some("https://panel.example.vn/")),
            (
                vec![("HTTPS_DOMAIN", "shop.vn"), ("PUBLIC_URL", "https://shop.vn:8443")],
                Some("https://shop.vn:8443/"),
            ),
            (
                vec![("HTTPS_DOMAIN", "bán.vn"), ("HTTPS_ADDRESS", "[::]:8443")],
                Some("https://xn--bn-mia.vn/"),
            ),
            (vec![("PUBLIC_URL", "https://shop.vn")], Some("https://shop.vn/")),
            // The certificate says the name then.
            (vec![], None),
        ] {
            let config = read(&vars).unwrap();
            assert_eq!(config.public_url.as_ref().map(Url::as_str), url, "{vars:?}");
            assert!(config.https.is_some());
        }
    }

    #[test]
    fn a_name_alone_asks_an_authority_for_its_certificate() {
        let none = [("TLS_CERT", ""), ("TLS_KEY", "")];
        assert!(read(&none).unwrap().https.is_none());
        let config = read(&[&none[..], &[("HTTPS_DOMAIN", "Shop.vn")]].concat()).unwrap();
        let Some(Https { source: CertificateSource::Acme(acme), .. }) = config.https else {
            panic!("no authority is asked");
        };
        assert_eq!((acme.domain.as_str(), acme.email), ("shop.vn", None));
        assert_eq!(acme.directory_url, LETS_ENCRYPT);
        assert_eq!(config.public_url.map(String::from).as_deref(), Some("https://shop.vn/"));
    }

    #[test]
    fn what_cannot_work_is_refused_with_its_name() {
        for (vars, name) in [
            (vec![("TLS_KEY", "")], "TLS_KEY"),
            (vec![("TLS_CERT", "")], "TLS_CERT"),
            (vec![("HTTPS_DOMAIN", "https://shop.vn")], "HTTPS_DOMAIN"),
            (vec![("HTTPS_DOMAIN", "shop.vn:443")], "HTTPS_DOMAIN"),
            (vec![("HTTPS_DOMAIN", "192.0.2.1")], "HTTPS_DOMAIN"),
            (vec![("HTTPS_DOMAIN", "shop.vn.")], "HTTPS_DOMAIN"),
            (vec![("ACME_EMAIL", "an")], "ACME_EMAIL"),
            (vec![("ACME_DIRECTORY_URL", "acme.example")], "ACME_DIRECTORY_URL"),
            (vec![("HTTPS_ADDRESS", "443")], "HTTPS_ADDRESS"),
            (vec![("HTTP_ADDRESS", "localhost:80")], "HTTP_ADDRESS"),
            (vec![("PUBLIC_URL", "http://shop.vn")], "PUBLIC_URL"),
            (vec![("PUBLIC_URL", "https://shop.vn"), ("HTTPS_DOMAIN", "other.vn")], "PUBLIC_URL"),
        ] {
            let refused = read(&vars).err().unwrap_or_default();
            assert!(refused.starts_with(name), "{vars:?} -> {refused:?}");
        }
    }
}
