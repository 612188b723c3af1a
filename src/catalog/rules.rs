//! What a service may look like. Pure.

use super::{LinkKind, Offer, ServiceKind};
use crate::kernel::error::FieldError;
use crate::kernel::ids::ProviderId;
use crate::kernel::money::{Quantity, Rate};

const MAX_NAME_CHARS: usize = 300;
const MAX_CATEGORY_CHARS: usize = 200;
const MAX_DESCRIPTION_CHARS: usize = 10_000;
const MAX_PROVIDER_SERVICE_CHARS: usize = 100;
/// Together with the highest rate, what an order of this many units costs still fits into 64 bits.
const MAX_QUANTITY: i64 = 1_000_000_000;

/// A change that names only what it changes. The inner `None` of the last three empties the value.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    pub name: Option<String>,
    pub category: Option<String>,
    pub description: Option<String>,
    pub kind: Option<ServiceKind>,
    pub link_kind: Option<LinkKind>,
    pub rate: Option<Rate>,
    pub min: Option<Quantity>,
    pub max: Option<Quantity>,
    pub refill: Option<bool>,
    pub cancel: Option<bool>,
    pub active: Option<bool>,
    /// Taking the provider away takes its service id away too.
    pub provider: Option<Option<ProviderId>>,
    pub provider_service: Option<Option<String>>,
    pub cost: Option<Option<Rate>>,
}

impl Patch {
    pub(super) fn onto(self, old: Offer) -> Offer {
        let provider = self.provider.unwrap_or(old.provider);
        let kept = if self.provider == Some(None) { None } else { old.provider_service };
        Offer {
            name: self.name.unwrap_or(old.name),
            category: self.category.unwrap_or(old.category),
            description: self.description.unwrap_or(old.description),
            kind: self.kind.unwrap_or(old.kind),
            link_kind: self.link_kind.unwrap_or(old.link_kind),
            rate: self.rate.unwrap_or(old.rate),
            min: self.min.unwrap_or(old.min),
            max: self.max.unwrap_or(old.max),
            refill: self.refill.unwrap_or(old.refill),
            cancel: self.cancel.unwrap_or(old.cancel),
            active: self.active.unwrap_or(old.active),
            provider,
            provider_service: self.provider_service.unwrap_or(kept),
            cost: self.cost.unwrap_or(old.cost),
        }
    }
}

/// Without blanks around its texts.
pub(super) fn tidied(mut offer: Offer) -> Offer {
    for text in [&mut offer.name, &mut offer.category, &mut offer.description] {
        *text = text.trim().to_owned();
    }
    offer.provider_service = offer.provider_service.map(|id| id.trim().to_owned());
    offer
}

/// Everything about the offer that is not acceptable; whether the provider exists is not asked here.
pub(super) fn check(offer: &Offer) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut demand = |fits: bool, field: &str, message: &str| {
        if !fits {
            wrong.push(FieldError::new(field, message));
        }
    };
    demand(is_line(&offer.name, MAX_NAME_CHARS), "name", "must be one line of 1 to 300 characters");
    demand(
        is_line(&offer.category, MAX_CATEGORY_CHARS),
        "category",
        "must be one line of 1 to 200 characters",
    );
    demand(
        offer.description.chars().count() <= MAX_DESCRIPTION_CHARS && !offer.description.contains('\0'),
        "description",
        "must have at most 10000 characters",
    );
    demand(offer.max >= offer.min, "max_quantity", "must not be below min_quantity");
    demand(offer.max.get() <= MAX_QUANTITY, "max_quantity", "must be at most 1000000000");
    match (&offer.provider, &offer.provider_service) {
        (Some(_), Some(id)) => {
            let fits = is_line(id, MAX_PROVIDER_SERVICE_CHARS);
            demand(fits, "provider_service_id", "must be one line of 1 to 100 characters");
        }
        (Some(_), None) => demand(false, "provider_service_id", "is needed with a provider_id"),
        (None, Some(_)) => demand(false, "provider_id", "is needed with a provider_service_id"),
        (None, None) => {}
    }
    wrong
}

fn is_line(text: &str, max_chars: usize) -> bool {
    !text.is_empty() && text.chars().count() <= max_chars && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Offer {
        Offer {
            name: "Likes".to_owned(),
            category: "TikTok".to_owned(),
            description: String::new(),
            kind: ServiceKind::Default,
            link_kind: LinkKind::Url,
            rate: Rate::parse("12000").unwrap(),
            min: Quantity::new(10).unwrap(),
            max: Quantity::new(1000).unwrap(),
            refill: false,
            cancel: false,
            active: true,
            provider: Some(ProviderId::new(1)),
            provider_service: Some("101".to_owned()),
            cost: None,
        }
    }

    fn wrong(change: impl FnOnce(&mut Offer)) -> Vec<String> {
        let mut offer = offer();
        change(&mut offer);
        check(&tidied(offer)).into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn every_value_at_fault_is_named() {
        assert_eq!(wrong(|_| ()), Vec::<String>::new());
        assert_eq!(wrong(|o| o.name = "  ".to_owned()), ["name"]);
        assert_eq!(wrong(|o| o.name = "a\nb".to_owned()), ["name"]);
        assert_eq!(wrong(|o| o.category = "x".repeat(201)), ["category"]);
        assert_eq!(wrong(|o| o.description = "x".repeat(10_001)), ["description"]);
        assert_eq!(wrong(|o| o.max = Quantity::ONE), ["max_quantity"]);
        assert_eq!(wrong(|o| o.max = Quantity::new(1_000_000_001).unwrap()), ["max_quantity"]);
        assert_eq!(wrong(|o| o.provider = None), ["provider_id"]);
        assert_eq!(wrong(|o| o.provider_service = None), ["provider_service_id"]);
        assert_eq!(wrong(|o| o.provider_service = Some(" ".to_owned())), ["provider_service_id"]);
    }

    #[test]
    fn an_empty_patch_changes_nothing() {
        assert_eq!(Patch::default().onto(offer()), offer());
    }

    #[test]
    fn without_a_provider_its_service_id_goes_too() {
        let by_hand = Patch { provider: Some(None), ..Patch::default() }.onto(offer());
        assert_eq!((by_hand.provider, by_hand.provider_service), (None, None));
    }
}
