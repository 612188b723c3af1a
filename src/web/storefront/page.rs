//! The pages as HTML. What is put into them is text, never markup: `maud` escapes it.

use super::prices::{Group, Job, Unit};
use super::words::Words;
use crate::kernel::clock::Timestamp;
use crate::kernel::language::Language;
use crate::kernel::money::Vnd;
use crate::notify::moment;
use crate::web::assets;
use maud::{DOCTYPE, Markup, html};

/// What the operator says of the shop, in the reader's language.
pub(super) struct Shop {
    pub language: Language,
    pub name: String,
    /// Where the panel is reached, without a slash at its end; `None`: nobody has said so.
    pub origin: Option<String>,
    /// `#rrggbb`; empty: the panel's own.
    pub colour: String,
    pub support: Support,
    /// These four are empty where the operator has written nothing.
    pub headline: String,
    pub lead: String,
    pub faq: String,
    pub terms: String,
}

/// Where customers find help: names, numbers or links, empty where there is none.
pub(super) struct Support {
    pub zalo: String,
    pub telegram: String,
    pub email: String,
}

/// What the landing page shows.
pub(super) struct Landing {
    pub shop: Shop,
    pub prices: Vec<Group>,
    /// `None`: too few to tell.
    pub orders_done: Option<i64>,
    pub deposit_min: Vnd,
    /// The code of whoever sent the visitor here.
    pub referral: Option<String>,
}

/// In the box at the top.
const PRICES_AT_A_GLANCE: usize = 6;

pub(super) fn landing(page: &Landing) -> Markup {
    let shop = &page.shop;
    let words = Words(shop.language);
    let headline = or(&shop.headline, words.t("headline"));
    let lead = or(&shop.lead, words.t("lead"));
    let title = format!("{} · {headline}", shop.name);
    let register = sign_up(page.referral.as_deref(), None);
    whole(
        shop,
        &title,
        &lead,
        "/",
        html! {
            section.hero {
                div.wrap.hero-parts {
                    div {
                        h1 { (headline) }
                        p.lead.lines { (lead) }
                        p.calls {
                            a.call href=(register) { (words.t("register")) }
                            a.call.call-soft href="#prices" { (words.t("see_prices")) }
                        }
                        ul.promises {
                            li { (icon("check")) (words.t("no_password")) }
                            li {
                                (icon("check"))
                                (words.say("deposit_from", &[("amount", &words.money(page.deposit_min.get()))]))
                            }
                        }
                    }
                    (at_a_glance(words, &page.prices))
                }
            }
            main #content {
                (facts(words, page))
                (prices(words, page))
                (steps(words))
                (questions(words, shop))
            }
        },
    )
}

pub(super) fn terms(shop: &Shop) -> Markup {
    let words = Words(shop.language);
    let title = format!("{} · {}", words.t("terms"), shop.name);
    whole(
        shop,
        &title,
        &words.t("terms"),
        "/terms",
        html! {
            main.wrap.text #content {
                h1 { (words.t("terms")) }
                div.lines { (shop.terms) }
            }
        },
    )
}

/// An order as everybody may see it who has its link.
pub(super) struct Tracked<'o> {
    pub id: i64,
    pub service: &'o str,
    pub link: &'o str,
    pub status: &'static str,
    pub quantity: i64,
    pub start_count: Option<i64>,
    pub remains: Option<i64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Where it is shown.
    pub path: &'o str,
}

pub(super) fn tracked(shop: &Shop, order: &Tracked<'_>) -> Markup {
    let words = Words(shop.language);
    let title = words.say("order", &[("id", &order.id.to_string())]);
    let status = words.t(&format!("status_{}", order.status));
    let count = |number: Option<i64>| number.map_or_else(|| "–".to_owned(), |number| words.number(number));
    let left = order.remains.unwrap_or(order.quantity).clamp(0, order.quantity);
    let facts = [
        ("service", order.service.to_owned()),
        ("link", order.link.to_owned()),
        ("quantity", words.number(order.quantity)),
        ("start_count", count(order.start_count)),
        ("remains", count(order.remains)),
        ("created", moment(shop.language, order.created_at)),
        ("updated", moment(shop.language, order.updated_at)),
    ];
    whole(
        shop,
        &format!("{title} · {}", shop.name),
        &status,
        order.path,
        html! {
            main.wrap.text #content {
                h1 { (title) }
                p.state { strong { (status) } }
                progress max=(order.quantity) value=(order.quantity.saturating_sub(left))
                    aria-label=(words.t("progress")) {}
                dl.facts-list {
                    @for (name, value) in facts {
                        dt { (words.t(&format!("fact_{name}"))) }
                        dd { bdi { (value) } }
                    }
                }
            }
        },
    )
}

/// The shop's colour over the panel's, wherever the panel has its green: `readable` is text on light grounds and the
/// ground of white text, on dark grounds it is lighter. Shares are such that text keeps 4.5 to 1, whatever the colour.
pub(super) fn colours(readable: &str) -> String {
    let mix = |share: u8, other: &str| format!("color-mix(in srgb,{readable} {share}%,{other})");
    let light = [
        ("accent", readable.to_owned()),
        ("accent-strong", mix(80, "#000")),
        ("menu", mix(50, "#000")),
        ("menu-active", mix(78, "#000")),
        ("menu-text", "#e6ebe8".to_owned()),
        ("call", mix(30, "#fff")),
        ("accent-soft", mix(10, "#fff")),
        ("selected", mix(7, "#fff")),
        ("opened", mix(12, "#fff")),
        ("bulk", mix(40, "#000")),
    ];
    let dark = [
        ("accent", mix(35, "#fff")),
        ("accent-strong", mix(20, "#fff")),
        ("on-accent", "#0b110e".to_owned()),
        ("menu", mix(20, "#080c0a")),
        ("menu-active", mix(45, "#0b110e")),
        ("accent-soft", mix(28, "#101613")),
        ("selected", mix(20, "#18201c")),
        ("opened", mix(30, "#18201c")),
        ("bulk", mix(25, "#2a3a32")),
    ];
    let said = |colours: &[(&str, String)]| -> String {
        colours.iter().map(|(name, colour)| format!("--{name}:{colour};")).collect()
    };
    format!(":root{{{}}}[data-bs-theme=\"dark\"]{{{}}}", said(&light), said(&dark))
}

/// A page around its content.
fn whole(shop: &Shop, title: &str, description: &str, path: &str, content: Markup) -> Markup {
    let words = Words(shop.language);
    let code = shop.language.into_str();
    let other = match shop.language {
        Language::Vietnamese => "en",
        Language::English => "vi",
    };
    let stylesheet = |name: &str| html! { link rel="stylesheet" href=(assets::address(name)); };
    html! {
        (DOCTYPE)
        html lang=(code) data-made {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                meta name="description" content=(description);
                @if path.starts_with("/track/") { meta name="robots" content="noindex"; }
                meta property="og:title" content=(title);
                meta property="og:description" content=(description);
                meta property="og:type" content="website";
                meta property="og:site_name" content=(shop.name);
                link rel="icon" href="/logo";
                link rel="manifest" href="/manifest.webmanifest";
                // Search engines follow whole addresses only.
                @if let Some(origin) = &shop.origin {
                    link rel="canonical" href=(format!("{origin}{path}?lang={code}"));
                    @for language in [code, other] {
                        link rel="alternate" hreflang=(language) href=(format!("{origin}{path}?lang={language}"));
                    }
                    link rel="alternate" hreflang="x-default" href=(format!("{origin}{path}"));
                }
                script src=(assets::address("theme.js")) {}
                (stylesheet("css/tokens.css"))
                (stylesheet("css/shopfront.css"))
                @if let Some(digits) = shop.colour.strip_prefix('#') {
                    link rel="stylesheet" href=(format!("/brand.css?color={digits}"));
                }
                script type="module" src=(assets::address("shopfront.js")) {}
            }
            body {
                a.skip href="#content" { (words.t("skip")) }
                header.top {
                    div.wrap.bar {
                        a.brand href=(home(shop.language)) {
                            img src="/logo" width="28" height="28" alt="";
                            span { (shop.name) }
                        }
                        nav aria-label=(words.t("menu")) {
                            a href="#prices" { (words.t("prices")) }
                            a href="/services" { (words.t("services")) }
                            a href="/reseller" { (words.t("reseller")) }
                            @if !shop.faq.is_empty() { a href="#faq" { (words.t("faq")) } }
                        }
                        a.tongue href=(format!("{path}?lang={other}")) lang=(other) hreflang=(other) {
                            (words.t("other_language"))
                        }
                        a.enter href="/login" { (words.t("login")) }
                    }
                }
                (content)
                (foot(words, shop))
            }
        }
    }
}

fn home(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "/",
        Language::English => "/?lang=en",
    }
}

fn foot(words: Words, shop: &Shop) -> Markup {
    let Support { zalo, telegram, email } = &shop.support;
    html! {
        footer.foot {
            div.wrap.bar {
                strong { (shop.name) }
                @if !shop.terms.is_empty() {
                    a href=(format!("/terms?lang={}", shop.language.into_str())) { (words.t("terms")) }
                }
                a href="/announcements" { (words.t("changes")) }
                a href="/reseller" { (words.t("reseller")) }
                span.grow {}
                @for (name, base, to) in
                    [
                        ("Zalo", "https://zalo.me/", zalo),
                        ("Telegram", "https://t.me/", telegram),
                        ("E-mail", "mailto:", email),
                    ]
                {
                    @if !to.is_empty() {
                        a href=(contact(base, to)) rel="noopener noreferrer" target="_blank" { (name) }
                    }
                }
            }
        }
    }
}

/// Where a contact leads: settings take links, and names or numbers without a scheme.
fn contact(base: &str, to: &str) -> String {
    let is_link = ["https://", "http://"].iter().any(|scheme| to.starts_with(scheme));
    if is_link {
        return to.to_owned();
    }
    let name: String = to.trim_start_matches('@').chars().filter(|c| !c.is_whitespace()).collect();
    format!("{base}{name}")
}

fn at_a_glance(words: Words, groups: &[Group]) -> Markup {
    let first = |group: &'_ Group| {
        // What is said above them is: for 1,000.
        let job = group.jobs.iter().find(|job| job.unit == Unit::Thousand);
        job.map(|job| (group.icon, job.category.clone(), price(words, job)))
    };
    let rows: Vec<_> = groups.iter().filter_map(first).take(PRICES_AT_A_GLANCE).collect();
    html! {
        @if !rows.is_empty() {
            div.glance {
                div.glance-head { strong { (words.t("today")) } span { (words.t("from_lowest")) } }
                ul {
                    @for (picture, category, price) in rows {
                        li { (icon(picture)) bdi.cut { (category) } strong { (price) } }
                    }
                }
            }
        }
    }
}

fn facts(words: Words, page: &Landing) -> Markup {
    let jobs = || page.prices.iter().flat_map(|group| &group.jobs);
    let services: usize = jobs().map(|job| job.services).sum();
    let quickest = jobs().filter_map(|job| job.seconds).min();
    html! {
        @if let Some(done) = page.orders_done {
            ul.wrap.facts {
                li { strong { (words.number(done)) } span { (words.t("orders_done")) } }
                @if let Some(seconds) = quickest {
                    li { strong { (words.duration(seconds)) } span { (words.t("quickest")) } }
                }
                li { strong { (words.count(services)) } span { (words.t("on_sale")) } }
            }
        }
    }
}

fn prices(words: Words, page: &Landing) -> Markup {
    html! {
        section.wrap #prices {
            h2 { (words.t("prices")) }
            @if page.prices.is_empty() {
                p { (words.t("no_services")) }
            } @else {
                p.soft { (words.t("prices_lead")) }
                nav.chips aria-label=(words.t("platforms")) {
                    @for (place, group) in page.prices.iter().enumerate() {
                        a href=(format!("#p{place}")) { (icon(group.icon)) (name_of(words, group)) }
                    }
                }
                @for (place, group) in page.prices.iter().enumerate() {
                    div.group id=(format!("p{place}")) {
                        h3 { (icon(group.icon)) (name_of(words, group)) }
                        ul.jobs { @for job in &group.jobs { (row(words, page, job)) } }
                        @if group.left > 0 {
                            p.more {
                                a href="/services" { (words.say("more", &[("count", &words.count(group.left))])) }
                            }
                        }
                    }
                }
                p { a href="/services" { (words.t("all_services")) } }
            }
        }
    }
}

fn row(words: Words, page: &Landing, job: &Job) -> Markup {
    let count = words.count(job.services);
    let refill = job.refill_days.map(|days| match days {
        0 => words.t("refill"),
        days => words.say("refill_days", &[("days", &words.number(days))]),
    });
    html! {
        li {
            div.job {
                bdi.cut { (job.category) }
                span.soft {
                    (words.say("services_count", &[("count", &count)]))
                    @if let Some(seconds) = job.seconds {
                        " · " (words.say("done_in", &[("time", &words.duration(seconds))]))
                    }
                    @if let Some(refill) = refill { " · " (refill) }
                }
            }
            span.price { span.soft { (words.t("from")) } " " strong { (price(words, job)) } }
            a.choose href=(sign_up(page.referral.as_deref(), Some(job)))
                aria-label=(words.say("choose_named", &[("name", &job.category)])) { (words.t("choose")) }
        }
    }
}

/// Of a package by the order, else for 1,000 units.
fn price(words: Words, job: &Job) -> String {
    let rate = words.rate(job.from);
    match job.unit {
        Unit::Thousand => rate,
        Unit::ThousandMinutes => words.say("a_minute", &[("price", &rate)]),
        Unit::Order => words.say("a_package", &[("price", &rate)]),
    }
}

fn steps(words: Words) -> Markup {
    let steps = [("user-plus", "account"), ("qrcode", "deposit"), ("link", "link"), ("list-check", "follow")];
    html! {
        section.wrap {
            h2 { (words.t("steps")) }
            ol.steps {
                @for (picture, name) in steps {
                    li {
                        (icon(picture))
                        h3 { (words.t(&format!("step_{name}"))) }
                        p.soft { (words.t(&format!("step_{name}_text"))) }
                    }
                }
            }
        }
    }
}

/// A question is a line, its answer the lines below it; a blank line ends both.
fn questions(words: Words, shop: &Shop) -> Markup {
    let text = shop.faq.replace('\r', "");
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect();
    html! {
        @if !parts.is_empty() {
            section.wrap #faq {
                h2 { (words.t("faq")) }
                @for (question, answer) in parts {
                    details.question { summary { (question) } div.lines { (answer) } }
                }
            }
        }
    }
}

/// The sign-up, which remembers the service and who sent the visitor here.
fn sign_up(referral: Option<&str>, job: Option<&Job>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(job) = job {
        query.append_pair("service", &job.cheapest.to_string());
    }
    if let Some(code) = referral {
        query.append_pair("ref", code);
    }
    let query = query.finish();
    if query.is_empty() { "/register".to_owned() } else { format!("/register?{query}") }
}

fn name_of(words: Words, group: &Group) -> String {
    group.platform.map_or_else(|| words.t("other"), str::to_owned)
}

fn or(own: &str, otherwise: String) -> String {
    if own.is_empty() { otherwise } else { own.to_owned() }
}

/// A picture of the sprite; decoration only.
fn icon(name: &str) -> Markup {
    let address = format!("{}#{name}", assets::address("img/icons.svg"));
    html! {
        svg.icon aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" { use href=(address) {} }
    }
}
