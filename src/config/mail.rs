//! Where letters are handed over, and whom they are from.

use super::{Config, ConfigError, Vars};
use crate::kernel::email::email;
use crate::kernel::secret::Secret;
use crate::outbound::smtp::{Security, SmtpLogin, SmtpServer};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

const URL: &str = "SMTP_URL";
const FROM: &str = "SMTP_FROM";

/// With the connection TLS begins at once there.
const TLS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

/// What letters are sent with.
pub struct Mail {
    pub server: SmtpServer,
    pub sender: Sender,
}

/// Whom letters are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub address: String,
    /// `None`: the shop's name.
    pub name: Option<String>,
}

impl Config {
    /// Whether users can be sent links: there has to be a way to send them, and an address that they lead to. What a
    /// request says of the panel's address does not count: whoever asks could have it lead anywhere.
    pub fn sends_links(&self) -> bool {
        self.mail.is_some() && self.public_url.is_some()
    }
}

impl Vars<'_> {
    /// `None`: no letters are sent. `public_url`: the panel's address, whose name it gives itself.
    pub(super) fn mail(&self, public_url: Option<&Url>) -> Result<Option<Mail>, ConfigError> {
        let (url, from) = match (self.text(URL), self.text(FROM)) {
            (None, None) => return Ok(None),
            (Some(url), Some(from)) => (url, from),
            (Some(_), None) => return Err(ConfigError::new(FROM, "is needed with SMTP_URL")),
            (None, Some(_)) => return Err(ConfigError::new(URL, "is needed with SMTP_FROM")),
        };
        let sender = self.known(Sender::parse(&from).map_err(|why| ConfigError::new(FROM, why)));
        let server = self.known(server(&url).map_err(|why| ConfigError::new(URL, why)));
        let (Some(sender), Some(mut server)) = (sender, server) else { return Ok(None) };
        let own_name = public_url.and_then(Url::domain).map(str::to_owned);
        let of_sender = || sender.address.rsplit('@').next().unwrap_or_default().to_owned();
        server.own_name = own_name.unwrap_or_else(of_sender);
        Ok(Some(Mail { server, sender }))
    }
}

impl Sender {
    /// From `shop@example.vn` or `Shop <shop@example.vn>`.
    fn parse(text: &str) -> Result<Sender, &'static str> {
        const SHAPE: &str = "must be an address like shop@example.vn, or Shop <shop@example.vn>";
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
            None => ("", text),
        };
        if name.chars().any(|c| c.is_control() || c == '<') {
            return Err(SHAPE);
        }
        let address = email(address).map_err(|_| SHAPE)?;
        Ok(Sender { address, name: Some(name.to_owned()).filter(|name| !name.is_empty()) })
    }
}

/// From `smtps://user:password@host:465` or `smtp://…`. Errors: what is wrong, without the address.
fn server(text: &str) -> Result<SmtpServer, &'static str> {
    const SHAPE: &str = "must be like smtps://user:password@host:465, or smtp://user:password@host:587 for STARTTLS; in \
         user and password write @ as %40, : as %3A, / as %2F";
    let url = Url::parse(text).map_err(|_| SHAPE)?;
    let (security, port) = match url.scheme() {
        "smtps" => (Security::AtOnce, TLS_PORT),
        "smtp" => (Security::StartTls, SUBMISSION_PORT),
        _ => return Err(SHAPE),
    };
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let host = match Host::parse(url.host_str().unwrap_or_default()) {
        Ok(Host::Domain(name)) if is_bare => name,
        Ok(Host::Ipv4(address)) if is_bare => address.to_string(),
        _ => return Err(SHAPE),
    };
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| SHAPE)?;
        if text.chars().any(char::is_control) { Err(SHAPE) } else { Ok(text.into_owned()) }
    };
    let login = match (decoded(url.username())?, decoded(url.password().unwrap_or_default())?) {
        (user, password) if user.is_empty() && password.is_empty() => None,
        (user, password) if user.is_empty() || password.is_empty() => return Err(SHAPE),
        (user, password) => Some(SmtpLogin { user, password: Secret::new(password) }),
    };
    let port = url.port().unwrap_or(port);
    if port == 0 {
        return Err(SHAPE);
    }
    Ok(SmtpServer { host, port, security, login, own_name: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, from: &str) -> Result<Mail, String> {
        let source = |name: &str| match name {
            URL => Some(url.to_owned()),
            FROM => Some(from.to_owned()),
            "PUBLIC_URL" => Some("https://panel.example.vn".to_owned()),
            _ => None,
        };
        let config = Config::read(&source).map_err(|refused| refused.to_string())?;
        config.mail.ok_or_else(|| "no mail".to_owned())
    }

    #[test]
    fn an_address_is_taken_apart() {
        let mail = read("smtps://shop%40gmail.com:ab%3Acd%2F1@SMTP.gmail.com", "Shop \u{111} <shop@x.vn>");
        let Mail { server, sender } = mail.unwrap();
        let login = server.login.unwrap();
        assert_eq!((login.user.as_str(), login.password.expose()), ("shop@gmail.com", "ab:cd/1"));
        assert_eq!((server.host.as_str(), server.port), ("smtp.gmail.com", 465));
        assert_eq!((server.security, server.own_name.as_str()), (Security::AtOnce, "panel.example.vn"));
        assert_eq!(sender, Sender { address: "shop@x.vn".to_owned(), name: Some("Shop \u{111}".to_owned()) });
        let relay = read("smtp://10.0.0.5:2525/", "shop@x.vn").unwrap();
        assert_eq!((relay.server.host.as_str(), relay.server.port), ("10.0.0.5", 2525));
        assert!(relay.server.login.is_none() && relay.sender.name.is_none());
        assert_eq!(relay.server.security, Security::StartTls);
        assert_eq!(read("smtp://mail.x.vn", "a@x.vn").unwrap().server.port, 587);
    }

    #[test]
    fn what_cannot_work_is_refused_with_its_name_and_not_repeated() {
        for (url, from, name) in [
            ("mail.x.vn:465", "shop@x.vn", URL),
            ("https://u:s3cret@mail.x.vn", "shop@x.vn", URL),
            ("smtps://u:s3cret@mail.x.vn/path", "shop@x.vn", URL),
            ("smtps://u:s3cret@mail.x.vn?tls=none", "shop@x.vn", URL),
            ("smtps://u:s3cret@", "shop@x.vn", URL),
            ("smtps://u:s3cret/x@mail.x.vn", "shop@x.vn", URL),
            ("smtps://u:s3cret%0d%0a@mail.x.vn", "shop@x.vn", URL),
            ("smtps://:s3cret@mail.x.vn", "shop@x.vn", URL),
            ("smtps://u@mail.x.vn", "shop@x.vn", URL),
            ("smtps://u:s3cret@mail.x.vn:0", "shop@x.vn", URL),
            ("smtps://u:s3cret@[::1]", "shop@x.vn", URL),
            ("smtps://u:s3cret@mail.x.vn", "shop", FROM),
            ("smtps://u:s3cret@mail.x.vn", "Shop shop@x.vn", FROM),
            ("smtps://u:s3cret@mail.x.vn", "A\u{7}B <shop@x.vn>", FROM),
            ("smtps://u:s3cret@mail.x.vn", "Shop <a@x.vn> <b@x.vn>", FROM),
            ("smtps://u:s3cret@mail.x.vn", "", FROM),
            ("", "shop@x.vn", URL),
        ] {
            let refused = read(url, from).err().unwrap_or_default();
            assert!(refused.starts_with(name) && !refused.contains("s3cret"), "{url} {from} -> {refused}");
        }
    }
}
