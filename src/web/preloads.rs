//! What a page needs before it can be drawn: its panel's script, the module of the page, all that these import, and
//! the style sheets that they wait for. The page names it in its head, so that a browser asks for everything at once
//! and not import after import. Read from the files themselves, so there is no list to keep.

use super::assets;
use std::fmt::Write;

/// Where the elements stand: before what they are for.
const BEFORE: &str = "  <script type=\"module\"";
/// How a module says that it is not ready without a sheet.
const WAITS: &str = "await styled(";

/// The page with what it needs named. `script` is its panel's, `page` the module that draws this address.
pub(super) fn named(html: &str, script: &str, page: Option<&str>) -> String {
    let mut modules = Vec::new();
    for start in [Some(script), page].into_iter().flatten() {
        follow(start, &mut modules);
    }
    let mut head = String::new();
    // Writing to a string cannot fail.
    for (module, text) in &modules {
        if module != script {
            let _ = writeln!(head, "  <link rel=\"modulepreload\" href=\"/assets/{module}\">");
        }
        for sheet in sheets(text) {
            let _ = writeln!(head, "  <link rel=\"stylesheet\" href=\"/assets/{sheet}\">");
        }
    }
    html.replacen(BEFORE, &format!("{head}{BEFORE}"), 1)
}

/// A module with its text, and what it imports before it runs, each once.
fn follow(module: &str, found: &mut Vec<(String, String)>) {
    if found.iter().any(|(known, _)| known == module) {
        return;
    }
    let Some(bytes) = assets::bytes(module) else { return };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let imports: Vec<_> = imports(module, &text).collect();
    found.push((module.to_owned(), text));
    for import in imports {
        follow(&import, found);
    }
}

/// `from "./x.js"` and `import "./x.js"`, with or without the space; `import("./x.js")` waits until it is called.
fn imports<'t>(module: &'t str, text: &'t str) -> impl Iterator<Item = String> + 't {
    let after = |word: &'static str| text.split(word).skip(1);
    let quoted = |rest: &'t str| rest.trim_start().strip_prefix('"')?.split('"').next();
    after("from").chain(after("import")).filter_map(quoted).filter(|path| path.starts_with('.')).map(
        move |path| {
            let mut parts: Vec<_> = module.split('/').collect();
            parts.pop();
            for part in path.split('/') {
                match part {
                    "." => (),
                    ".." => drop(parts.pop()),
                    name => parts.push(name),
                }
            }
            parts.join("/")
        },
    )
}

fn sheets(text: &str) -> impl Iterator<Item = &str> {
    let given = text.split(WAITS).skip(1).filter_map(|rest| rest.split(')').next());
    given.flat_map(|names| names.split('"').filter(|name| name.ends_with(".css")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head>\n  <script type=\"module\" src=\"/assets/app.js\"></script>\n</head>";

    fn of(page: Option<&str>) -> Vec<String> {
        let html = named(PAGE, "app.js", page);
        html.split("\"/assets/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect()
    }

    #[test]
    fn a_page_names_its_own_modules_and_no_other_pages() {
        let (login, orders) = (of(Some("pages/login.js")), of(Some("pages/orders.js")));
        for every in ["lib/dom.js", "vendor/preact-11.2.0.min.js", "pages/frame.js", "app.js"] {
            assert!(login.iter().any(|one| one == every), "{every}: {login:?}");
        }
        assert!(login.iter().any(|one| one == "pages/login.js"));
        assert!(!login.iter().any(|one| one == "pages/new-order.js" || one == "pages/orders.js"));
        assert!(orders.iter().any(|one| one == "css/order-rows.css"), "{orders:?}");
        assert!(of(None).iter().all(|one| !one.ends_with("login.js")));
    }

    #[test]
    fn whatever_is_named_has_all_that_it_imports_named_once() {
        for page in ["pages/orders.js", "pages/new-order.js", "pages/admin/dashboard.js"] {
            let named = of(Some(page));
            for module in named.iter().filter(|one| one.ends_with(".js")) {
                assert_eq!(named.iter().filter(|one| *one == module).count(), 1, "{module}");
                let bytes = assets::bytes(module).unwrap();
                for import in imports(module, &String::from_utf8_lossy(&bytes)) {
                    assert!(named.contains(&import), "{page} does not name {import}, which {module} imports");
                }
            }
        }
    }
}
