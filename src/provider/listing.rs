//! Reads a provider's list of services, line by line. Pure: any bytes give a value.
//!
//! A line is taken as it stands or refused with a reason; one bad line says nothing about the others. What decides
//! over money, the rate, is read by its digits, and a text that could mean two numbers means none.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::kernel::cause::Defect;
use crate::kernel::figure::{self, Decimal};
use crate::kernel::foreign::{self, Ambiguous, Object, Scalar};
use crate::kernel::note::Note;

use super::markup;
use super::model::{Line, ListedService};
use super::text::{shorten, shorten_lines};
use super::wire::{self, QuestionResponse};

const MAX_NAME_CHARS: usize = 300;
const MAX_CATEGORY_CHARS: usize = 200;
const MAX_DESCRIPTION_CHARS: usize = 10_000;
const MAX_TYPE_CHARS: usize = 60;
/// Five times what the largest lists have; a megabyte of commas must not become a gigabyte of lines.
const MAX_LINES: usize = 50_000;
/// What is shown of a line whose id cannot be read.
const MAX_SHOWN_CHARS: usize = 60;

/// Reads the answer to `services`. An empty list is a list; what it means is for others to say.
pub(super) fn services(status: u16, body: &[u8]) -> QuestionResponse<Vec<Line>> {
    if !wire::is_answered(status) {
        return QuestionResponse::Unusable(wire::unanswered(status));
    }
    let text = foreign::text(body);
    let Some(lines) = foreign::array(&text, MAX_LINES).filter(|_| wire::is_yes(status)) else {
        return match wire::answer_object(status, &text) {
            Ok(_) => QuestionResponse::Unusable(Defect::NoList),
            Err(response) => response.into_response(),
        };
    };
    let mut read = Vec::with_capacity(lines.len());
    let mut places: HashMap<String, usize> = HashMap::new();
    for raw in lines {
        let line = line(raw);
        if let Some(id) = &line.id {
            match places.get(id).and_then(|place| read.get_mut(*place)) {
                Some(first) => {
                    repeat(first, line);
                    continue;
                }
                None => {
                    places.insert(id.clone(), read.len());
                }
            }
        }
        read.push(line);
    }
    QuestionResponse::This(read)
}

/// The same id once more: the same line again is no news, another one leaves nobody knowing which counts.
fn repeat(first: &mut Line, again: Line) {
    if *first != again {
        first.read = Err(Note::LineTwice);
    }
}

fn line(raw: &RawValue) -> Line {
    let unreadable = |why| Line { id: None, name: shown(raw), read: Err(why) };
    let Some(object) = foreign::object(raw.get()) else { return unreadable(Note::LineUnreadable) };
    let Ok(id) = object.get("service") else { return unreadable(Note::LineTwoIds) };
    let Some(id) = wire::order_id(id) else { return unreadable(Note::LineNoId) };
    let name = words(&object, "name", MAX_NAME_CHARS);
    let read = entry(&object, &id);
    Line { id: Some(id), name: name.ok().flatten().unwrap_or_default(), read }
}

fn shown(raw: &RawValue) -> String {
    // Cut before it is looked through: a line may be megabytes long.
    let head: String = raw.get().chars().take(MAX_SHOWN_CHARS.saturating_mul(4)).collect();
    shorten(&head, MAX_SHOWN_CHARS)
}

fn entry(object: &Object<'_>, id: &str) -> Result<ListedService, Note> {
    let name = words(object, "name", MAX_NAME_CHARS)?.ok_or(Note::LineNoName)?;
    let category = words(object, "category", MAX_CATEGORY_CHARS)?.ok_or(Note::LineNoCategory)?;
    let description = match lines(object, "description")? {
        Some(text) => text,
        None => lines(object, "desc")?.unwrap_or_default(),
    };
    let kind = words(object, "type", MAX_TYPE_CHARS)?.ok_or(Note::LineNoType)?;
    let rate = figure::decimal(&value(object, "rate")?).filter(|rate| !rate.as_str().starts_with('-'));
    let rate = rate.ok_or(Note::LineNoRate)?;
    if is_zero(&rate) {
        return Err(Note::LineFree);
    }
    Ok(ListedService {
        id: id.to_owned(),
        name,
        category,
        description,
        kind,
        rate,
        min: figure::limit(&value(object, "min")?).filter(|units| *units >= 0),
        max: figure::limit(&value(object, "max")?).filter(|units| *units >= 0),
        refill: flag(value(object, "refill")?),
        cancel: flag(value(object, "cancel")?),
        dripfeed: flag(value(object, "dripfeed")?),
    })
}

fn value<'a>(object: &Object<'a>, name: &str) -> Result<Scalar<'a>, Note> {
    object.get(name).map_err(|Ambiguous| Note::LineAmbiguous { field: name.to_owned() })
}

/// A text on one line, however it was written; `None` when there is none.
fn words(object: &Object<'_>, name: &str, max_chars: usize) -> Result<Option<String>, Note> {
    Ok(match value(object, name)? {
        Scalar::Text(text) => {
            Some(shorten(&markup::decoded(&text), max_chars)).filter(|text| !text.is_empty())
        }
        Scalar::Number(digits) => Some(shorten(digits, max_chars)),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
    })
}

/// A description with its line breaks; `None` when there is none.
fn lines(object: &Object<'_>, name: &str) -> Result<Option<String>, Note> {
    Ok(match value(object, name)? {
        Scalar::Text(text) => {
            Some(shorten_lines(&markup::plain(&text), MAX_DESCRIPTION_CHARS)).filter(|text| !text.is_empty())
        }
        Scalar::Number(digits) => Some(digits.to_owned()),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
    })
}

fn is_zero(rate: &Decimal) -> bool {
    rate.as_str().bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

fn flag(value: Scalar<'_>) -> Option<bool> {
    match value {
        Scalar::Bool(flag) => Some(flag),
        Scalar::Number("1") => Some(true),
        Scalar::Number("0") => Some(false),
        Scalar::Text(text) => match text.trim().to_lowercase().as_str() {
            "1" | "true" | "yes" => Some(true),
            "0" | "false" | "no" => Some(false),
            _ => None,
        },
        Scalar::Absent | Scalar::Number(_) | Scalar::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(body: &Value) -> Vec<Line> {
        match services(200, body.to_string().as_bytes()) {
            QuestionResponse::This(lines) => lines,
            QuestionResponse::Refused(_) | QuestionResponse::Unusable(_) => panic!("no list: {body}"),
        }
    }

    fn likes() -> Value {
        json!({ "service": 101, "name": "Likes", "type": "Default", "category": "TikTok", "rate": "12500",
            "min": "100", "max": "50000", "dripfeed": true, "refill": true, "cancel": false })
    }

    fn one(field: &str, value: Value) -> Result<ListedService, Note> {
        let mut line = likes();
        line[field] = value;
        read(&json!([line])).remove(0).read
    }

    fn rate_of(value: Value) -> Option<String> {
        one("rate", value).ok().map(|listed| listed.rate.to_string())
    }

    #[test]
    fn a_list_reads_as_documented() {
        let line = read(&json!([likes()])).remove(0);
        let listed = line.read.unwrap();
        assert_eq!(
            (line.id.as_deref(), listed.id.as_str(), listed.kind.as_str()),
            (Some("101"), "101", "Default")
        );
        assert_eq!((listed.min, listed.max), (Some(100), Some(50_000)));
        assert_eq!((listed.refill, listed.cancel, listed.dripfeed), (Some(true), Some(false), Some(true)));
    }

    #[test]
    fn what_is_no_list_is_none() {
        for body in
            ["", "{}", "null", "<html>", "[", "[{}", r#"{"status":"success","data":"Empty Data"}"#, "[]x"]
        {
            assert!(matches!(services(200, body.as_bytes()), QuestionResponse::Unusable(_)), "{body}");
        }
        assert!(matches!(services(502, b"[]"), QuestionResponse::Unusable(_)));
        assert!(matches!(services(403, b"[]"), QuestionResponse::Unusable(_)));
        let refused = QuestionResponse::Refused("Invalid API key".to_owned());
        assert_eq!(services(200, br#"{"error":"Invalid API key"}"#), refused);
        assert_eq!(services(401, br#"{"error":"Invalid API key"}"#), refused);
        assert_eq!(services(200, b" [] \n"), QuestionResponse::This(Vec::new()));
        let list = |lines: usize| format!("[{}]", vec!["0"; lines].join(","));
        assert!(matches!(services(200, list(50_001).as_bytes()), QuestionResponse::Unusable(_)));
        assert!(
            matches!(services(200, list(50_000).as_bytes()), QuestionResponse::This(lines) if lines.len() == 50_000)
        );
    }

    #[test]
    fn rates_keep_their_digits() {
        for (value, rate) in [
            (json!("0.90"), "0.90"),
            (json!("2,5"), "2.5"),
            (json!("12 500"), "12500"),
            (json!("9.0E-5"), "0.000090"),
            (json!(95_200), "95200"),
            (json!(" 95200 "), "95200"),
            (json!("1,234.50"), "1234.50"),
            (json!("1.234,5"), "1234.5"),
            (json!("1,234,567"), "1234567"),
            (json!("1.234.567"), "1234567"),
        ] {
            assert_eq!(rate_of(value.clone()).as_deref(), Some(rate), "{value}");
        }
        let precise: Value = serde_json::from_str(r#"["0.1000000000000000055"]"#).unwrap();
        assert_eq!(rate_of(precise[0].clone()).as_deref(), Some("0.1000000000000000055"));
        let number =
            r#"[{"service":1,"name":"a","category":"b","type":"Default","rate":0.10000000000000001}]"#;
        for (digits, rate) in [("0.10000000000000001", "0.10000000000000001"), ("9e-05", "0.00009")] {
            let body = number.replace("0.10000000000000001", digits);
            let QuestionResponse::This(lines) = services(200, body.as_bytes()) else { panic!() };
            assert_eq!(lines[0].read.as_ref().unwrap().rate.as_str(), rate);
        }
    }

    #[test]
    fn a_rate_that_could_mean_two_numbers_is_refused() {
        for value in [
            json!("1,234"),
            json!(""),
            json!(null),
            json!("-1"),
            json!(-1),
            json!("free"),
            json!([1]),
            json!("12 50"),
            json!("1,23,456"),
            json!("1.2.3"),
            json!("1,234.5,6"),
            json!(true),
            json!("0"),
            json!("0.00"),
            json!(0),
            json!("9".repeat(50)),
            json!("٣"),
        ] {
            assert_eq!(rate_of(value.clone()), None, "{value}");
        }
        assert!(one("rate", json!("0.0")) == Err(Note::LineFree));
    }

    #[test]
    fn units_are_whole_numbers() {
        for (value, units) in [
            (json!("100"), Some(100)),
            (json!(100), Some(100)),
            (json!("1,000"), Some(1000)),
            (json!(100.0), Some(100)),
            (json!("10.000"), None),
            (json!("1,0"), Some(1)),
            (json!(-5), None),
            (json!("1e3"), Some(1000)),
            (json!("100.00"), Some(100)),
            (json!(null), None),
            (json!(""), None),
            (json!("100,"), None),
            (json!(1.5), None),
            (json!("99999999999999999999"), None),
        ] {
            assert_eq!(one("min", value.clone()).unwrap().min, units, "{value}");
        }
    }

    #[test]
    fn one_bad_line_leaves_the_others() {
        let mut nameless = likes();
        nameless.as_object_mut().unwrap().remove("name");
        nameless["service"] = json!("102");
        let lines = read(&json!([5, null, {}, { "service": 0 }, nameless, likes()]));
        assert_eq!(lines.iter().filter(|line| line.read.is_ok()).count(), 1);
        assert_eq!(lines[4].id.as_deref(), Some("102"));
        assert_eq!(lines[4].read, Err(Note::LineNoName));
    }

    #[test]
    fn an_id_listed_twice_counts_once_or_not_at_all() {
        assert_eq!(read(&json!([likes(), likes()])).len(), 1);
        let mut other = likes();
        other["rate"] = json!("1");
        let lines = read(&json!([likes(), other, likes()]));
        assert_eq!((lines.len(), lines[0].read.is_err()), (1, true));
    }

    #[test]
    fn texts_are_cut_and_kept_as_text() {
        let listed = one("name", json!("🔥 <b>Likes</b>\u{202e}\n &amp; ".repeat(100))).unwrap();
        assert!(listed.name.starts_with("🔥 <b>Likes</b>  &") && listed.name.chars().count() == 300);
        assert_eq!(one("desc", json!("Mô tả")).unwrap().description, "Mô tả");
        let html = json!("Start: 0-1h<br />\r\nSpeed: 5K &#8211; 10K<br><br><br>\nLink: &lt;username&gt; ");
        let text = "Start: 0-1h\nSpeed: 5K – 10K\n\nLink: <username>";
        assert_eq!(one("desc", html.clone()).unwrap().description, text);
        assert_eq!(one("description", html).unwrap().description, text);
        let likes = one("category", json!("TikTok &amp;amp; more &#x2013; VN")).unwrap();
        assert_eq!(likes.category, "TikTok &amp; more – VN");
        assert_eq!(one("category", json!("")), Err(Note::LineNoCategory));
    }

    proptest! {
        #[test]
        fn any_bytes_read_or_fail(status in 0_u16..600, body: Vec<u8>) {
            services(status, &body);
        }

        #[test]
        fn any_values_read_or_fail(rate in "[-0-9.,e ]{0,12}", min in "[-0-9.,]{0,9}", name: String, number: f64) {
            let mut line = likes();
            (line["rate"], line["min"]) = (json!(rate), json!(min));
            (line["name"], line["max"]) = (json!(name), json!(number));
            let lines = read(&json!([line, rate, number]));
            if let Ok(listed) = &lines[0].read {
                prop_assert!(listed.min.is_none_or(|units| units >= 0));
                prop_assert!(!listed.rate.as_str().contains(['-', ',', ' ', 'e']));
            }
        }
    }
}
