//! What can be posted: one constructor for each kind, so that no caller chooses accounts or keys.

use crate::kernel::ids::{BankTxId, BonusId, DepositId, OrderId, UserId};
use crate::kernel::money::Vnd;
use strum::{IntoStaticStr, VariantArray};

/// One side of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    User(UserId),
    /// Money that came in by bank: stands below zero by all that arrived.
    Bank,
    /// What customers paid for orders.
    Revenue,
    /// What referrers were given.
    Commission,
    /// The admin's corrections.
    Adjustments,
    /// Bank money that belongs to nobody yet.
    Suspense,
    /// What users were given beside what they paid.
    Bonus,
}

impl Account {
    /// The account's row.
    pub fn id(self) -> i64 {
        match self {
            Account::User(id) => id.get(),
            Account::Bank => -1,
            Account::Revenue => -2,
            Account::Commission => -3,
            Account::Adjustments => -4,
            Account::Suspense => -5,
            Account::Bonus => -6,
        }
    }
}

/// Why money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    Deposit,
    Order,
    Refund,
    Commission,
    CommissionReversal,
    Adjustment,
    /// Given with a deposit or a coupon, or taken back before it was spent.
    Bonus,
    /// Bank money arrives without an owner.
    Suspense,
    /// Suspense money turned out to be money already credited by hand.
    SuspenseRelease,
}

impl Kind {
    /// Whether a user's statement can show it.
    pub fn touches_users(self) -> bool {
        !matches!(self, Kind::Suspense | Kind::SuspenseRelease)
    }
}

/// A transfer to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub(super) debit: Account,
    pub(super) credit: Account,
    pub(super) amount: Vnd,
    pub(super) kind: Kind,
    pub(super) key: String,
    pub(super) order: Option<OrderId>,
    pub(super) deposit: Option<DepositId>,
    pub(super) bank_transaction: Option<BankTxId>,
    pub(super) description: String,
    pub(super) actor: Option<UserId>,
}

impl Posting {
    fn new(kind: Kind, debit: Account, credit: Account, amount: Vnd, key: String) -> Self {
        Posting {
            debit,
            credit,
            amount,
            kind,
            key,
            order: None,
            deposit: None,
            bank_transaction: None,
            description: String::new(),
            actor: None,
        }
    }

    fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    fn for_order(mut self, order: OrderId) -> Self {
        self.order = Some(order);
        self
    }

    /// The admin who causes it.
    #[must_use]
    pub fn by(mut self, actor: Option<UserId>) -> Self {
        self.actor = actor;
        self
    }

    /// A customer pays for an order.
    pub fn order_charge(user: UserId, order: OrderId, amount: Vnd) -> Self {
        let key = format!("order:{order}");
        Self::new(Kind::Order, Account::User(user), Account::Revenue, amount, key)
            .for_order(order)
            .describe(format!("Order {order}"))
    }

    /// A customer gets money back for an order; `total` is what all refunds of it come to with this one.
    pub fn refund(user: UserId, order: OrderId, amount: Vnd, total: Vnd) -> Self {
        let key = format!("refund:{order}:{}", total.get());
        Self::new(Kind::Refund, Account::Revenue, Account::User(user), amount, key)
            .for_order(order)
            .describe(format!("Refund for order {order}"))
    }

    /// A referrer earns on an order of somebody referred.
    pub fn commission(referrer: UserId, order: OrderId, amount: Vnd) -> Self {
        let key = format!("commission:{order}");
        Self::new(Kind::Commission, Account::Commission, Account::User(referrer), amount, key)
            .for_order(order)
            .describe("Commission for a referred order")
    }

    /// What a later refund takes back of a commission.
    pub fn commission_reversal(referrer: UserId, order: OrderId, amount: Vnd) -> Self {
        let key = format!("commission_reversal:{order}");
        Self::new(Kind::CommissionReversal, Account::User(referrer), Account::Commission, amount, key)
            .for_order(order)
            .describe("Commission taken back: the referred order was refunded")
    }

    /// A bank transfer that names its owner.
    pub fn transfer_in(user: UserId, bank: BankTxId, deposit: Option<DepositId>, amount: Vnd) -> Self {
        let mut posting =
            Self::new(Kind::Deposit, Account::Bank, Account::User(user), amount, format!("bank:{bank}"))
                .describe("Bank transfer");
        posting.bank_transaction = Some(bank);
        posting.deposit = deposit;
        posting
    }

    /// A deposit approved by hand, before or instead of the bank's report.
    pub fn approved_by_hand(user: UserId, deposit: DepositId, amount: Vnd) -> Self {
        let key = format!("approve:{deposit}");
        let mut posting = Self::new(Kind::Deposit, Account::Bank, Account::User(user), amount, key)
            .describe("Deposit approved by hand");
        posting.deposit = Some(deposit);
        posting
    }

    /// A bank transfer without an owner.
    pub fn unmatched(bank: BankTxId, amount: Vnd) -> Self {
        let mut posting =
            Self::new(Kind::Suspense, Account::Bank, Account::Suspense, amount, format!("bank:{bank}"))
                .describe("Bank transfer without an owner");
        posting.bank_transaction = Some(bank);
        posting
    }

    /// An admin gives an unmatched transfer to a user.
    pub fn assigned(user: UserId, bank: BankTxId, amount: Vnd) -> Self {
        let key = format!("assign:{bank}");
        let mut posting = Self::new(Kind::Deposit, Account::Suspense, Account::User(user), amount, key)
            .describe("Bank transfer");
        posting.bank_transaction = Some(bank);
        posting
    }

    /// An admin ties an unmatched transfer to the deposit that was approved by hand for the same money.
    pub fn tied(bank: BankTxId, deposit: DepositId, amount: Vnd) -> Self {
        let key = format!("assign:{bank}");
        let mut posting = Self::new(Kind::SuspenseRelease, Account::Suspense, Account::Bank, amount, key)
            .describe("Bank transfer of a deposit approved by hand");
        posting.bank_transaction = Some(bank);
        posting.deposit = Some(deposit);
        posting
    }

    /// What a user is given beside what was paid.
    pub fn bonus(user: UserId, bonus: BonusId, deposit: Option<DepositId>, amount: Vnd) -> Self {
        let key = format!("bonus:{bonus}");
        let description = if deposit.is_some() { "Bonus on a deposit" } else { "Bonus" };
        let mut posting =
            Self::new(Kind::Bonus, Account::Bonus, Account::User(user), amount, key).describe(description);
        posting.deposit = deposit;
        posting
    }

    /// What of a bonus goes back before it was spent; `total` is all that went back of it with this.
    pub fn bonus_taken_back(user: UserId, bonus: BonusId, amount: Vnd, total: Vnd) -> Self {
        let key = format!("bonus_back:{bonus}:{}", total.get());
        Self::new(Kind::Bonus, Account::User(user), Account::Bonus, amount, key)
            .describe("Bonus taken back before it was spent")
    }

    /// An admin's correction in the user's favour; `nonce` makes each one its own.
    pub fn adjustment_up(user: UserId, amount: Vnd, reason: &str, nonce: &str) -> Self {
        let key = format!("adjustment:{nonce}");
        Self::new(Kind::Adjustment, Account::Adjustments, Account::User(user), amount, key).describe(reason)
    }

    /// An admin's correction at the user's cost.
    pub fn adjustment_down(user: UserId, amount: Vnd, reason: &str, nonce: &str) -> Self {
        let key = format!("adjustment:{nonce}");
        Self::new(Kind::Adjustment, Account::User(user), Account::Adjustments, amount, key).describe(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_of_the_house_have_the_rows_of_the_schema() {
        use Account::{Adjustments, Bank, Bonus, Commission, Revenue, Suspense, User};
        let house = [Bank, Revenue, Commission, Adjustments, Suspense, Bonus].map(Account::id);
        assert_eq!(house, [-1, -2, -3, -4, -5, -6]);
        assert_eq!(User(UserId::new(7)).id(), 7);
    }

    #[test]
    fn users_see_all_but_money_without_an_owner() {
        let seen = |kind: &&Kind| kind.touches_users();
        let hidden: Vec<_> = Kind::VARIANTS.iter().filter(|kind| !seen(kind)).collect();
        assert_eq!(hidden, [&Kind::Suspense, &Kind::SuspenseRelease]);
    }
}
