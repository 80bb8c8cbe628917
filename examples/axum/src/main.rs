//! A site with the consent service inside: no second process, no proxy.

use std::env;
use std::error::Error;
use std::net::SocketAddr;

use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use volens_core::site::Site;
use volens_server::{Options, Service};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let var = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let site = var("SITE", "../site.toml");
    let site = Site::parse(&site, &std::fs::read_to_string(&site)?)?;
    let data = var("DATA", "data");
    std::fs::create_dir_all(&data)?;
    let service = Service::open(Options::new(site, data.into(), var("VOLENS_WEB", "../../target/dist").into())).await?;

    let mut app = service.router();
    for (path, title, link, to) in [("/", "Start", "Other", "/other"), ("/other", "Other", "Start", "/")] {
        // The same bytes for every visitor: put together once.
        let html = page(&service, path, title, link, to).await?;
        app = app.route(path, get(move || async { Html(html) }));
    }
    let tag = include_str!("../../static/pages/stats/tag.js");
    app = app.route("/stats/tag.js", get(move || async move { ([(CONTENT_TYPE, "text/javascript")], tag) }));

    let port: u16 = var("PORT", "8080").parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://localhost:{port}");
    // The service asks where a request comes from: `/check` is open to the machine itself.
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

async fn page(service: &Service, path: &str, title: &str, link: &str, to: &str) -> Result<String, Box<dyn Error>> {
    // Forms lead back to the page they stand in, without script too.
    let volens = service.snippet(&"en".parse()?, Some(path)).await.ok_or("the site has no English")?;
    Ok(format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8">{head}<title>{title}</title><link rel="icon" href="data:,">
<script type="text/plain" data-category="analytics" data-service="stats" data-src="/stats/tag.js"></script>
</head><body>{banner}<main><h1>{title}</h1><p><a href="{to}">{link}</a></p></main>{foot}</body></html>"#,
        head = volens.head,
        banner = volens.banner,
        foot = volens.foot,
    ))
}
