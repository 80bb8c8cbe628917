//! Choices made in other consent tools.
