//! The tables: what each law asks, and where it says so.

use super::{Provision, Refusing, Regime, SignalDisplay, SignalForce, Use};
use crate::Timestamp;

/// One jurisdiction's rules, as they stand between two dates.
pub(super) struct Law {
    necessary: Provision<Regime>,
    statistics: Provision<Regime>,
    appearance: Provision<Regime>,
    advertising: Provision<Regime>,
    sensitive: Provision<Regime>,
    disclosure: Provision<Regime>,
    transfer: Provision<Regime>,
    /// From when the signal opts out of advertising and disclosure; none: it is only recorded.
    signal: Provision<Option<Timestamp>>,
    /// From when the visitor must see it; none: never.
    display: Provision<Option<Timestamp>>,
    pub(super) refusing: Provision<Refusing>,
    /// Days without a question after a refusal.
    pub(super) cool_down: Provision<u32>,
}

impl Law {
    pub(super) const fn rule(&self, use_: Use) -> Provision<Regime> {
        match use_ {
            Use::StrictlyNecessary => self.necessary,
            Use::Statistics => self.statistics,
            Use::Appearance => self.appearance,
            Use::Advertising => self.advertising,
            Use::Sensitive => self.sensitive,
            Use::Disclosure => self.disclosure,
            Use::Transfer => self.transfer,
        }
    }

    pub(super) fn signal(&self, use_: Use, at: Timestamp) -> Provision<SignalForce> {
        let Provision { says, source } = self.signal;
        match (use_, says) {
            (Use::Advertising | Use::Disclosure, Some(since)) if since <= at => {
                Provision { says: SignalForce::Binding, source }
            }
            (Use::Advertising | Use::Disclosure, _) => Provision { says: SignalForce::RecordedOnly, source },
            _ => Provision {
                says: SignalForce::RecordedOnly,
                source: "W3C Global Privacy Control: a request not to sell or share, and nothing else",
            },
        }
    }

    pub(super) fn signal_display(&self, at: Timestamp) -> Provision<SignalDisplay> {
        let says = match self.display.says {
            Some(since) if since <= at => SignalDisplay::Required,
            _ => SignalDisplay::Optional,
        };
        Provision { says, source: self.display.source }
    }
}

const fn exempt(source: &'static str) -> Provision<Regime> {
    Provision { says: Regime::Exempt, source }
}

const fn opt_out(source: &'static str) -> Provision<Regime> {
    Provision { says: Regime::OptOutWithNotice, source }
}

const fn opt_in(source: &'static str) -> Provision<Regime> {
    Provision { says: Regime::OptIn, source }
}

const fn separately(source: &'static str) -> Provision<Regime> {
    Provision { says: Regime::OptInSeparately, source }
}

const fn never(source: &'static str) -> Provision<Option<Timestamp>> {
    Provision { says: None, source }
}

/// From an instant, in Unix seconds.
const fn from(seconds: i64, source: &'static str) -> Provision<Option<Timestamp>> {
    Provision { says: Some(Timestamp::from_unix_seconds(seconds)), source }
}

const fn as_easy(source: &'static str) -> Provision<Refusing> {
    Provision { says: Refusing::AsEasy, source }
}

const fn possible(source: &'static str) -> Provision<Refusing> {
    Provision { says: Refusing::Possible, source }
}

const fn days(says: u32, source: &'static str) -> Provision<u32> {
    Provision { says, source }
}

pub(super) const ALWAYS: i64 = i64::MIN;
pub(super) const Y2024_07_01: i64 = 1_719_792_000;
pub(super) const Y2025_01_01: i64 = 1_735_689_600;
pub(super) const Y2025_07_15: i64 = 1_752_537_600;
pub(super) const Y2025_07_31: i64 = 1_753_920_000;
pub(super) const Y2025_10_01: i64 = 1_759_276_800;
pub(super) const Y2026_01_01: i64 = 1_767_225_600;
pub(super) const Y2026_02_05: i64 = 1_770_249_600;

const NO_DUTY_TO_SHOW: Provision<Option<Timestamp>> = never("no provision asks for it");
const SIX_MONTHS: &str =
    "no statutory period; CNIL recommendation 2020-092 and the Garante's guidelines of 10 June 2021 name six months";
const AS_IN_EUROPE: &str = "no statutory period; as in the European Union";

pub(super) const EU: Law = Law {
    necessary: exempt("ePrivacy directive 2002/58/EC, article 5(3), second sentence"),
    statistics: opt_in("ePrivacy directive 2002/58/EC, article 5(3); GDPR, articles 4(11) and 7"),
    appearance: opt_in("ePrivacy directive 2002/58/EC, article 5(3); GDPR, articles 4(11) and 7"),
    advertising: opt_in("ePrivacy directive 2002/58/EC, article 5(3); GDPR, articles 4(11) and 7"),
    sensitive: separately("GDPR, article 9(2)(a): explicit consent"),
    disclosure: opt_in("GDPR, articles 6(1)(a) and 7"),
    transfer: separately("GDPR, article 49(1)(a): explicit consent, the risks being known"),
    signal: never("no provision names the signal; GDPR, article 21(5), leaves room for it"),
    display: NO_DUTY_TO_SHOW,
    refusing: as_easy("EDPB cookie banner taskforce, report of 17 January 2023; CNIL recommendation 2020-092"),
    cool_down: days(180, SIX_MONTHS),
};

/// 5 February 2026: the Data (Use and Access) Act 2025 changes PECR.
pub(super) const UK_CHANGE: Timestamp = Timestamp::from_unix_seconds(Y2026_02_05);

pub(super) const UK_2003: Law = Law {
    necessary: exempt("PECR, regulation 6(4)"),
    statistics: opt_in("PECR, regulation 6(1) and (2)"),
    appearance: opt_in("PECR, regulation 6(1) and (2)"),
    advertising: opt_in("PECR, regulation 6(1) and (2)"),
    sensitive: separately("UK GDPR, article 9(2)(a): explicit consent"),
    disclosure: opt_in("UK GDPR, articles 6(1)(a) and 7"),
    transfer: separately("UK GDPR, article 49(1)(a): explicit consent, the risks being known"),
    signal: never("no provision names the signal; UK GDPR, article 21(5), leaves room for it"),
    display: NO_DUTY_TO_SHOW,
    refusing: as_easy("ICO, guidance on storage and access technologies"),
    cool_down: days(180, AS_IN_EUROPE),
};

pub(super) const UK: Law = Law {
    necessary: exempt("PECR, regulation 6 and Schedule A1: strictly necessary"),
    statistics: opt_out("PECR, regulation 6 and Schedule A1: statistical purposes, from 5 February 2026"),
    appearance: opt_out("PECR, regulation 6 and Schedule A1: appearance, from 5 February 2026"),
    advertising: opt_in("PECR, regulation 6"),
    ..UK_2003
};

pub(super) const CH: Law = Law {
    necessary: exempt("TCA, article 45c"),
    statistics: opt_out("TCA, article 45c(b): information and a way to refuse"),
    appearance: opt_out("TCA, article 45c(b): information and a way to refuse"),
    advertising: separately(
        "FADP, article 6(7)(b): express consent to profiling with high risk, as which advertising by profile is taken",
    ),
    sensitive: separately("FADP, article 6(7)(a): express consent"),
    disclosure: opt_out("FADP, articles 19 and 30(2)(b): information, and no processing against an express wish"),
    transfer: separately("FADP, article 17(1)(a): express consent"),
    signal: never("no provision names the signal"),
    display: NO_DUTY_TO_SHOW,
    refusing: as_easy(
        "FDPIC, guidelines on data processing by cookies and similar technologies, as updated in October 2025",
    ),
    cool_down: days(180, AS_IN_EUROPE),
};

pub(super) const US_CA: Law = Law {
    necessary: exempt("Cal. Civ. Code § 1798.140(e)"),
    statistics: opt_out("Cal. Civ. Code § 1798.100(a): notice at collection, no consent"),
    appearance: opt_out("Cal. Civ. Code § 1798.100(a): notice at collection, no consent"),
    advertising: opt_out("Cal. Civ. Code § 1798.120: sale and sharing"),
    sensitive: opt_out("Cal. Civ. Code § 1798.121: the right to limit"),
    disclosure: opt_out("Cal. Civ. Code § 1798.120: sale and sharing"),
    transfer: opt_out("Cal. Civ. Code § 1798.100(a): notice at collection; no rule on transfers"),
    signal: from(ALWAYS, "Cal. Civ. Code § 1798.135(e); 11 CCR § 7025(b) and (c)(1)"),
    display: from(Y2026_01_01, "11 CCR § 7025(c)(6), from 1 January 2026"),
    refusing: as_easy("11 CCR § 7004(a)(2): symmetry in choice"),
    cool_down: days(366, "Cal. Civ. Code § 1798.135(c)(4): twelve months after an opt-out"),
};

/// A state whose act follows the common pattern: opt-out of sale and targeted advertising, opt-in to sensitive data,
/// a binding signal.
const fn state(
    notice: &'static str,
    opt_out_right: &'static str,
    sensitive: &'static str,
    signal: Provision<Option<Timestamp>>,
) -> Law {
    Law {
        necessary: exempt(notice),
        statistics: opt_out(notice),
        appearance: opt_out(notice),
        advertising: opt_out(opt_out_right),
        sensitive: opt_in(sensitive),
        disclosure: opt_out(opt_out_right),
        transfer: opt_out(notice),
        signal,
        display: NO_DUTY_TO_SHOW,
        refusing: as_easy("the act's definition of consent: an agreement got by dark patterns is none"),
        cool_down: days(180, AS_IN_EUROPE),
    }
}

pub(super) const US_CO: Law = Law {
    refusing: as_easy("4 CCR 904-3, rule 7.09: no dark patterns, symmetrical choices"),
    ..state(
        "C.R.S. § 6-1-1308(1): a privacy notice, no consent",
        "C.R.S. § 6-1-1306(1)(a)(I)",
        "C.R.S. § 6-1-1308(7)",
        from(Y2024_07_01, "C.R.S. § 6-1-1306(1)(a)(IV); 4 CCR 904-3, part 5, from 1 July 2024"),
    )
};

pub(super) const US_CT: Law = state(
    "Conn. Gen. Stat. § 42-520(c): a privacy notice, no consent",
    "Conn. Gen. Stat. § 42-518(a)(5)",
    "Conn. Gen. Stat. § 42-520(a)(4)",
    from(Y2025_01_01, "Conn. Gen. Stat. § 42-520(e)(1)(A)(ii), from 1 January 2025"),
);

pub(super) const US_DE: Law = state(
    "6 Del. C. § 12D-106: a privacy notice, no consent",
    "6 Del. C. § 12D-104(a)(6)",
    "6 Del. C. § 12D-106(a)(4)",
    from(Y2026_01_01, "6 Del. C. § 12D-106(e), from 1 January 2026"),
);

pub(super) const US_MD: Law = state(
    "Md. Code, Com. Law § 14-4707: a privacy notice, no consent",
    "Md. Code, Com. Law § 14-4705(b)(7)",
    "Md. Code, Com. Law § 14-4707(a)(1) and (2): must also be strictly necessary, and is never sold",
    from(Y2025_10_01, "Md. Code, Com. Law §§ 14-4706 and 14-4707, from 1 October 2025"),
);

pub(super) const US_MN: Law = state(
    "Minn. Stat. § 325M.16: a privacy notice, no consent",
    "Minn. Stat. § 325M.14, subd. 1(f)",
    "Minn. Stat. § 325M.16, subd. 2",
    from(Y2025_07_31, "Minn. Stat. § 325M.14, from 31 July 2025"),
);

pub(super) const US_MT: Law = state(
    "Mont. Code § 30-14-2812: a privacy notice, no consent",
    "Mont. Code § 30-14-2808(1)(e)",
    "Mont. Code § 30-14-2812(2)(b)",
    from(Y2025_01_01, "Mont. Code § 30-14-2809(3)(b), from 1 January 2025"),
);

pub(super) const US_NE: Law = state(
    "Neb. Rev. Stat. § 87-1113: a privacy notice, no consent",
    "Neb. Rev. Stat. § 87-1107(2)(e)",
    "Neb. Rev. Stat. § 87-1112",
    from(Y2025_01_01, "Neb. Rev. Stat. § 87-1111(5), from 1 January 2025"),
);

pub(super) const US_NH: Law = state(
    "N.H. RSA 507-H:6: a privacy notice, no consent",
    "N.H. RSA 507-H:4, I(e)",
    "N.H. RSA 507-H:6, I",
    from(Y2025_01_01, "N.H. RSA 507-H:6, from 1 January 2025"),
);

pub(super) const US_NJ: Law = state(
    "N.J.S.A. 56:8-166.6: a privacy notice, no consent",
    "N.J.S.A. 56:8-166.10",
    "N.J.S.A. 56:8-166.12",
    from(Y2025_07_15, "N.J.S.A. 56:8-166.11(b)(1), from 15 July 2025"),
);

pub(super) const US_OR: Law = state(
    "ORS 646A.578(4): a privacy notice, no consent",
    "ORS 646A.574(1)(d)",
    "ORS 646A.578(2)(b)",
    from(Y2026_01_01, "ORS 646A.578(5)(c), from 1 January 2026"),
);

pub(super) const US_TX: Law = state(
    "Tex. Bus. & Com. Code § 541.102: a privacy notice, no consent",
    "Tex. Bus. & Com. Code § 541.051(b)(5)",
    "Tex. Bus. & Com. Code § 541.101(b)",
    from(Y2025_01_01, "Tex. Bus. & Com. Code § 541.055(e), from 1 January 2025"),
);

pub(super) const US: Law = Law {
    sensitive: separately("Wash. RCW 19.373.030: consent of its own for health data, the strictest of these states"),
    refusing: possible("no rule in common"),
    ..state(
        "15 U.S.C. § 45(a): nothing misleading; no consent asked",
        "Va. Code § 59.1-577(A)(5) and its like in other states",
        "",
        never("no provision of these states gives the signal force"),
    )
};

pub(super) const CA_QC: Law = Law {
    necessary: exempt("CQLR c. P-39.1, sections 8 and 8.3"),
    statistics: opt_in("CQLR c. P-39.1, section 8.1: what can identify, locate or profile is off until activated"),
    appearance: opt_in("CQLR c. P-39.1, section 8.1: what can identify, locate or profile is off until activated"),
    advertising: opt_in("CQLR c. P-39.1, section 8.1: what can identify, locate or profile is off until activated"),
    sensitive: separately("CQLR c. P-39.1, sections 12 and 13: express consent"),
    disclosure: separately("CQLR c. P-39.1, sections 13 and 14: consent for each purpose, asked apart"),
    transfer: opt_out("CQLR c. P-39.1, sections 8 and 17: information and an assessment, no consent"),
    signal: never("no provision names the signal"),
    display: NO_DUTY_TO_SHOW,
    refusing: as_easy("Commission d'accès à l'information, guidelines 2023-1 on valid consent"),
    cool_down: days(180, AS_IN_EUROPE),
};

pub(super) const CN: Law = Law {
    necessary: exempt("PIPL, article 13(1)(2): necessary for a contract"),
    statistics: opt_in("PIPL, articles 13(1)(1) and 14"),
    appearance: opt_in("PIPL, articles 13(1)(1) and 14"),
    advertising: opt_in("PIPL, articles 13(1)(1), 14 and 24"),
    sensitive: separately("PIPL, article 29; article 26 for images and identification in public places"),
    disclosure: separately("PIPL, article 23; article 25 for publishing"),
    transfer: separately("PIPL, article 39"),
    signal: never("no provision names the signal"),
    display: NO_DUTY_TO_SHOW,
    refusing: possible("PIPL, articles 15 and 16: easy to withdraw, and no service withheld for a refusal"),
    cool_down: days(180, AS_IN_EUROPE),
};

const STRICTEST: &str = "the jurisdiction is unknown: the strictest rule of all of them";

pub(super) const STRICT: Law = Law {
    necessary: exempt(STRICTEST),
    statistics: opt_in(STRICTEST),
    appearance: opt_in(STRICTEST),
    advertising: separately(STRICTEST),
    sensitive: separately(STRICTEST),
    disclosure: separately(STRICTEST),
    transfer: separately(STRICTEST),
    signal: from(ALWAYS, STRICTEST),
    display: from(ALWAYS, STRICTEST),
    refusing: as_easy(STRICTEST),
    cool_down: days(366, STRICTEST),
};
