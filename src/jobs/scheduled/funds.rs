//! Tells the operator before the money at a provider runs out: once, and once when there is enough again.

use crate::db::{ReadTx, Tx};
use crate::jobs::runtime::JobResult;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::notice::NoticeKind;
use crate::notify::{self, Notice, Subject};
use crate::reports::{self, Funds};
use crate::settings;
use crate::state::App;

/// Looks at the balances that the status sync has written down, and at the pace of the last days.
pub fn tick(app: &App) -> JobResult {
    // By reading, because mostly there is nothing to tell.
    if app.db.read_now(news)?.is_empty() {
        return Ok(Some("nothing new".to_owned()));
    }
    let told = app.db.write_blocking(|tx: &Tx| {
        let news = news(tx)?;
        let told = news.len();
        news.into_iter().try_for_each(|news| news.tell(tx)).map(|()| told)
    })?;
    Ok(Some(format!("{told} told")))
}

/// A change that was not told yet.
struct News {
    provider: ProviderId,
    notice: Notice,
    is_low: bool,
}

impl News {
    fn tell(self, tx: &Tx) -> Result<(), Fault> {
        let subject = Subject::Funds(self.provider);
        let tell = if self.is_low { notify::trouble } else { notify::over };
        tell(tx, subject, &self.notice)
    }
}

fn news(tx: &ReadTx) -> Result<Vec<News>, Fault> {
    let threshold = settings::number(tx, &settings::table::LOW_FUNDS_HOURS)?;
    if threshold == 0 || !notify::wants(tx, NoticeKind::Provider) {
        return Ok(Vec::new());
    }
    let mut news = Vec::new();
    for funds in reports::funds(tx)? {
        let was_low = notify::is_troubled(tx, Subject::Funds(funds.provider))?;
        if let Some(is_low) = is_low(&funds, threshold, was_low)
            && is_low != was_low
        {
            news.push(News { provider: funds.provider, notice: notice(funds, is_low), is_low });
        }
    }
    Ok(news)
}

/// `None`: nobody knows. Once low, funds have to last a quarter longer than the threshold to be enough, or the notice
/// would come and go with every order.
fn is_low(funds: &Funds, threshold: i64, was_low: bool) -> Option<bool> {
    funds.balance_vnd?;
    let enough = if was_low { threshold.saturating_mul(5).div_euclid(4) } else { threshold };
    Some(funds.last_less_than(enough))
}

fn notice(funds: Funds, is_low: bool) -> Notice {
    let balance = format!("{} {}", funds.balance.unwrap_or_default(), funds.currency);
    let provider = funds.name;
    if is_low {
        Notice::ProviderLow { provider, balance, hours_left: funds.hours_left.unwrap_or(0) }
    } else {
        Notice::ProviderFunded { provider, balance }
    }
}
