//! The pages of the built book.

use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::Site;

/// Tells a page that it is served by us, so that it shows what runs in it, and from which build it is.
fn mark_of(build: u64) -> String {
    format!("<meta name=\"lab-live\" content=\"{build}\">")
}

pub(super) async fn file(State(site): State<Site>, uri: Uri) -> Response {
    let Some(path) = path(uri.path()) else {
        return (StatusCode::NOT_FOUND, "there is no such page").into_response();
    };
    let Ok((bytes, build)) = site.folder.read(&path, &site.builds) else {
        return (StatusCode::NOT_FOUND, "there is no such page").into_response();
    };
    let (kind, body) = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => ("text/html; charset=utf-8", mark(bytes, build)),
        Some("css") => ("text/css; charset=utf-8", bytes),
        Some("js") => ("text/javascript; charset=utf-8", bytes),
        Some("json") => ("application/json", bytes),
        Some("svg") => ("image/svg+xml", bytes),
        Some("png") => ("image/png", bytes),
        Some("woff2") => ("font/woff2", bytes),
        _ => ("application/octet-stream", bytes),
    };
    ([(CONTENT_TYPE, kind)], Body::from(body)).into_response()
}

/// The path of a file below the folder of the book. A path that could lead out of it is none; names in
/// the book need no escapes.
fn path(requested: &str) -> Option<PathBuf> {
    let relative = requested.strip_prefix('/')?;
    let relative = if relative.is_empty() { "index.html" } else { relative };
    let is_plain = |part| matches!(part, Component::Normal(_));
    let is_fit =
        !relative.contains(['\\', ':', '%']) && Path::new(relative).components().all(is_plain);
    is_fit.then(|| PathBuf::from(relative))
}

fn mark(page: Vec<u8>, build: u64) -> Vec<u8> {
    match String::from_utf8(page) {
        Ok(page) => page.replacen("<head>", &format!("<head>{}", mark_of(build)), 1).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_book() {
        assert_eq!(path("/"), Some("index.html".into()));
        assert_eq!(path("/css/general.css"), Some("css/general.css".into()));
        for bad in ["/../Cargo.toml", "//etc/passwd", "/a/../../b", "/%2e%2e/b", "/c:\\x", "", "a"]
        {
            assert_eq!(path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_is_marked_once() {
        let page = mark(b"<html><head><title>x</title></head></html>".to_vec(), 3);
        assert_eq!(String::from_utf8(page).unwrap().matches(&mark_of(3)).count(), 1);
    }
}
