//! Exports and receipts.
