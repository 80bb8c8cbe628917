//! Anything else that is fetched: the same rules, another target.

use volens_verify::refresh::{Ask, Target};

use super::*;

/// Remembers what it was handed; takes no more than three bytes.
#[derive(Clone, Default)]
struct Letters(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    taken: Option<(Vec<u8>, Timestamp)>,
    ask: Option<Ask>,
}

impl Target for Letters {
    fn take(&mut self, bytes: &[u8], until: Timestamp) -> Result<(), &'static str> {
        if bytes.len() > 3 {
            return Err("too-many-letters");
        }
        self.0.lock().unwrap().taken = Some((bytes.to_vec(), until));
        Ok(())
    }

    fn expire(&mut self) {
        self.0.lock().unwrap().taken = None;
    }

    fn can_ask(&mut self, ask: Ask) {
        self.0.lock().unwrap().ask = Some(ask);
    }
}

impl Letters {
    fn taken(&self) -> Option<(String, i64)> {
        let state = self.0.lock().unwrap();
        let (bytes, until) = state.taken.as_ref()?;
        Some((String::from_utf8(bytes.clone()).unwrap(), until.unix_seconds() - now().unix_seconds()))
    }

    fn ask(&self) {
        self.0.lock().unwrap().ask.as_ref().unwrap().now();
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_is_published_at_a_url() {
    let (world, letters) = (World::new(&[1]), Letters::default());
    world.serves(Ok(Fetched::new("abc").max_age(10 * MINUTE)));
    let refresher = Refresher::with(world.clone(), letters.clone()).clock(wall(world.began, &world.stepped));
    let refresher = refresher.every(5 * MINUTE, 10 * MINUTE).unwrap().use_for(HOUR).unwrap();
    tokio::spawn(refresher.run());
    world.at(Duration::from_secs(1)).await;
    assert_eq!(letters.taken(), Some(("abc".to_owned(), 3600)));
    // Asked for: not before five minutes have passed, however often.
    world.serves(Ok(Fetched::new("de").max_age(10 * MINUTE)));
    for _ in 0..1000 {
        letters.ask();
    }
    world.at(5 * MINUTE).await;
    assert_eq!(letters.taken(), Some(("de".to_owned(), 3900)));
    assert_eq!(world.asked_at(), [0, 300]);
    world.serves(Ok(Fetched::new("abcd")));
    world.at(64 * MINUTE).await;
    assert_eq!(letters.taken(), Some(("de".to_owned(), 3900)));
    world.at(65 * MINUTE).await;
    assert_eq!(letters.taken(), None);
}
