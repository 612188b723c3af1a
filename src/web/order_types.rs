//! Types of orders as the API shows and reads them: what an order needs, and what was given for it.

use crate::order_types::{Field, FieldKind, OrderType, Params, all_fields};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// What an order needs, as a form shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    name: &'static str,
    /// `link` (what the service's `link_kind` says), `integer`, `text`, `lines` (one entry a line), `choice` or `date`.
    kind: &'static str,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    choices: Option<&'static [&'static str]>,
    /// Of a number, of the number of lines, or of the days from today to a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    /// It is needed only where another field has this value, and refused elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_with: Option<OnlyWith>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OnlyWith {
    field: &'static str,
    value: &'static str,
}

impl From<Field> for FieldView {
    fn from(field: Field) -> Self {
        let (choices, min, max) = match field.kind {
            FieldKind::Integer { min, max } => (None, Some(min), Some(max)),
            FieldKind::Lines { min, max } => (None, Some(min), Some(max).filter(|max| *max < i64::MAX)),
            FieldKind::Choice(words) => (Some(words), None, None),
            FieldKind::Date { days } => (None, Some(1), Some(days)),
            FieldKind::Link | FieldKind::Text => (None, None, None),
        };
        FieldView {
            name: field.name,
            kind: field.kind.into_str(),
            required: field.required,
            choices,
            min,
            max,
            only_with: field.only_with.map(|(field, value)| OnlyWith { field, value }),
        }
    }
}

/// The words for the types, in the description of the API.
pub fn order_type_schema() -> Schema {
    let words = OrderType::all().iter().map(|kind| kind.word);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}

/// All that the body of an order holds besides. Whether the service's type takes it is asked where the type is known.
#[derive(Debug)]
pub struct TypeFields(Map<String, Value>);

impl<'de> Deserialize<'de> for TypeFields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(TypeFieldsVisitor)
    }
}

struct TypeFieldsVisitor;

impl<'de> Visitor<'de> for TypeFieldsVisitor {
    type Value = TypeFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of an order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TypeFields, A::Error> {
        let mut fields = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            let is_repeated = fields.insert(name.clone(), value).is_some();
            if let Some(known) = all_fields().find(|field| is_repeated && field.name == name) {
                return Err(A::Error::duplicate_field(known.name));
            }
        }
        Ok(TypeFields(fields))
    }
}

impl utoipa::PartialSchema for TypeFields {
    fn schema() -> RefOr<Schema> {
        let mut fields = ObjectBuilder::new().description(Some("What the service's `fields` name besides."));
        for field in all_fields() {
            let types: Vec<&str> = OrderType::all()
                .iter()
                .filter(|kind| kind.fields.contains(field))
                .map(|kind| kind.word)
                .collect();
            let kind = match field.kind {
                FieldKind::Integer { .. } => Type::Integer,
                FieldKind::Link
                | FieldKind::Text
                | FieldKind::Lines { .. }
                | FieldKind::Choice(_)
                | FieldKind::Date { .. } => Type::String,
            };
            let shown = ObjectBuilder::new().schema_type(kind);
            let note = format!("For type {}.", types.join(", "));
            fields = fields.property(field.name, shown.description(Some(note)));
        }
        fields.into()
    }
}

impl ToSchema for TypeFields {}

impl From<TypeFields> for Params {
    fn from(fields: TypeFields) -> Self {
        Params::of(fields.0)
    }
}
