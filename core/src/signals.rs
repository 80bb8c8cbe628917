//! Signals from browsers, and what to tell others: pure tables.
