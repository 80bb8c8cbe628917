//! The subcommands.

mod evaluate;
mod evidence;
mod export;
mod keys;
mod list;
mod notice;
mod render;
mod serve;
mod statistics;
mod token;

use crate::exit::Outcome;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    #[command(subcommand)]
    List(list::List),
    Evaluate(evaluate::Evaluate),
    Evidence(evidence::Evidence),
    Export(export::Export),
    #[command(subcommand)]
    Notice(notice::Notice),
    #[command(subcommand)]
    Token(token::Token),
    Keys(keys::Keys),
    Serve(serve::Serve),
    Render(render::Render),
    Statistics(statistics::Statistics),
}

impl Command {
    pub(crate) fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.run(),
            Self::Evaluate(evaluate) => evaluate.run(),
            Self::Evidence(evidence) => evidence.run(),
            Self::Notice(notice) => notice.run(),
            Self::Export(export) => export.run(),
            Self::Token(token) => token.run(),
            Self::Keys(keys) => keys.run(),
            Self::Serve(serve) => serve.run(),
            Self::Render(render) => render.run(),
            Self::Statistics(statistics) => statistics.run(),
        }
    }
}
