//! Categories, for admins.

use crate::catalog::{self, Category, CategoryPatch, Platform, Shelf};
use crate::kernel::ids::CategoryId;
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiResult, Problem};
use crate::web::fields::{Word, given};
use crate::web::guards::Admin;
use crate::web::params::PathId;
use crate::web::respond::{Created, Json, NoContent};
use rocket::{Route, State, delete, get, post, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, create, order, change, merge, remove]
}

/// What services are listed under.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryView {
    id: i64,
    name: String,
    /// The platform whose picture it has, such as `tiktok`. Null: the one that the names speak of.
    icon: Option<&'static str>,
    /// What is in it is there for no customer: not listed, not to be ordered.
    hidden: bool,
    /// How many services are in it, on sale or not.
    services: i64,
    /// How many of these are on sale.
    active_services: i64,
}

impl From<Category> for CategoryView {
    fn from(category: Category) -> Self {
        CategoryView {
            id: category.id.get(),
            name: category.name,
            icon: category.shelf.icon.map(|icon| icon.into_str()),
            hidden: category.shelf.hidden,
            services: category.services,
            active_services: category.active,
        }
    }
}

/// All categories.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryList {
    items: Vec<CategoryView>,
}

impl From<Vec<Category>> for CategoryList {
    fn from(all: Vec<Category>) -> Self {
        CategoryList { items: all.into_iter().map(CategoryView::from).collect() }
    }
}

/// A new category.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCategory {
    /// Unique.
    #[schema(max_length = 200)]
    name: String,
    /// One of the platforms that the pages have a picture of.
    #[schema(value_type = Option<String>)]
    icon: Option<Word<Platform>>,
    /// False if missing.
    hidden: Option<bool>,
}

/// Only the keys that are there change anything.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCategory {
    /// Its services have the new one at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    name: Option<String>,
    /// Null: the picture of the platform that the names speak of.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    icon: Option<Option<Word<Platform>>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    hidden: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCategories {
    /// All of them, the first first.
    ids: Vec<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeCategory {
    /// The id of the category that the services go to.
    into: i64,
}

/// All categories, in their order.
#[utoipa::path(get, path = "/api/admin/categories", tag = "admin",
    responses((status = 200, body = CategoryList)))]
#[get("/api/admin/categories")]
pub fn list(app: &State<App>, _by: Admin) -> ApiResult<Json<CategoryList>> {
    Ok(Json(app.db.read_now(catalog::categories)?.into()))
}

/// A new category, behind all others.
#[utoipa::path(post, path = "/api/admin/categories", tag = "admin", request_body = CreateCategory,
    responses((status = 201, body = CategoryView), (status = 409, body = Problem, description = "the name is there"),
        (status = 422, body = Problem)))]
#[post("/api/admin/categories", data = "<body>")]
pub async fn create(
    app: &State<App>,
    by: Admin,
    body: Body<CreateCategory>,
) -> ApiResult<Created<CategoryView>> {
    let (actor, Body(asked)) = (by.actor(), body);
    let shelf = Shelf { icon: asked.icon.map(|icon| icon.0), hidden: asked.hidden.unwrap_or_default() };
    let write = app.db.write(move |tx| catalog::create_category(tx, &actor, &asked.name, shelf));
    Ok(Created(write.await?.into()))
}

/// Puts the categories in this order.
#[utoipa::path(put, path = "/api/admin/categories/order", tag = "admin", request_body = OrderCategories,
    responses((status = 200, body = CategoryList),
        (status = 409, body = Problem, description = "one is missing: it came meanwhile"),
        (status = 422, body = Problem)))]
#[put("/api/admin/categories/order", data = "<body>")]
pub async fn order(
    app: &State<App>,
    by: Admin,
    body: Body<OrderCategories>,
) -> ApiResult<Json<CategoryList>> {
    let (actor, Body(asked)) = (by.actor(), body);
    let ids: Vec<CategoryId> = asked.ids.into_iter().map(CategoryId::new).collect();
    Ok(Json(app.db.write(move |tx| catalog::order_categories(tx, &actor, &ids)).await?.into()))
}

/// Renames a category, gives it a picture, hides it or shows it.
#[utoipa::path(put, path = "/api/admin/categories/{id}", tag = "admin", request_body = ChangeCategory,
    params(("id" = i64, Path)),
    responses((status = 200, body = CategoryView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "another one has the name"), (status = 422, body = Problem)))]
#[put("/api/admin/categories/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    id: PathId<CategoryId>,
    body: Body<ChangeCategory>,
) -> ApiResult<Json<CategoryView>> {
    let (id, actor, Body(asked)) = (id.get()?, by.actor(), body);
    let patch = CategoryPatch {
        name: asked.name,
        icon: asked.icon.map(|icon| icon.map(|icon| icon.0)),
        hidden: asked.hidden,
    };
    Ok(Json(app.db.write(move |tx| catalog::change_category(tx, &actor, id, patch)).await?.into()))
}

/// Moves all services of a category into another one, which is answered; the first is gone then.
#[utoipa::path(post, path = "/api/admin/categories/{id}/merge", tag = "admin", request_body = MergeCategory,
    params(("id" = i64, Path)),
    responses((status = 200, body = CategoryView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/api/admin/categories/<id>/merge", data = "<body>")]
pub async fn merge(
    app: &State<App>,
    by: Admin,
    id: PathId<CategoryId>,
    body: Body<MergeCategory>,
) -> ApiResult<Json<CategoryView>> {
    let (id, actor, into) = (id.get()?, by.actor(), CategoryId::new(body.0.into));
    Ok(Json(app.db.write(move |tx| catalog::merge_categories(tx, &actor, id, into)).await?.into()))
}

/// Removes an empty category.
#[utoipa::path(delete, path = "/api/admin/categories/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 204, description = "it is gone"), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "something is in it")))]
#[delete("/api/admin/categories/<id>")]
pub async fn remove(app: &State<App>, by: Admin, id: PathId<CategoryId>) -> ApiResult<NoContent> {
    let (id, actor) = (id.get()?, by.actor());
    app.db.write(move |tx| catalog::delete_category(tx, &actor, id)).await?;
    Ok(NoContent)
}
