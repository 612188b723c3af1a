//! Starts of the binary with HTTPS.

use crate::support::binary::{Binary, command, own_folder};
use crate::support::tls::Authority;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

fn put(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

const HTTPS: [(&str, &str); 4] = [
    ("TLS_CERT", "cert.pem"),
    ("TLS_KEY", "key.pem"),
    ("HTTPS_ADDRESS", "127.0.0.1:0"),
    ("HTTP_ADDRESS", "127.0.0.1:0"),
];

/// The last line that a start says before it gives up.
fn refused(folder: &Path, vars: &[(&str, &str)]) -> String {
    let ended = command(folder, &["serve"], &[&HTTPS[..], vars].concat()).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    said.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn what_is_missing_or_does_not_fit_is_named_with_what_to_change() {
    let (folder, authority) = (own_folder(), Authority::foreign());
    let [[cert, key], [_, other]] = [(); 2].map(|()| authority.pem(|_| {}));
    put(folder.path(), "key.pem", &key);
    put(folder.path(), "other.pem", &other);
    put(folder.path(), "text.pem", "no certificate");
    assert_eq!(
        refused(folder.path(), &[]),
        "smm-panel: TLS_CERT: cert.pem: No such file or directory (os error 2)"
    );
    put(folder.path(), "cert.pem", &cert);
    for (vars, sentence) in [
        ([("TLS_KEY", "none.pem")], "TLS_KEY: none.pem: No such file or directory (os error 2)"),
        ([("TLS_KEY", "other.pem")], "TLS_KEY: other.pem: the key is not the one of the certificate"),
        (
            [("TLS_KEY", "text.pem")],
            "TLS_KEY: text.pem: there is no private key in it (PEM, without a password)",
        ),
        (
            [("TLS_CERT", "text.pem")],
            "TLS_CERT: text.pem: there is no certificate in it (PEM, -----BEGIN CERTIFICATE-----)",
        ),
        ([("TLS_KEY", "")], "TLS_KEY: is needed with TLS_CERT"),
    ] {
        assert_eq!(refused(folder.path(), &vars), format!("smm-panel: {sentence}"));
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for name in ["HTTPS_ADDRESS", "HTTP_ADDRESS"] {
        assert!(!fs::exists(folder.path().join("none")).unwrap());
        let _held = TcpListener::bind(&taken);
        assert_eq!(
            refused(folder.path(), &[(name, &taken)]),
            format!(
                "smm-panel: it cannot listen on {taken}: another program listens there; stop it, or set {name} to one \
                 with a free port"
            )
        );
    }
}

#[test]
fn the_name_comes_from_the_certificate_when_nobody_says_it() {
    let (folder, authority) = (own_folder(), Authority::foreign());
    let names = |names: &[&str]| {
        let sans = names.iter().map(|name| rcgen::SanType::DnsName((*name).try_into().unwrap())).collect();
        let [cert, key] = authority.pem(|params| params.subject_alt_names = sans);
        put(folder.path(), "cert.pem", &cert);
        put(folder.path(), "key.pem", &key);
    };
    names(&["*.example.vn", "panel.example.vn"]);
    let panel = Binary::start(folder.path(), &[], &HTTPS);
    let log = panel.log_with("make the first one at");
    assert!(log.contains("https://panel.example.vn/setup#"), "{log}");
    assert!(log.contains("listening on https://127.0.0.1:"), "{log}");
    panel.kill();
    names(&["*.example.vn"]);
    assert_eq!(
        refused(folder.path(), &[]),
        "smm-panel: HTTPS_DOMAIN: is needed, because the certificate of TLS_CERT names no host that could be the \
         panel's"
    );
    let panel =
        Binary::start(folder.path(), &[], &[&HTTPS[..], &[("HTTPS_DOMAIN", "a.example.vn")]].concat());
    panel.log_with("https://a.example.vn/setup#");
    panel.kill();
    let panel = Binary::start(folder.path(), &[], &[&HTTPS[..], &[("HTTPS_DOMAIN", "example.vn")]].concat());
    let log = panel.log_with("the certificate of TLS_CERT is not for this name");
    assert!(log.contains(r#""name":"example.vn""#), "{log}");
    panel.kill();
    let checked = command(folder.path(), &["check"], &HTTPS).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && said.contains("certificate  ok: until 4096-01-01"), "{said}");
}
