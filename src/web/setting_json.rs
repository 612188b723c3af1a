//! The table of settings as JSON: answers, the reader of what is asked to change, and the API's description of both.
//! `sepay.secret` is the field `secret` of the object `sepay`.

use crate::config::{Bank, Banks, Bonus, BonusStep, FurtherBank};
use crate::settings::{Kind, Patch, Setting, TierDraft, table::SETTINGS};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// Values by their names, as objects in an object.
pub fn nested(values: Vec<(String, Value)>) -> Map<String, Value> {
    let mut whole = Map::new();
    for (name, value) in values {
        match name.split_once('.') {
            None => {
                whole.insert(name, value);
            }
            Some((group, part)) => {
                let inner = whole.entry(group).or_insert_with(|| Value::Object(Map::new()));
                inner
                    .as_object_mut()
                    .expect("no setting is named like a group")
                    .insert(part.to_owned(), value);
            }
        }
    }
    whole
}

/// A setting as the admin's form needs it.
#[derive(Serialize, ToSchema)]
pub struct SettingView {
    #[schema(example = "support.zalo")]
    name: &'static str,
    /// Settings of one section stand together.
    section: &'static str,
    #[schema(value_type = String, example = "text")]
    kind: &'static str,
    /// Whether it may be left blank.
    optional: bool,
    /// In characters.
    max_length: Option<usize>,
}

/// All of them, in the form's order.
pub fn described() -> Vec<SettingView> {
    let view = |setting: &&'static Setting| SettingView {
        name: setting.name,
        section: setting.section,
        kind: match setting.kind {
            Kind::Line { .. } | Kind::Contact | Kind::Email | Kind::Chat => "text",
            Kind::Text { .. } | Kind::Replacements => "lines",
            Kind::Key | Kind::BotToken => "secret",
            Kind::Bank => "bank",
            Kind::Banks => "banks",
            Kind::Bonus => "bonus",
            Kind::Number { .. } => "integer",
            Kind::Amount { .. } => "amount",
            Kind::Percent => "percent",
            Kind::Flag => "flag",
            Kind::Colour => "colour",
            Kind::Picture => "picture",
        },
        optional: setting.kind.may_be_empty(),
        max_length: setting.kind.max_chars(),
    };
    SETTINGS.iter().map(view).collect()
}

/// Only the keys that are there change anything, inside of objects too. Null or blank empties what may be empty.
pub struct ChangeSettings(pub Patch);

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTier {
    level: i64,
    #[schema(max_length = 50)]
    name: String,
    /// VND, 0 for level 1.
    min_spent: i64,
    discount_percent: i64,
}

impl From<ChangeTier> for TierDraft {
    fn from(asked: ChangeTier) -> Self {
        let ChangeTier { level, name, min_spent, discount_percent } = asked;
        TierDraft { level, name, min_spent, discount_percent }
    }
}

impl<'de> Deserialize<'de> for ChangeSettings {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut patch = Patch::default();
        from.deserialize_map(Group { name: "", patch: &mut patch })?;
        Ok(ChangeSettings(patch))
    }
}

/// Reads the whole (`name` is empty), or the object of the settings whose names begin with `name` and a dot.
struct Group<'p> {
    name: &'static str,
    patch: &'p mut Patch,
}

impl<'de> DeserializeSeed<'de> for Group<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Group<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let part = part_of(self.name, &key).ok_or_else(|| A::Error::unknown_field(&key, &[]))?;
            if !seen.insert(key) {
                return Err(A::Error::duplicate_field(part.name()));
            }
            match part {
                Part::Tiers => {
                    let tiers = map.next_value::<Vec<ChangeTier>>()?;
                    self.patch.tiers = Some(tiers.into_iter().map(TierDraft::from).collect());
                }
                Part::Group(name) => map.next_value_seed(Group { name, patch: &mut *self.patch })?,
                Part::One(setting) => {
                    let value = map.next_value_seed(Given(setting.kind))?;
                    self.patch.values.push((setting, value));
                }
            }
        }
        Ok(())
    }
}

/// What a key of an object stands for.
enum Part {
    One(&'static Setting),
    Group(&'static str),
    Tiers,
}

impl Part {
    fn name(&self) -> &'static str {
        match self {
            Part::One(setting) => setting.name.rsplit('.').next().unwrap_or_default(),
            Part::Group(name) => name,
            Part::Tiers => "tiers",
        }
    }
}

fn part_of(group: &str, key: &str) -> Option<Part> {
    if (group, key) == ("", "tiers") {
        return Some(Part::Tiers);
    }
    SETTINGS.iter().find_map(|setting| match setting.name.split_once('.') {
        None => (group.is_empty() && setting.name == key).then_some(Part::One(setting)),
        Some((of, part)) if of == group => (part == key).then_some(Part::One(setting)),
        Some((of, _)) => (group.is_empty() && of == key).then_some(Part::Group(of)),
    })
}

/// Reads one value, as text; `None` empties it.
struct Given(Kind);

impl<'de> DeserializeSeed<'de> for Given {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<String>, D::Error> {
        Ok(match self.0 {
            Kind::Number { .. } | Kind::Amount { .. } | Kind::Percent => {
                Some(i64::deserialize(from)?.to_string())
            }
            Kind::Flag => Some(bool::deserialize(from)?.to_string()),
            Kind::Line { .. } => Some(String::deserialize(from)?),
            Kind::Bank => Option::<Bank>::deserialize(from)?.map(|bank| bank.json()),
            Kind::Banks => Some(Banks::deserialize(from)?.json()),
            Kind::Bonus => Some(Bonus::deserialize(from)?.json()),
            Kind::Text { .. }
            | Kind::Contact
            | Kind::Email
            | Kind::Key
            | Kind::BotToken
            | Kind::Chat
            | Kind::Colour
            | Kind::Picture
            | Kind::Replacements => Option::<String>::deserialize(from)?,
        })
    }
}

/// The settings as a description of an object; each is described by `property`.
pub fn object(settings: &[&Setting], property: fn(&Setting) -> (String, Object)) -> Object {
    let mut whole = Object::new();
    for setting in settings {
        let (name, schema) = property(setting);
        match name.split_once('.') {
            None if setting.kind == Kind::Bonus => insert(&mut whole, &name, list::<BonusStep>(setting)),
            None if setting.kind == Kind::Banks => insert(&mut whole, &name, list::<FurtherBank>(setting)),
            None => insert(&mut whole, &name, schema.into()),
            Some((group, part)) => {
                let inner = whole.properties.entry(group.to_owned()).or_insert_with(|| Object::new().into());
                if let RefOr::T(Schema::Object(inner)) = inner {
                    insert(inner, part, schema.into());
                }
            }
        }
    }
    whole
}

fn list<T: PartialSchema>(setting: &Setting) -> RefOr<Schema> {
    let list = utoipa::openapi::ArrayBuilder::new().items(T::schema());
    list.description(Some(setting.about)).into()
}

/// Adds the properties of `T`, which is an object.
pub fn add<T: PartialSchema>(object: &mut Object) {
    if let RefOr::T(Schema::Object(other)) = T::schema() {
        object.properties.extend(other.properties);
        object.required.extend(other.required);
    }
}

fn insert(object: &mut Object, name: &str, schema: RefOr<Schema>) {
    object.properties.insert(name.to_owned(), schema);
}

fn schema(setting: &Setting) -> ObjectBuilder {
    let kind = match setting.kind {
        Kind::Number { .. } | Kind::Amount { .. } | Kind::Percent => Type::Integer,
        Kind::Flag => Type::Boolean,
        Kind::Bank => Type::Object,
        Kind::Banks | Kind::Bonus => Type::Array,
        Kind::Line { .. } | Kind::Text { .. } | Kind::Replacements | Kind::Contact | Kind::Email => {
            Type::String
        }
        Kind::Key | Kind::BotToken | Kind::Chat | Kind::Colour | Kind::Picture => Type::String,
    };
    let types =
        if setting.kind.may_be_empty() { SchemaType::from_iter([kind, Type::Null]) } else { kind.into() };
    let range = setting.kind.range();
    ObjectBuilder::new()
        .schema_type(types)
        .description(Some(setting.about))
        .minimum(range.as_ref().map(|range| *range.start()))
        .maximum(range.map(|range| *range.end()))
        .max_length(setting.kind.max_chars())
}

/// As it is shown: of a secret only whether there is one.
pub fn shown(setting: &Setting) -> (String, Object) {
    if !setting.kind.is_secret() {
        return asked(setting);
    }
    let is_set = ObjectBuilder::new().schema_type(Type::Boolean).description(Some(setting.about));
    (format!("{}_set", setting.name), is_set.build())
}

/// As it is asked for.
fn asked(setting: &Setting) -> (String, Object) {
    let mut object = schema(setting).build();
    if let (Kind::Bank, RefOr::T(Schema::Object(bank))) = (setting.kind, Bank::schema()) {
        (object.properties, object.required) = (bank.properties, bank.required);
    }
    (setting.name.to_owned(), object)
}

impl PartialSchema for ChangeSettings {
    fn schema() -> RefOr<Schema> {
        let mut whole = object(SETTINGS, asked);
        whole.description =
            Some("Only the keys that are there change anything; null or blank empties.".to_owned());
        let tiers = utoipa::openapi::ArrayBuilder::new().items(Ref::from_schema_name("ChangeTier")).description(
            Some("All four, lowest first; neither `min_spent` nor `discount_percent` falls from one to the next."),
        );
        insert(&mut whole, "tiers", tiers.into());
        whole.into()
    }
}

impl ToSchema for ChangeSettings {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("ChangeTier".to_owned(), ChangeTier::schema()));
    }
}
