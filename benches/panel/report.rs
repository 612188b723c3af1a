//! The figures as they come, and all of them once more at the end as a table for the README.

/// What a figure is measured against.
pub enum Target {
    None,
    AtLeast(u64),
    AtMost(u64),
}

#[derive(Default)]
pub struct Report {
    rows: Vec<String>,
    missed: Vec<String>,
}

impl Report {
    /// A plain figure, with its unit in `shown`.
    pub fn figure(&mut self, name: &str, shown: &str) {
        self.row(name, shown, "");
    }

    /// A share or ratio in hundredths, so that 342 reads "3.42".
    pub fn ratio(&mut self, name: &str, hundredths: u64, target: &Target) {
        self.judged(name, &decimal(hundredths), hundredths, target, decimal);
    }

    /// A whole number with a limit, such as milliseconds or MiB.
    pub fn limited(&mut self, name: &str, value: u64, unit: &str, target: &Target) {
        self.judged(name, &format!("{value} {unit}"), value, target, |limit| format!("{limit} {unit}"));
    }

    fn judged(&mut self, name: &str, shown: &str, value: u64, target: &Target, say: impl Fn(u64) -> String) {
        let (wanted, kept) = match target {
            Target::None => (String::new(), true),
            Target::AtLeast(limit) => (format!("≥ {}", say(*limit)), value >= *limit),
            Target::AtMost(limit) => (format!("≤ {}", say(*limit)), value <= *limit),
        };
        if !kept {
            self.missed.push(format!("{name}: {shown}, wanted {wanted}"));
        }
        self.row(name, shown, &wanted);
    }

    fn row(&mut self, name: &str, shown: &str, wanted: &str) {
        println!("{name}: {shown}{}{wanted}", if wanted.is_empty() { "" } else { ", wanted " });
        self.rows.push(format!("| {name} | {shown} | {wanted} |"));
    }

    pub fn print(&self) {
        println!("\n| measured | figure | wanted |\n|---|---|---|\n{}\n", self.rows.join("\n"));
        for missed in &self.missed {
            println!("MISSED {missed}");
        }
    }
}

/// `numerator / denominator` in hundredths.
pub fn hundredths(numerator: u64, denominator: u64) -> u64 {
    numerator.saturating_mul(100) / denominator.max(1)
}

pub fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
