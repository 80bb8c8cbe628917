//! One file per language.

use super::{Labels, Words};

pub(super) mod da;
pub(super) mod en;
pub(super) mod sv;
