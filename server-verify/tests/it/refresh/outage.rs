//! An endpoint that is down, wrong or slow, and clocks that jump.

use super::*;
use crate::forge::{Forge, b64};
use crate::live::{signed, token};

/// Two seconds before.
fn before(time: Duration) -> Duration {
    time.saturating_sub(Duration::from_secs(2))
}

#[tokio::test(start_paused = true)]
async fn it_fetches_when_the_answer_says() {
    let world = World::new(&[1]);
    world.start();
    world.at(Duration::ZERO).await;
    assert_eq!(world.says(&token(1)), "ok");
    world.at(Duration::from_mins(3)).await;
    assert_eq!(world.asked_at(), [0, 60, 120, 180]);
    world.serves(Ok(served(&[1, 2]).max_age(Duration::from_secs(200)).age(Duration::from_secs(50))));
    world.at(Duration::from_mins(10)).await;
    assert_eq!(world.asked_at(), [0, 60, 120, 180, 240, 390, 540]);
    assert_eq!(world.says(&token(2)), "ok");
    // Removed there, it is gone here with the next answer, cache and all; so is whatever says for how long.
    world.serves(Ok(Fetched::new(set(&[2]).to_jwks())));
    world.at(Duration::from_secs(690)).await;
    assert_eq!((world.says(&token(1)), world.says(&token(2))), ("unknown-key", "ok"));
}

#[tokio::test(start_paused = true)]
async fn a_day_of_outage_changes_nothing() {
    let world = World::new(&[1]);
    world.start();
    world.at(Duration::from_secs(1)).await;
    world.serves(Err(Problem::Unreachable));
    for minute in 1..=24 * 60 {
        world.at(minute * MINUTE).await;
        assert_eq!(world.says(&token(1)), "ok", "{minute}");
    }
    world.serves(Ok(served(&[2])));
    world.at(24 * HOUR + 59 * MINUTE).await;
    assert_eq!((world.says(&token(1)), world.says(&token(2))), ("unknown-key", "ok"));
    // Never more than once a minute, nor less than once in 15 and half of that.
    let asked = world.asked_at();
    assert!(asked.windows(2).all(|pair| (60..=1350).contains(&(pair[1] - pair[0]))), "{asked:?}");
    assert!(world.outcomes().contains(&Err(Problem::Unreachable)));
}

#[tokio::test(start_paused = true)]
async fn after_the_time_for_which_keys_are_good_nothing_is_believed_until_contact() {
    let world = World::new(&[1]);
    world.start();
    world.at(Duration::from_secs(1)).await;
    world.serves(Err(Problem::Status(503)));
    world.at(before(25 * HOUR)).await;
    assert_eq!(world.says(&token(1)), "ok");
    world.at(25 * HOUR).await;
    assert_eq!((world.says(&token(1)), world.keys.kids().len()), ("unknown-key", 0));
    world.at(400 * HOUR).await;
    assert_eq!(world.says(&token(1)), "unknown-key");
    world.serves(Ok(served(&[1])));
    world.at(401 * HOUR).await;
    assert_eq!(world.says(&token(1)), "ok");
}

#[tokio::test(start_paused = true)]
async fn a_refresher_that_is_gone_does_not_make_keys_eternal() {
    let world = World::new(&[1]);
    let task = tokio::spawn(world.refresher().run());
    world.at(Duration::ZERO).await;
    task.abort();
    world.at(before(25 * HOUR)).await;
    assert_eq!(world.says(&token(1)), "ok");
    world.at(25 * HOUR).await;
    assert_eq!(world.says(&token(1)), "unknown-key");
}

#[tokio::test(start_paused = true)]
async fn bad_answers_replace_nothing() {
    let world = World::new(&[1]);
    world.start();
    world.at(Duration::from_secs(1)).await;
    let jwks = set(&[2]).to_jwks();
    let private = jwks.replace(r#""use":"sig""#, &format!(r#""d":"{}""#, b64([2; 32])));
    let weak =
        r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"x","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;
    let answers = [
        (Err(Problem::Status(500)), Problem::Status(500)),
        (Err(Problem::TooLarge), Problem::TooLarge),
        (Ok(Fetched::new("")), Problem::Refused("not-a-key-set")),
        (Ok(Fetched::new("<html>sign in to the hotel</html>")), Problem::Refused("not-a-key-set")),
        (Ok(Fetched::new(b"\xff\xfe".to_vec())), Problem::Refused("not-a-key-set")),
        (Ok(Fetched::new(&jwks.as_bytes()[..jwks.len() - 1])), Problem::Refused("not-a-key-set")),
        (Ok(Fetched::new(r#"{"keys":[]}"#)), Problem::Refused("no-key")),
        (Ok(Fetched::new(private)), Problem::Refused("bad-key")),
        (Ok(Fetched::new(weak)), Problem::Refused("bad-key")),
        (Ok(Fetched::new(jwks.clone()).age(25 * HOUR)), Problem::TooOld),
    ];
    let mut at = Duration::from_secs(1);
    for (answer, problem) in answers {
        world.serves(answer);
        at += 24 * MINUTE;
        world.at(at).await;
        assert_eq!(*world.outcomes().last().unwrap(), Err(problem));
        assert_eq!((world.says(&token(1)), world.says(&token(2))), ("ok", "unknown-key"), "{problem}");
    }
    world.serves(Ok(Fetched::new(jwks)));
    world.at(at + 24 * MINUTE).await;
    assert_eq!((world.says(&token(1)), world.says(&token(2))), ("unknown-key", "ok"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_is_none() {
    let world = World::new(&[1]);
    world.takes(Duration::from_hours(1));
    world.start();
    world.at(Duration::from_secs(11)).await;
    assert_eq!(world.outcomes(), [Err(Problem::Timeout)]);
    assert_eq!(world.says(&token(1)), "unknown-key");
    world.takes(Duration::from_secs(9));
    world.at(Duration::from_secs(110)).await;
    assert_eq!(world.says(&token(1)), "ok");
}

#[tokio::test(start_paused = true)]
async fn a_service_can_insist_on_keys_before_it_starts() {
    let world = World::new(&[1]);
    world.serves(Err(Problem::Unreachable));
    let mut refresher = world.refresher();
    assert_eq!(refresher.load().await, Err(Problem::Unreachable));
    world.serves(Ok(served(&[1])));
    assert_eq!(refresher.load().await, Ok(()));
    // Not even who insists asks more than once a minute.
    assert_eq!(world.asked_at(), [0, 60]);
    assert_eq!(world.says(&token(1)), "ok");
}

/// An age that a cache admits to shortens for how long an answer is used.
#[tokio::test(start_paused = true)]
async fn what_is_old_already_is_used_for_less() {
    let world = World::new(&[1]);
    world.serves(Ok(served(&[1]).age(20 * HOUR)));
    world.start();
    world.at(Duration::from_secs(1)).await;
    world.serves(Err(Problem::Unreachable));
    world.at(before(5 * HOUR)).await;
    assert_eq!(world.says(&token(1)), "ok");
    world.at(5 * HOUR).await;
    assert_eq!(world.says(&token(1)), "unknown-key");
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_does_not_prolong_what_is_believed() {
    let world = World::new(&[1]);
    let lasting = signed(1, Forge::good().claim("iat", 1).claim("exp", i64::from(u32::MAX)));
    world.start();
    world.at(Duration::from_secs(1)).await;
    assert_eq!(world.says(&lasting), "ok");
    world.serves(Err(Problem::Unreachable));
    world.step_clock(-300 * 86_400);
    world.at(before(25 * HOUR)).await;
    assert_eq!(world.says(&lasting), "ok");
    world.at(25 * HOUR).await;
    assert_eq!(world.says(&lasting), "unknown-key");
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_ahead_costs_a_minute() {
    let world = World::new(&[1]);
    world.serves(Ok(Fetched::new(set(&[1]).to_jwks())));
    world.start();
    world.at(Duration::from_mins(2)).await;
    world.step_clock(2 * 86_400);
    assert_eq!(world.says(&token(1)), "unknown-key", "perhaps it slept for two days");
    world.at(Duration::from_secs(121)).await;
    assert_eq!(world.says(&token(1)), "ok", "the token itself had it fetched");
    // Each time.
    world.at(Duration::from_mins(5)).await;
    world.step_clock(2 * 86_400);
    assert_eq!(world.says(&token(1)), "unknown-key");
    world.at(Duration::from_secs(301)).await;
    assert_eq!(world.says(&token(1)), "ok");
    // A leap second is a step like any other, and too small to matter.
    world.step_clock(-1);
    assert_eq!(world.says(&token(1)), "ok");
    assert_eq!(world.fetches(), 3);
}
