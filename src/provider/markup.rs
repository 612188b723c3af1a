//! HTML in what providers write, made text. Pure.
//!
//! Entities are decoded once: what is stored is text and is never decoded again. Of tags, those that part lines become
//! line breaks and those that only dress words are dropped. All others stay as they are, because in descriptions they
//! are mostly no tags: `<username>` says what to put there.

use std::borrow::Cow;

/// Tags that part lines.
const BREAKS: [&str; 14] =
    ["br", "p", "div", "li", "ul", "ol", "tr", "hr", "h1", "h2", "h3", "h4", "h5", "h6"];
/// Tags that only dress words.
const DRESSING: [&str; 18] = [
    "a", "b", "big", "center", "code", "del", "em", "font", "i", "ins", "mark", "s", "small", "span",
    "strike", "strong", "sub", "u",
];
/// Longer ones are no tags.
const MAX_TAG_BYTES: usize = 500;

/// `Likes &amp; Views &#8211; fast` as it is meant.
pub fn decoded(text: &str) -> Cow<'_, str> {
    html_escape::decode_html_entities(text)
}

/// A description as text, with line breaks where it had some of either kind.
pub fn plain(text: &str) -> String {
    let text = decoded(text);
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some((before, behind)) = rest.split_once('<') {
        plain.push_str(before);
        rest = behind;
        match tag(behind) {
            Some((name, behind)) if BREAKS.contains(&name.as_str()) => {
                plain.push_str(if name == "li" && !is_end(rest) { "\n• " } else { "\n" });
                rest = without_break(behind);
            }
            Some((name, behind)) if DRESSING.contains(&name.as_str()) => rest = behind,
            Some(_) | None => plain.push('<'),
        }
    }
    plain.push_str(rest);
    plain
}

/// The name of the tag that begins here, behind its `<`, and what follows it.
fn tag(text: &str) -> Option<(String, &str)> {
    let end = text.bytes().take(MAX_TAG_BYTES).position(|byte| matches!(byte, b'>' | b'<'))?;
    let (inside, behind) = text.split_at_checked(end)?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
    let is_whole =
        inside.get(name.len()..)?.starts_with([' ', '/', '\t', '\r', '\n']) || name.len() == inside.len();
    is_whole.then_some((name.to_ascii_lowercase(), behind.strip_prefix('>')?))
}

fn is_end(tag: &str) -> bool {
    tag.starts_with('/')
}

/// Programs put `<br />` before the line break that was there, so both are one.
fn without_break(text: &str) -> &str {
    let inline = text.trim_start_matches([' ', '\t']);
    inline.strip_prefix("\r\n").or_else(|| inline.strip_prefix('\n')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entities_are_decoded_once() {
        for (text, meant) in [
            ("Likes &amp; Views &#8211; fast", "Likes & Views – fast"),
            ("&#x2013;&#X2713;&quot;&#039;&apos;&lt;b&gt;&nbsp;&hellip;", "–✓\"''<b>\u{a0}…"),
            ("&#128293; &euro; &eacute; &#8363;", "🔥 € é ₫"),
            ("&amp;amp; &amp;lt;br&amp;gt;", "&amp; &lt;br&gt;"),
            ("A&B &; &#; &#x; & amp; &unheard; 5 & 6", "A&B &; &#; &#x; & amp; &unheard; 5 & 6"),
            ("&#0;&#xD83D;&#x110000;", "&#0;&#xD83D;&#x110000;"),
        ] {
            assert_eq!(decoded(text).replace('\0', "&#0;"), meant, "{text}");
        }
    }

    #[test]
    fn lines_stay_lines_and_words_lose_their_dress() {
        for (html, text) in [
            ("Start: 0-1h<br>Speed: 5K<br/>Drop: <b>no</b>", "Start: 0-1h\nSpeed: 5K\nDrop: no"),
            ("one<BR />\r\ntwo<br>\nthree\nfour", "one\ntwo\nthree\nfour"),
            ("<p>one</p><p class=\"x\">two</p>", "\none\n\ntwo\n"),
            ("<ul><li>one</li><li>two</li></ul>", "\n\n• one\n\n• two\n\n"),
            ("&lt;br&gt;a&lt;strong&gt;b&lt;/strong&gt;", "\nab"),
            ("t.me/<username> a < b <3 <-> </ > <>", "t.me/<username> a < b <3 <-> </ > <>"),
            ("<script>alert(1)</script><img src=x>", "<script>alert(1)</script><img src=x>"),
            ("<bar> <pp> <b <br", "<bar> <pp> <b <br"),
            ("<a href='https://x.vn'>here</a>", "here"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_made_plain_without_panic(
            text: String, html in "(<|>|/|br|b|li|p| |\n|&|amp|lt|;|#|x|8211|é){0,30}",
        ) {
            plain(&text);
            let made = plain(&html);
            prop_assert!(html.contains(['<', '&']) || made == html);
            plain(&"<".repeat(10_000));
        }
    }
}
