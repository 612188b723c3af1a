//! What dumps look like, and what is no dump.

use super::*;
use proptest::prelude::*;
use std::fmt::Write;

type Read = Vec<(String, Vec<Option<String>>)>;

fn read(dump: &[u8]) -> Result<Read, DumpError> {
    let mut rows = Rows::new(dump, |table| matches!(table, "users" | "orders"));
    let mut read = Vec::new();
    while let Some(row) = rows.next_row()? {
        read.push((row.table.to_string(), row.values));
    }
    Ok(read)
}

/// Of all tables.
fn count(dump: &[u8]) -> Result<u64, DumpError> {
    let mut rows = Rows::new(dump, |_| true);
    let mut count = 0;
    while rows.next_row()?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn fault(dump: &str) -> String {
    read(dump.as_bytes()).unwrap_err().to_string()
}

fn values(list: &str) -> Vec<Option<String>> {
    let dump = format!("INSERT INTO users VALUES ({list});");
    let columns = list.matches(',').count() + 1;
    let names: Vec<String> = (0..columns).map(|at| format!("`c{at}` int")).collect();
    let dump = format!("CREATE TABLE users ({});\n{dump}", names.join(","));
    read(dump.as_bytes()).unwrap().remove(0).1
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| Some((*text).to_owned())).collect()
}

/// As mysqldump and phpMyAdmin write it, with what stands around.
const DUMP: &str = r#"-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET NAMES utf8mb4 */;
/*M!999999\- enable the sandbox mode */
DROP TABLE IF EXISTS `users`;
CREATE TABLE IF NOT EXISTS `shop`.`users` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `Email` varchar(191) DEFAULT 'a,b)' COMMENT 'it''s; the \' mail',
  `balance` decimal(15,4) DEFAULT '0.0000',
  PRIMARY KEY (`id`),
  UNIQUE KEY `email` (`email`),
  CONSTRAINT `c` CHECK ((`balance` >= 0))
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4;
LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` VALUES (1,'lan@x.vn',12.5000),
(2,NULL,-0.5);
INSERT INTO `logs` VALUES (1,'INSERT INTO `users` VALUES (9,''x'',1); -- /* # '),(2,"it's");
UNLOCK TABLES;
DELIMITER ;;
CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW BEGIN
  INSERT INTO users VALUES (7,'trigger',1);
END ;;
DELIMITER ;
# a comment; with 'quotes
insert ignore into shop.USERS (id, `balance`, email) values (3, 0x31, 'mai\\\n@x.vn')
  , (4,1e3,_utf8mb4'đạt') ON DUPLICATE KEY UPDATE email = VALUES(email), id = 'x;';
-- Dump completed on 2026-11-22  7:39:00
"#;

#[test]
fn a_dump_is_read_whatever_stands_around_its_rows() {
    let rows = read(DUMP.as_bytes()).unwrap();
    let row = |values: &[Option<&str>]| {
        ("users".to_owned(), values.iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>())
    };
    assert_eq!(
        rows,
        [
            row(&[Some("1"), Some("lan@x.vn"), Some("12.5000")]),
            row(&[Some("2"), None, Some("-0.5")]),
            row(&[Some("3"), Some("1"), Some("mai\\\n@x.vn")]),
            row(&[Some("4"), Some("1e3"), Some("đạt")]),
        ]
    );
}

#[test]
fn columns_are_found_by_name_in_whatever_order() {
    let mut rows = Rows::new(DUMP.as_bytes(), |table| table == "users");
    let all: Vec<Row> = std::iter::from_fn(|| rows.next_row().unwrap()).collect();
    let emails: Vec<_> = all.iter().map(|row| row.text(&["mail", "email"])).collect();
    assert_eq!(emails, [Some("lan@x.vn"), None, Some("mai\\\n@x.vn"), Some("đạt")]);
    assert_eq!(all.iter().map(|row| row.line).collect::<Vec<_>>(), [15, 16, 25, 26]);
    assert!(all[0].has(&["balance"]) && !all[0].has(&["money"]));
}

#[test]
fn values_of_every_kind_are_read() {
    assert_eq!(values(r"'a\'b\\\0\n\r\t\Z\%\_\x''c'"), some(&["a'b\\\0\n\r\t\u{1a}\\%\\_x'c"]));
    assert_eq!(values(r#""it's ""so""" "#), some(&["it's \"so\""]));
    assert_eq!(values("0xC4A1,X'41',b'101',true,false"), some(&["ġ", "A", "5", "1", "0"]));
    assert_eq!(values("_binary 'x',N'y',-1.5e-7,+3"), some(&["x", "y", "-1.5e-7", "+3"]));
    assert_eq!(values("NULL /* none */ , default"), [None, None]);
    assert_eq!(values("''"), some(&[""]));
}

#[test]
fn what_is_no_utf8_is_read_as_windows_1252() {
    let dump = b"INSERT INTO users (a) VALUES ('caf\xe9 \x80 \x81');";
    assert_eq!(read(dump).unwrap()[0].1, some(&["café € \u{81}"]));
}

#[test]
fn what_is_damaged_is_told_with_its_line() {
    for (dump, said) in [
        ("INSERT INTO users (a)\nVALUES (1),\n(2", "line 3: the file ends in the middle of a statement"),
        ("INSERT INTO users (a) VALUES (1)", "line 1: the file ends in the middle of a statement"),
        ("INSERT INTO users (a) VALUES ('\n\n", "line 3: the file ends in the middle of a statement"),
        ("INSERT INTO other VALUES ('\n", "line 2: the file ends in the middle of a statement"),
        ("\n/* \n", "line 3: the file ends in the middle of a statement"),
        ("DELIMITER $$\nBEGIN;\n", "line 3: the file ends in the middle of a statement"),
        ("<html>\nno dump", "line 2: the file ends in the middle of a statement"),
        (
            "-- MySQL dump 10\nDROP TABLE x;",
            "line 2: the file lacks its last line, `-- Dump completed`: it is cut off",
        ),
        (
            "INSERT INTO users VALUES (1);",
            "line 1: rows of `users` come without the names of their columns, and no CREATE TABLE came before",
        ),
        (
            "INSERT INTO users (a, b) VALUES (1,2),\n(3);",
            "line 2: a row of `users` has 1 values for 2 columns",
        ),
        ("INSERT INTO users (a) VALUES (now());", "line 1: a value is expected here, and this is none"),
        ("INSERT INTO users (a) VALUES (1 2);", "line 1: `,` or `)` is expected here"),
        ("INSERT INTO users (a) VALUES (1) (2);", "line 1: `,` or `;` is expected here"),
        ("INSERT INTO users (a) SELECT 1;", "line 1: VALUES is expected here"),
        ("INSERT INTO users (a) VALUES (0xg);", "line 1: a value is expected here, and this is none"),
        (
            "CREATE TABLE users (a int);\nCREATE TABLE `users` (a int);",
            "line 2: `users` is made a second time: the file holds more than one database",
        ),
        ("PK\u{3}\u{4}", "line 1: the file is a zip archive; unpack it first"),
    ] {
        assert_eq!(fault(dump), said, "{dump:?}");
    }
    let utf16 = read(b"\xff\xfeI\0N\0").unwrap_err().to_string();
    assert_eq!(utf16, "line 1: the file is UTF-16; save it as UTF-8");
}

#[test]
fn nothing_is_kept_beyond_its_bounds() {
    let dump = |value: &str| format!("INSERT INTO users (a) VALUES ({value});");
    assert!(read(dump(&format!("'{}'", "x".repeat(LONGEST_VALUE))).as_bytes()).is_ok());
    assert_eq!(
        fault(&dump(&format!("'{}'", "x".repeat(LONGEST_VALUE + 1)))),
        "line 1: a value is longer than 1048576 bytes"
    );
    assert!(fault(&dump(&"9".repeat(LONGEST_VALUE * 2 + 1))).contains("a value is longer"));
    let long = format!("'{}'", "x".repeat(LONGEST_VALUE));
    let row = format!("INSERT INTO users (a,b,c,d,e) VALUES ({long},{long},{long},{long},{long});");
    assert!(fault(&row).contains("a row is longer"));
    assert!(fault(&format!("INSERT INTO {} VALUES (1);", "n".repeat(300))).contains("a name is longer"));
    assert!(fault(&format!("INSERT INTO `{}` VALUES (1);", "n".repeat(300))).contains("a name is longer"));
    assert!(
        fault(&format!("INSERT INTO users (a{}) VALUES (1);", ",a".repeat(1100)))
            .contains("more than 1024 columns")
    );
    assert!(
        fault(&format!("CREATE TABLE users (a{});", ",a int".repeat(1100)))
            .contains("more than 1024 columns")
    );
    // What nobody asks for may be as long as it likes.
    assert!(read(format!("INSERT INTO logs VALUES ({long}{long});").as_bytes()).is_ok());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(dump: Vec<u8>) {
        drop(count(&dump));
    }

    #[test]
    fn anything_like_a_dump_is_read_or_refused(
        dump in concat!(r#"(INSERT INTO |CREATE TABLE |users|`|\(|\)|,|;|'|"|\\|VALUES |a|1|0x|NULL|-- |"#,
            r"#|/\*|\*/|\n|DELIMITER | ){0,40}"),
    ) {
        drop(count(dump.as_bytes()));
    }

    /// What was escaped as MySQL does is what is read, however the file is cut into lines and statements.
    #[test]
    fn what_was_written_is_read(
        rows in proptest::collection::vec((any::<i64>(), any::<Option<String>>()), 1..20), each in 1_usize..5,
    ) {
        let mut dump = String::from("CREATE TABLE `users` (`a` bigint, `b` text, KEY `b` (`b`(10)));\n");
        for part in rows.chunks(each) {
            let written: Vec<String> = part.iter().map(|(number, text)| match text {
                None => format!("({number},NULL)"),
                Some(text) => format!("({number},'{}')", escaped(text)),
            }).collect();
            writeln!(dump, "INSERT INTO `users` VALUES {};", written.join(",")).unwrap();
        }
        let read: Vec<_> = read(dump.as_bytes()).unwrap().into_iter().map(|(_, values)| values).collect();
        let wanted: Vec<_> = rows.into_iter().map(|(number, text)| vec![Some(number.to_string()), text]).collect();
        prop_assert_eq!(read, wanted);
    }

    #[test]
    fn a_dump_that_is_cut_anywhere_is_known_to_be(at in 30..DUMP.find("Dump completed").unwrap()) {
        prop_assert!(read(&DUMP.as_bytes()[..at]).is_err(), "{at}");
    }
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\0' => r"\0".to_owned(),
            '\n' => r"\n".to_owned(),
            '\r' => r"\r".to_owned(),
            '\u{1a}' => r"\Z".to_owned(),
            '\'' | '"' | '\\' => format!("\\{c}"),
            other => other.to_string(),
        })
        .collect()
}
