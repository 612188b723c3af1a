//! Names as providers write them, made the shop's own. Pure.

/// What is done to names and categories when they are imported: emoji go if they are to, then each text is replaced in
/// the order of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaning {
    pub drops_emoji: bool,
    pub replacements: Replacements,
}

/// Texts and what stands in their place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacements(Vec<(String, String)>);

impl Replacements {
    pub(super) const MOST: usize = 50;
    pub(super) const MOST_CHARS: usize = 100;
    const SIGN: &str = "=>";

    /// Lines like `old => new`; with nothing behind the sign the text goes. `None`: some line is none, or too long.
    pub fn parse(lines: &str) -> Option<Replacements> {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let replacements: Option<Vec<_>> = lines.map(replacement).collect();
        replacements.filter(|all| all.len() <= Self::MOST).map(Replacements)
    }
}

fn replacement(line: &str) -> Option<(String, String)> {
    let (old, new) = line.split_once(Replacements::SIGN)?;
    let (old, new) = (old.trim(), new.trim());
    let fits =
        |text: &str| text.chars().count() <= Replacements::MOST_CHARS && !text.contains(char::is_control);
    let is_one = !old.is_empty() && !new.contains(Replacements::SIGN) && fits(old) && fits(new);
    is_one.then(|| (old.to_owned(), new.to_owned()))
}

impl Cleaning {
    /// The name as it is to be. One of which nothing would be left stays as it was.
    pub fn of(&self, name: &str) -> String {
        let mut clean: String = match self.drops_emoji {
            true => name.chars().map(|c| if is_emoji(c) { ' ' } else { c }).collect(),
            false => name.to_owned(),
        };
        for (old, new) in &self.replacements.0 {
            clean = clean.replace(old, new);
        }
        if clean == name {
            return clean;
        }
        let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        if clean.is_empty() { name.to_owned() } else { clean }
    }
}

/// A picture, or what joins, colours and closes one. Signs that part words, like arrows and bullets, are none.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}'
        | '\u{2600}'..='\u{2604}' | '\u{2607}'..='\u{26ff}'
        | '\u{231a}'..='\u{231b}' | '\u{23e9}'..='\u{23fa}'
        | '\u{2702}'..='\u{2716}' | '\u{271d}'..='\u{2757}' | '\u{2763}'..='\u{2767}'
        | '\u{2795}'..='\u{2797}' | '\u{27b0}' | '\u{27bf}'
        | '\u{2b1b}'..='\u{2b1c}' | '\u{2b50}' | '\u{2b55}'
        | '\u{200d}' | '\u{20e3}' | '\u{fe0e}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaning(drops_emoji: bool, lines: &str) -> Cleaning {
        Cleaning { drops_emoji, replacements: Replacements::parse(lines).unwrap() }
    }

    #[test]
    fn a_list_is_read_line_by_line_or_refused() {
        assert_eq!(Replacements::parse(" \n\n"), Some(Replacements::default()));
        assert!(Replacements::parse("a => b\n [SERVER 1] =>\r\n").is_some_and(|list| list.0.len() == 2));
        let (long, many) = ("x".repeat(101), "a => b\n".repeat(51));
        for wrong in
            ["a", "=> b", "a = b", "a => b => c", &format!("{long} => a"), &format!("a => {long}"), &many]
        {
            assert_eq!(Replacements::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_lose_their_pictures_and_get_the_shops_words() {
        let rules = "Followers => Theo dõi\n[SERVER 27] =>\nTheo dõi TikTok => TikTok: theo dõi\n❤ => tim";
        for (name, drops_emoji, clean) in [
            ("🔥 TikTok | Fast ♻️ ⚡️", true, "TikTok | Fast"),
            ("Facebook ➤ Superfast → now • 5★ – “x”", true, "Facebook ➤ Superfast → now • 5★ – “x”"),
            ("👨‍👩‍👧 🇻🇳 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 Việt", true, "1 Việt"),
            ("🔥🔥", true, "🔥🔥"),
            ("🔥  two  blanks", false, "🔥  two  blanks"),
            ("[SERVER 27] Followers TikTok", false, "TikTok: theo dõi"),
            ("[SERVER 27]", false, "[SERVER 27]"),
            ("followers", false, "followers"),
        ] {
            assert_eq!(cleaning(drops_emoji, rules).of(name), clean, "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_name_is_something_is_left_of_it_and_no_picture(
            name in "[a-zạ🔥♻️⚡️❤ |=>]{1,30}", old in "[a-c|🔥]{1,3}", new in "[a-c ]{0,3}",
        ) {
            prop_assume!(!name.trim().is_empty());
            let clean = cleaning(true, &format!("{old} => {new}")).of(&name);
            prop_assert!(!clean.trim().is_empty());
            prop_assert!(clean == name || !clean.contains(is_emoji));
            prop_assert_eq!(Cleaning::default().of(&name), name);
        }
    }
}
