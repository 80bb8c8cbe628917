//! Yew components, thin: props to HTML, events to callbacks. One set serves the server and the browser.

mod center;
mod first_layer;
mod foot;
mod form;
mod purpose;
mod service;

pub use self::{
    center::{Center, CenterProps, Gpc, Place, center},
    first_layer::{FirstLayer, FirstLayerProps, Sheet, Status, first_layer},
    foot::{Foot, FootProps},
};

use std::{ops::Deref, rc::Rc};

use volens_core::manifest::Manifest;

/// A manifest shared by components; two are equal when they are the same one.
#[derive(Clone, Debug)]
pub struct Shared(Rc<Kept>);

#[cfg(not(target_arch = "wasm32"))]
type Kept = Manifest;
/// A page holds one, or two if the texts change under it, and never has a reason to give them back; code that would
/// is not worth its bytes.
#[cfg(target_arch = "wasm32")]
type Kept = std::mem::ManuallyDrop<Manifest>;

impl Shared {
    /// Shares `manifest`.
    pub fn new(manifest: Manifest) -> Self {
        #[cfg(target_arch = "wasm32")]
        let manifest = Kept::new(manifest);
        Self(Rc::new(manifest))
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Shared {
    type Target = Manifest;
    fn deref(&self) -> &Manifest {
        &self.0
    }
}
