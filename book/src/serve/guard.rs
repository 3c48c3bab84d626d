//! Who may ask: nobody but the pages of this very server.
//!
//! A page from elsewhere can send requests to the loopback, and a name of its own can be made to lead
//! here. The first is told by its Origin, the second by its Host.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names under which a browser on this machine reaches the server.
#[derive(Clone)]
pub(super) struct Hosts(Arc<[String]>);

impl Hosts {
    pub(super) fn of(address: SocketAddr) -> Self {
        let port = address.port();
        Self(["127.0.0.1", "localhost"].map(|name| format!("{name}:{port}")).into())
    }

    fn has(&self, host: &str) -> bool {
        self.0.iter().any(|own| own == host)
    }

    /// Why such a request is refused; `None` if it is not.
    fn objection(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        let header = |name: HeaderName| headers.get(name).map(HeaderValue::to_str);
        match header(HOST) {
            Some(Ok(host)) if self.has(host) => {}
            _ => return Some("this server answers to 127.0.0.1 and localhost, on its own port"),
        }
        match header(ORIGIN) {
            Some(Ok(origin))
                if origin.strip_prefix("http://").is_some_and(|host| self.has(host)) =>
            {
                None
            }
            None if method == Method::GET || method == Method::HEAD => None,
            _ => Some("only a page of this book may ask for that"),
        }
    }
}

/// Refuses what comes from elsewhere.
pub(super) async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match hosts.objection(request.method(), request.headers()) {
        None => next.run(request).await,
        Some(objection) => (StatusCode::FORBIDDEN, objection).into_response(),
    }
}

/// Tells the browser what pages of the book may do: nothing with anybody else.
pub(super) async fn harden(request: Request, next: Next) -> Response {
    // mdBook's pages have scripts and styles of their own inside, and captures are data.
    const POLICY: &str = "default-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                          object-src 'none'; base-uri 'self'; form-action 'self'; \
                          frame-ancestors 'self'";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection(method: &Method, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        let hosts = Hosts::of("127.0.0.1:3000".parse().unwrap());
        hosts.objection(method, &headers).is_some()
    }

    #[test]
    fn only_its_own_pages_make_something_run() {
        let (get, post) = (Method::GET, Method::POST);
        assert!(!objection(&get, "127.0.0.1:3000", None));
        assert!(!objection(&post, "localhost:3000", Some("http://localhost:3000")));
        assert!(objection(&post, "localhost:3000", None), "a form of elsewhere may have none");
        assert!(objection(&post, "localhost:3000", Some("null")));
        assert!(objection(&post, "localhost:3000", Some("http://evil.example")));
        assert!(objection(&get, "localhost:3000", Some("http://evil.example")));
        assert!(objection(&get, "evil.example:3000", None), "a name that leads here");
        assert!(objection(&get, "127.0.0.1:3001", None));
    }
}
