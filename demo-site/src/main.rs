//! The demo as a program.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use volens_demo_site::{Demo, Options};

/// A complete example site with a consent service in it.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where the site listens; the pretended providers listen on the next port.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65534))]
    port: u16,
    /// Where records and keys are kept.
    #[arg(long, default_value = "target/demo-data")]
    data: PathBuf,
    /// Where the built web assets are.
    #[arg(long, env = "VOLENS_WEB", default_value = "target/web")]
    web: PathBuf,
    /// A mail server to send through (`smtp://host:port`) instead of the outbox.
    #[arg(long, value_name = "URL")]
    mail: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = Options { port: arguments.port, data: arguments.data, web: arguments.web, mail: arguments.mail };
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(options: Options) -> Result<(), volens_demo_site::DemoError> {
    let demo = Demo::bind(options).await?;
    println!("{}", demo.origin());
    println!("Mails that the site would send: {}/demo/outbox", demo.origin());
    demo.run(told_to_stop()).await
}

/// Ctrl-C, or SIGTERM where there is such a thing.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
