//! Recognises a misspelt variable.

use super::table::variable_names;
use std::fmt;
use strsim::osa_distance;

/// Nobody else's variables begin so.
const PREFIXES: [&str; 4] = ["BUMX_", "SEPAY_", "BANK_", "TELEGRAM_"];

/// So many letters may be wrong, missing, too many or exchanged.
const SLIPS: usize = 2;

/// A variable that does nothing and was probably meant for the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    pub name: String,
    /// Which ones of the panel's it may have been meant to be: one, or all that begin like it.
    pub meant: Vec<&'static str>,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the variable {} is not known and does nothing; ", self.name)?;
        match self.meant.as_slice() {
            [nearest] => write!(f, "is it {nearest}?"),
            all => write!(f, "those that begin like it are {}", all.join(", ")),
        }
    }
}

/// Whether a variable is none of the panel's and was probably meant to be; `None`: it is fine.
pub fn misspelt(name: &str) -> Option<Misspelt> {
    if variable_names().any(|known| known == name) {
        return None;
    }
    let typed = name.to_uppercase();
    let nearest = variable_names().map(|known| (osa_distance(&typed, known), known)).min();
    if let Some((distance, nearest)) = nearest
        && distance <= SLIPS
    {
        return Some(Misspelt { name: name.to_owned(), meant: vec![nearest] });
    }
    let prefix = PREFIXES.into_iter().find(|prefix| typed.starts_with(prefix))?;
    let meant = variable_names().filter(|known| known.starts_with(prefix)).collect();
    Some(Misspelt { name: name.to_owned(), meant })
}

/// Whether this variable of Rocket's, named without `ROCKET_`, is there without a value, which counts as none.
pub(super) fn is_blank(key: &str) -> bool {
    let name = format!("ROCKET_{}", key.to_uppercase());
    std::env::var(name).is_ok_and(|value| value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    #[test]
    fn all_that_is_read_is_known() {
        let asked = RefCell::new(BTreeSet::new());
        let source = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            (name == "BUMX_API_URL").then(|| "sandbox".to_owned())
        };
        Config::read(&source).unwrap();
        // The rest is Rocket's own.
        let ours = variable_names().filter(|name| !name.starts_with("ROCKET_"));
        assert_eq!(asked.into_inner(), ours.map(str::to_owned).collect());
    }

    #[test]
    fn a_name_that_is_nearly_ours_names_the_one_that_was_meant() {
        for (name, meant) in [
            ("BUMX_API_KEYS", "is it BUMX_API_KEY?"),
            ("sepay_secret", "is it SEPAY_SECRET?"),
            ("DATABSE_URL", "is it DATABASE_URL?"),
            ("PUBILC_URL", "is it PUBLIC_URL?"),
            ("ROCKET_PROT", "is it ROCKET_PORT?"),
            ("SEPAY_WEBHOK_KEY", "those that begin like it are SEPAY_SECRET, SEPAY_API_TOKEN, SEPAY_API_URL"),
        ] {
            let told = misspelt(name).map(|found| found.to_string()).unwrap_or_default();
            assert!(told.contains(name) && told.ends_with(meant), "{name}: {told}");
        }
    }

    #[test]
    fn what_is_ours_or_somebody_elses_is_left_alone() {
        let others = [
            "PATH",
            "HOME",
            "LANG",
            "LOGNAME",
            "DATABASE_HOST",
            "ROCKET_WORKERS",
            "ROCKET_TLS",
            "HTTPS_PROXY",
            "",
        ];
        for name in variable_names().chain(others) {
            assert_eq!(misspelt(name), None, "{name}");
        }
    }
}
