//! A door for a fuzzer to what resellers' clients send.

use super::given::Given;
use rocket::http::ContentType;
use rocket::tokio::runtime;

/// A body in each form that is understood; `boundary` stands between the parts of the second.
pub fn body(boundary: &str, bytes: &[u8]) {
    let Ok(runtime) = runtime::Builder::new_current_thread().build() else { return };
    let parts = ContentType::new("multipart", "form-data").with_params(("boundary", boundary.to_owned()));
    for kind in [None, Some(ContentType::JSON), Some(ContentType::Form), Some(parts)] {
        let Ok(given) = runtime.block_on(Given::of_body(kind.as_ref(), bytes)) else { continue };
        let _number = given.integer("quantity");
        if let Ok(ids) = given.ids("order", "orders") {
            assert!(!ids.texts.is_empty() && ids.texts.len() <= 100, "{ids:?}");
        }
        assert_eq!(given.content(), given.or(Given::default()).content());
    }
}
