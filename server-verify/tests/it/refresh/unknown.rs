//! Tokens that name keys nobody has heard of.

use super::*;
use crate::forge::{Forge, b64};
use crate::live::token;

/// The answer of an endpoint that does not want to be asked often.
fn lasting(numbers: &[u8]) -> Fetched {
    served(numbers).max_age(HOUR)
}

fn forged(number: u32) -> String {
    let mut kid = [7; 32];
    kid[..4].copy_from_slice(&number.to_be_bytes());
    Forge::good().header("kid", b64(kid)).signed_with([0; 64])
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_fetched_when_its_first_token_comes() {
    let world = World::new(&[1]);
    world.serves(Ok(lasting(&[1])));
    world.start();
    world.at(Duration::from_secs(70)).await;
    world.serves(Ok(lasting(&[1, 2])));
    assert_eq!(world.says(&token(2)), "unknown-key");
    world.at(Duration::from_secs(71)).await;
    assert_eq!(world.says(&token(2)), "ok");
    assert_eq!(world.asked_at(), [0, 70]);
}

#[tokio::test(start_paused = true)]
async fn not_before_a_minute_has_passed_since_the_last_fetch() {
    let world = World::new(&[1]);
    world.serves(Ok(lasting(&[1])));
    world.start();
    world.at(Duration::from_secs(20)).await;
    world.says(&token(2));
    world.serves(Ok(lasting(&[1, 2])));
    world.at(Duration::from_secs(59)).await;
    assert_eq!(world.says(&token(2)), "unknown-key");
    world.at(MINUTE).await;
    assert_eq!(world.says(&token(2)), "ok");
    assert_eq!(world.asked_at(), [0, 60]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_stays_unknown_is_asked_for_once() {
    let world = World::new(&[1]);
    world.serves(Ok(lasting(&[1])));
    world.start();
    world.at(Duration::from_secs(100)).await;
    // A visitor whose token is signed by a key that was removed comes back every second.
    for second in 100..4000 {
        world.at(Duration::from_secs(second)).await;
        world.says(&token(9));
    }
    // Each of the others when it was due.
    assert_eq!(world.asked_at(), [0, 100, 1000, 1900, 2800, 3700]);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_forged_keys_costs_one_fetch_a_minute() {
    let world = World::new(&[1]);
    world.serves(Ok(lasting(&[1])));
    world.start();
    world.at(Duration::from_secs(61)).await;
    for number in 0..10_000 {
        assert_eq!(world.says(&forged(number)), "unknown-key");
    }
    world.at(Duration::from_secs(119)).await;
    assert_eq!(world.asked_at(), [0, 61]);
    // A thousand more over ten minutes while the endpoint is well, and as many while it is not.
    for (begin, answer) in [(120_u32, Ok(lasting(&[1]))), (720, Err(Problem::Status(500)))] {
        world.serves(answer);
        for number in 0..1000 {
            world.at(begin * Duration::from_secs(1) + number * Duration::from_millis(600)).await;
            assert_eq!(world.says(&forged(begin * 1000 + number)), "unknown-key");
        }
    }
    let asked = world.asked_at();
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] >= 60), "{asked:?}");
    assert!(asked.len() <= 23, "{asked:?}");
    assert_eq!(world.says(&token(1)), "ok");
}

#[tokio::test(start_paused = true)]
async fn what_can_be_no_key_is_not_asked_for() {
    let world = World::new(&[1]);
    world.serves(Ok(lasting(&[1])));
    world.start();
    world.at(Duration::from_secs(100)).await;
    for kid in ["", "key-1", &"k".repeat(42), &"k".repeat(44)] {
        assert_eq!(world.says(&Forge::good().header("kid", kid).token()), "unknown-key");
    }
    world.at(Duration::from_secs(200)).await;
    assert_eq!(world.asked_at(), [0]);
}
