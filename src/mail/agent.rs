//! What a browser calls itself, in words of ours: what it says could be anything, a stranger's message too. The pages
//! know the same names (`static/lib/agent.js`).

/// Parts of a `User-Agent` and what they tell. The order matters: most pretend to be others as well.
const BROWSERS: [(&str, &str); 14] = [
    ("Zalo", "Zalo"),
    ("FBAN", "Facebook"),
    ("FBAV", "Facebook"),
    ("coc_coc_browser/", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// `Chrome, Windows`; `None` for what is not known.
pub fn known_agent(text: &str) -> Option<String> {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(part, _)| text.contains(part)).map(|(_, name)| *name)
    };
    let names: Vec<&str> = [first(&BROWSERS), first(&SYSTEMS)].into_iter().flatten().collect();
    if names.is_empty() { None } else { Some(names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_ours_come_out() {
        let of = |text: &str| known_agent(text);
        let chrome =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36";
        assert_eq!(of(chrome).as_deref(), Some("Chrome, Windows"));
        assert_eq!(of(&format!("{chrome} Edg/130.0")).as_deref(), Some("Edge, Windows"));
        assert_eq!(of("curl/8.5.0").as_deref(), Some("curl"));
        let hostile = "http://evil.example/ call 0900 000 000 Firefox/1.0 now";
        assert_eq!(of(hostile).as_deref(), Some("Firefox"));
        assert_eq!(of("http://evil.example/"), None);
    }
}
