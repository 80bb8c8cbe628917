//! Objections (GDPR article 21) and restriction (article 18).
