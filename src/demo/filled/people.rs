//! Who buys in the shop.

use super::Failed;
use crate::accounts::NewAccount;
use crate::accounts::password::{self, Cost, PasswordHash};
use crate::state::App;

/// Everybody's.
const PASSWORD: &str = "demo-password";
/// As long as a name may be, and one with everything that a name may hold, are among them.
const NAMES: &[&str] = &[
    "minh.anh",
    "quang_huy",
    "thu-trang",
    "shop.giay.sneaker.ha.noi.2026",
    "lan",
    "hoang_nam99",
    "ngoc.bich",
    "reseller_smm_gia_re",
    "tuan",
    "phuong-thao",
    "duc.manh",
    "my_pham_handmade",
    "kim.ngan",
    "bao_long",
    "hai.dang",
    "quynh",
    "tran_van_hung_1987",
    "media.agency.sai.gon",
    "dieu-linh",
    "cong_vinh",
    "yen.nhi",
    "khanh",
    "gia_bao",
    "thanh.tam",
    "viet.hoang",
    "nha_hang_hai_san_bien_xanh_01",
    "tu.uyen",
    "son_hai",
    "hong.nhung",
    "xuan-mai",
];

/// A customer to be, and after whom.
pub(super) struct Newcomer {
    pub name: String,
    pub email: String,
    pub password: PasswordHash,
}

impl Newcomer {
    /// Errors: none, unless a name or an address above cannot be.
    pub(super) fn account(&self, referral_code: Option<String>) -> Result<NewAccount, Failed> {
        Ok(NewAccount::check(&self.name, &self.email, PASSWORD.to_owned(), referral_code)?)
    }
}

/// Hashed once: the password is the same.
pub(super) fn accounts(app: &App) -> Result<Vec<Newcomer>, Failed> {
    let cost = Cost::new(app.config.bcrypt_cost).ok_or("no such bcrypt cost")?;
    let hash = password::hash(PASSWORD, cost)?;
    let newcomer = |name: &&str| Newcomer {
        name: (*name).to_owned(),
        email: format!("{name}@example.vn"),
        password: hash.clone(),
    };
    Ok(NAMES.iter().map(newcomer).collect())
}
