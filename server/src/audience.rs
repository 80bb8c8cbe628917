//! Tokens for other services: short, for one audience, and under a name that no other audience knows.

use crate::ServiceError;
use crate::choices::Standing;
use crate::keys::random;
use crate::service::Inner;
use crate::store::{Life, Write};
use crate::visitor::Visitor;
use volens_core::site::TokenStatus;
use volens_core::token::{Claims, Stance};
use volens_core::{Because, Channel, Mark, PurposeId, SubjectId};

/// The longest life of such a token, in seconds.
const LIFE: i64 = 600;
/// Those who grant nothing hold the same bytes for so many seconds.
const STEP: i64 = 300;

/// A token, and when it ends (Unix seconds).
pub(crate) struct Short {
    pub(crate) token: String,
    pub(crate) exp: i64,
}

impl Inner {
    /// A token for `audience`, a listed one, by the token in the visitor's browser; none if that is none of ours. It
    /// grants what the browser's token grants and the records still do.
    pub(crate) fn token_for(&self, cookie: Option<&str>, audience: &str) -> Result<Option<Short>, ServiceError> {
        let Some(cookie) = self.claims(cookie) else { return Ok(None) };
        let visitor = Visitor::of(Some(&cookie), self.clock.now());
        if let Visitor::New = visitor {
            return Ok(None);
        }
        let make = |write: &Write<'_>| {
            let claims = self.claims_for(write, &visitor, cookie, audience)?;
            let token = self.keys.sign_as(self.site.stage().token_type(), &claims);
            Ok(Some(Short { token: token.map_err(|_| ServiceError::Unmintable)?, exp: claims.exp }))
        };
        match self.site.token_status() {
            TokenStatus::Listed => self.store.write(make),
            TokenStatus::Omitted => self.store.read(make),
        }
    }

    fn claims_for(
        &self,
        write: &Write<'_>,
        visitor: &Visitor,
        cookie: Claims,
        audience: &str,
    ) -> Result<Claims, ServiceError> {
        let now = write.now().unix_seconds();
        let state = self.state(write, visitor)?;
        let stance = |(purpose, said): (&PurposeId, &Stance)| {
            let standing = state.get(purpose)?;
            let stance = match said {
                Stance::Granted(_) if cookie.exp > now && still(standing, *said) => Some(*said),
                Stance::Granted(_) => (standing.mark() == Mark::Refused).then_some(Stance::Refused),
                Stance::Refused => Some(Stance::Refused),
            };
            stance.map(|stance| (purpose.clone(), stance))
        };
        let g: std::collections::BTreeMap<PurposeId, Stance> = cookie.g.iter().filter_map(stance).collect();
        let granted = |purpose: &PurposeId| g.get(purpose).is_some_and(|stance| *stance != Stance::Refused);
        let ends = state.iter().filter(|(purpose, _)| granted(purpose)).filter_map(|(_, standing)| standing.ends);
        let ends = ends.map(volens_core::Timestamp::unix_seconds).fold(cookie.exp.min(now + LIFE), i64::min);
        let bare = Claims { aud: audience.into(), sub: None, jti: None, status: None, nbf: None, ..cookie };
        let subject = visitor.subject().filter(|_| g.values().any(|stance| *stance != Stance::Refused));
        let Some(subject) = subject else {
            // As in the browser: who grants nothing is nobody, and says no more than the others of these minutes.
            let iat = now - now.rem_euclid(STEP);
            return Ok(Claims { iat, exp: iat + LIFE, src: Channel::Banner, g, ..bare });
        };
        let mut claims = Claims { iat: now, exp: ends, jti: Some(random::<16>()?), g, ..bare };
        claims.status = self.placed(write, Life::Audience, subject, &claims)?;
        claims.sub = Some(self.pairwise(subject, audience)?);
        Ok(claims)
    }

    /// The name by which an audience knows a subject.
    pub(crate) fn pairwise(&self, subject: &SubjectId, audience: &str) -> Result<SubjectId, ServiceError> {
        self.keys.pairwise(self.site.id(), subject, audience).parse().map_err(|_| ServiceError::Corrupt)
    }
}

/// Whether what stands is the grant that a token speaks of, and not one that came after its end.
fn still(standing: &Standing, said: Stance) -> bool {
    let at = standing.granted_at.map(volens_core::Timestamp::unix_seconds);
    standing.because == Because::Granted && at == Some(i64::from(said))
}
