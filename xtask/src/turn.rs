//! One xtask at a time where two would write the same files.

use std::fs::{self, File};

use crate::failure::{During, Outcome};
use crate::place::Place;
use crate::step;

/// Waits until no other xtask is setting up or building assets; the turn ends when the file is dropped.
pub(crate) fn wait(place: &Place) -> Outcome<File> {
    let folder = place.tools();
    fs::create_dir_all(&folder).during(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(".turn");
    let file = File::create(&path).during(|| format!("cannot write {}", path.display()))?;
    if file.try_lock().is_err() {
        step::say("Waiting for another xtask to finish its set-up");
        file.lock().during(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(file)
}
