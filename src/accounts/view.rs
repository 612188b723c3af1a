//! Seeing the panel as a user does: an admin who helps looks at what the user looks at, and can change nothing.

use super::token::{Claims, Keys, View};
use super::{AccountError, Identity, Role, known, rules, store};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use serde_json::json;

/// Begins to see the panel as the user, in the session of these claims; who, whom and why stands in the audit log.
///
/// Errors: `Fields` without a reason; `NoUser`; `NotViewed` for whoever works here; `Denied` for an actor who is no
/// admin.
pub fn begin_view(
    tx: &Tx,
    keys: &Keys,
    actor: &Actor,
    by: &Claims,
    (user, reason): (UserId, &str),
) -> Result<(String, View), AccountError> {
    audit_log::allow(tx, actor.id)?;
    let reason = rules::reason(reason).map_err(|rule| AccountError::field("reason", rule))?;
    let viewed = known(tx, user)?.user;
    if viewed.role != Role::User {
        return Err(AccountError::NotViewed);
    }
    let (token, view) = keys.issue_view(user, by, tx.now())?;
    let mut entry = actor.entry("user.view", format!("user:{user}"));
    entry.after = Some(json!({ "until": view.expires_at.rfc3339() }));
    entry.reason = Some(reason);
    audit_log::record(tx, &entry)?;
    Ok((token, view))
}

/// Who is seen, while the admin's session lives and the admin is one, and while the user does not work here.
pub fn viewed(tx: &ReadTx, view: &View) -> Result<Option<Identity>, Fault> {
    let by = store::authenticate(tx, &view.by)?;
    if by.is_none_or(|by| by.role != Role::Admin) {
        return Ok(None);
    }
    Ok(store::identity(tx, view.user)?.filter(|viewed| viewed.role == Role::User))
}
