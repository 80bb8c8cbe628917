//! One file per language.

use super::{Labels, Words};

pub(super) mod ar;
pub(super) mod bg;
pub(super) mod cs;
pub(super) mod da;
pub(super) mod de;
pub(super) mod el;
pub(super) mod en;
pub(super) mod es;
pub(super) mod et;
pub(super) mod fi;
pub(super) mod fr;
pub(super) mod ga;
pub(super) mod he;
pub(super) mod hr;
pub(super) mod hu;
pub(super) mod is;
pub(super) mod it;
pub(super) mod ja;
pub(super) mod lt;
pub(super) mod lv;
pub(super) mod mt;
pub(super) mod nb;
pub(super) mod nl;
pub(super) mod pl;
pub(super) mod pt;
pub(super) mod ro;
pub(super) mod sk;
pub(super) mod sl;
pub(super) mod sv;
pub(super) mod tr;
pub(super) mod uk;
pub(super) mod zh;
