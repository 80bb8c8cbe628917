//! Whole-system tests live in `it/` (the service, over HTTP), `outside/` and `python/` (readers of its tokens that
//! are not ours) and `browser/` (pages, in Chromium).
