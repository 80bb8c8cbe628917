-- What was published and what was said: never changed, never deleted (triggers below).

CREATE TABLE IF NOT EXISTS notice (
  site_id TEXT NOT NULL,
  notice TEXT NOT NULL,
  material TEXT NOT NULL,        -- the material facts, canonical JSON
  published_at INTEGER NOT NULL, -- all times: milliseconds since 1970-01-01T00:00:00Z
  PRIMARY KEY (site_id, notice)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS text (
  site_id TEXT NOT NULL,
  notice TEXT NOT NULL,
  text TEXT NOT NULL,            -- hash of the body
  lang TEXT NOT NULL,
  body TEXT NOT NULL,            -- the texts served, canonical JSON
  look TEXT NOT NULL,            -- hash of the layer as it was rendered
  policy TEXT NOT NULL,          -- {"id","version","effective"}
  controllers TEXT NOT NULL,     -- names, JSON
  published_at INTEGER NOT NULL,
  variant TEXT,                  -- of wording or position; none: the site's own
  PRIMARY KEY (site_id, notice, text, look)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS statement (
  site_id TEXT NOT NULL,
  statement TEXT NOT NULL,       -- random
  subject TEXT NOT NULL,         -- random pseudonym
  notice TEXT NOT NULL,
  text TEXT,
  look TEXT,
  lang TEXT,
  policy TEXT,
  controllers TEXT,
  jurisdiction TEXT NOT NULL,
  channel TEXT NOT NULL,
  control TEXT NOT NULL,
  signals TEXT NOT NULL,         -- {"gpc":true}
  claimed_at INTEGER,
  received_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  variant TEXT,
  PRIMARY KEY (site_id, statement),
  CHECK (received_at <= recorded_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS statement_subject ON statement (site_id, subject);

-- For counts of some days.
CREATE INDEX IF NOT EXISTS statement_received ON statement (site_id, received_at);

CREATE TABLE IF NOT EXISTS record (
  site_id TEXT NOT NULL,
  statement TEXT NOT NULL,
  purpose TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('grant', 'refuse', 'withdraw', 'object', 'erase')),
  expires_at INTEGER,
  PRIMARY KEY (site_id, statement, purpose),
  FOREIGN KEY (site_id, statement) REFERENCES statement (site_id, statement)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS notice_stays BEFORE UPDATE ON notice BEGIN SELECT RAISE(ABORT, 'a published notice is kept as it is'); END;
CREATE TRIGGER IF NOT EXISTS notice_kept BEFORE DELETE ON notice BEGIN SELECT RAISE(ABORT, 'a published notice is kept for good'); END;
CREATE TRIGGER IF NOT EXISTS text_stays BEFORE UPDATE ON text BEGIN SELECT RAISE(ABORT, 'a published text is kept as it is'); END;
CREATE TRIGGER IF NOT EXISTS text_kept BEFORE DELETE ON text BEGIN SELECT RAISE(ABORT, 'a published text is kept for good'); END;
CREATE TRIGGER IF NOT EXISTS statement_stays BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'a statement is never changed'); END;
CREATE TRIGGER IF NOT EXISTS statement_kept BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'a statement is never deleted'); END;
CREATE TRIGGER IF NOT EXISTS record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
CREATE TRIGGER IF NOT EXISTS record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END;

-- REPLACE deletes what it replaces, and triggers on deletion do not see it: a row that is there is not written again.
CREATE TRIGGER IF NOT EXISTS notice_once BEFORE INSERT ON notice
WHEN EXISTS (SELECT 1 FROM notice WHERE site_id = NEW.site_id AND notice = NEW.notice)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER IF NOT EXISTS text_once BEFORE INSERT ON text
WHEN EXISTS (SELECT 1 FROM text WHERE site_id = NEW.site_id AND notice = NEW.notice AND text = NEW.text AND look = NEW.look)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER IF NOT EXISTS statement_once BEFORE INSERT ON statement
WHEN EXISTS (SELECT 1 FROM statement WHERE site_id = NEW.site_id AND statement = NEW.statement)
BEGIN SELECT RAISE(ABORT, 'a statement is never changed'); END;
CREATE TRIGGER IF NOT EXISTS record_once BEFORE INSERT ON record
WHEN EXISTS (SELECT 1 FROM record WHERE site_id = NEW.site_id AND statement = NEW.statement AND purpose = NEW.purpose)
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;

-- Nothing is slipped in behind what was said: a statement is newer than all others, and takes its records with it.
CREATE INDEX IF NOT EXISTS statement_time ON statement (site_id, recorded_at);
CREATE TRIGGER IF NOT EXISTS statement_newest BEFORE INSERT ON statement
WHEN NEW.recorded_at <= (SELECT max(recorded_at) FROM statement WHERE site_id = NEW.site_id)
BEGIN SELECT RAISE(ABORT, 'a statement is newer than all before it'); END;
CREATE TRIGGER IF NOT EXISTS record_newest BEFORE INSERT ON record
WHEN (SELECT recorded_at FROM statement WHERE site_id = NEW.site_id AND statement = NEW.statement)
   < (SELECT max(recorded_at) FROM statement WHERE site_id = NEW.site_id)
BEGIN SELECT RAISE(ABORT, 'a record belongs to the newest statement'); END;

-- Whether what is here was said by visitors or by a developer.
CREATE TABLE IF NOT EXISTS stage (
  site_id TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('live', 'development')),
  PRIMARY KEY (site_id)
) STRICT, WITHOUT ROWID;

-- Who a pseudonym is: apart from the records, and deleted on request or when due.

CREATE TABLE IF NOT EXISTS contact (
  site_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  address TEXT NOT NULL,
  name TEXT,
  lang TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site_id, subject),
  UNIQUE (site_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS account (
  site_id TEXT NOT NULL,
  account TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site_id, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS pending (
  site_id TEXT NOT NULL,
  link BLOB NOT NULL,            -- hash of the link's secret
  address TEXT NOT NULL,
  name TEXT,
  lang TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site_id, link)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS pending_address ON pending (site_id, address);

CREATE TABLE IF NOT EXISTS idempotency (
  site_id TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,         -- hash of what was asked
  subject TEXT NOT NULL,         -- whose records it wrote
  asked_by TEXT,                 -- whose token came with it
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS idempotency_age ON idempotency (created_at);

CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY,
  site_id TEXT NOT NULL,
  mail TEXT NOT NULL,            -- JSON
  sent_at INTEGER NOT NULL
) STRICT;

-- Where a withdrawal shows to those who are handed a token: one bit for each (IETF Token Status List).

CREATE TABLE IF NOT EXISTS status_list (
  site_id TEXT NOT NULL,
  list INTEGER NOT NULL,         -- 1, 2, 3, …; never used again
  life TEXT NOT NULL CHECK (life IN ('browser', 'audience')),
  taken INTEGER NOT NULL,        -- how many places were ever given out
  version INTEGER NOT NULL,      -- one more for each bit that is set
  ends_at INTEGER NOT NULL,      -- when its last token ends
  PRIMARY KEY (site_id, list)
) STRICT, WITHOUT ROWID;

-- 1,024 places of a list, lowest bit first; a part that is missing is all zero.
CREATE TABLE IF NOT EXISTS status_part (
  site_id TEXT NOT NULL,
  list INTEGER NOT NULL,
  part INTEGER NOT NULL,
  taken BLOB NOT NULL,           -- given out: not again in this list, or a bit would say something of two tokens
  ended BLOB NOT NULL,           -- what everybody may read
  PRIMARY KEY (site_id, list, part)
) STRICT, WITHOUT ROWID;

-- Whose place it is: only for as long as the token lives and nothing in it has ended.
CREATE TABLE IF NOT EXISTS status_entry (
  site_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  list INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  purposes TEXT NOT NULL,        -- ids that the token grants, with spaces between
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (site_id, subject, list, idx)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS status_entry_end ON status_entry (ends_at);

-- Which grants ended, for those who hold data that came from them. Both follow from the records; `standing` are grants
-- whose end has not been told.

CREATE TABLE IF NOT EXISTS standing (
  site_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  purpose TEXT NOT NULL,
  ends_at INTEGER,
  PRIMARY KEY (site_id, subject, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS standing_end ON standing (site_id, ends_at);

CREATE TABLE IF NOT EXISTS ended (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  purpose TEXT NOT NULL,
  because TEXT NOT NULL,
  at INTEGER NOT NULL            -- when it took effect
) STRICT;

CREATE INDEX IF NOT EXISTS ended_site ON ended (site_id, seq);

-- Sites whose earlier statements have been looked through for these two.
CREATE TABLE IF NOT EXISTS feed (
  site_id TEXT NOT NULL,
  PRIMARY KEY (site_id)
) STRICT, WITHOUT ROWID;
