//! The events in SQLite.
//!
//! An event's own columns and the values that filters compare stand in `events`; the three
//! objects stand in `payloads`, so that counting and filtering need not pass over them.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use uuid::Uuid;

use crate::address;
use crate::event::Event;
use crate::json;
use crate::moment::{self, HOUR, Micros};
use crate::query::Sql;
use crate::text::{self, Place};

/// What can go wrong with the store: a file that is not ours, a full disk.
pub type StoreError = rusqlite::Error;

type Stored<T> = Result<T, StoreError>;

/// Where the events are kept.
#[derive(Debug)]
pub struct Store {
    writer: Mutex<Connection>,
    /// More connections to the same file; none in memory.
    readers: Vec<Mutex<Connection>>,
}

/// One bar of the volume: 6 hours of one action.
#[derive(Debug, PartialEq, Eq)]
pub struct Volume {
    /// The start of the 6 hours.
    pub time: Micros,
    /// The action.
    pub action: String,
    /// How often.
    pub count: i64,
}

/// One row of "top per user".
#[derive(Debug, PartialEq, Eq)]
pub struct TopApplication {
    /// The application, as a stored text.
    pub application: String,
    /// Its events.
    pub events: i64,
    /// The users in them.
    pub users: i64,
}

const SCHEMA_VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        pk TEXT NOT NULL,
        created INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        action TEXT NOT NULL,
        app TEXT NOT NULL,
        client_ip TEXT,
        user_name TEXT,
        context_username TEXT,
        user_pk TEXT,
        brand_name TEXT,
        model_app TEXT,
        model_name TEXT,
        model_pk TEXT,
        authorized_app TEXT,
        device TEXT
    );
    CREATE TABLE payloads (
        id INTEGER PRIMARY KEY,
        user TEXT NOT NULL,
        context TEXT NOT NULL,
        brand TEXT NOT NULL
    );
    CREATE VIEW action_names AS
        WITH RECURSIVE names(name) AS (
            SELECT min(action) FROM events
            UNION ALL
            SELECT (SELECT min(action) FROM events WHERE action > name) FROM names WHERE name IS NOT NULL
        )
        SELECT name AS action FROM names WHERE name IS NOT NULL;
    CREATE VIEW app_names AS
        WITH RECURSIVE names(name) AS (
            SELECT min(app) FROM events
            UNION ALL
            SELECT (SELECT min(app) FROM events WHERE app > name) FROM names WHERE name IS NOT NULL
        )
        SELECT name AS app FROM names WHERE name IS NOT NULL;
";

const INDEXES: &str = "
    CREATE UNIQUE INDEX IF NOT EXISTS events_pk ON events (pk);
    CREATE INDEX IF NOT EXISTS events_created ON events (created, expires);
    CREATE INDEX IF NOT EXISTS events_expires ON events (expires, created);
    CREATE INDEX IF NOT EXISTS events_action ON events (action, created, expires);
    CREATE INDEX IF NOT EXISTS events_app ON events (app, created, expires);
    CREATE INDEX IF NOT EXISTS events_client_ip ON events (client_ip, created, expires);
    CREATE INDEX IF NOT EXISTS events_user ON events (user_name, created, expires);
    CREATE INDEX IF NOT EXISTS events_context_username ON events (context_username, created, expires)
        WHERE context_username IS NOT NULL;
    CREATE INDEX IF NOT EXISTS events_model ON events (model_pk, created, expires) WHERE model_pk IS NOT NULL;
    CREATE INDEX IF NOT EXISTS events_authorized_app ON events (authorized_app, created, expires)
        WHERE authorized_app IS NOT NULL;
";

impl Store {
    /// A store that lives as long as the process.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn in_memory() -> Stored<Store> {
        let connection = Connection::open_in_memory()?;
        prepare(&connection)?;
        Ok(Store {
            writer: Mutex::new(connection),
            readers: Vec::new(),
        })
    }

    /// A store in a file that survives restarts; made if it is not there.
    ///
    /// # Errors
    /// The file cannot be opened, or is not a store of this version.
    pub fn in_file(path: &Path) -> Stored<Store> {
        let writer = Connection::open(path)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        prepare(&writer)?;
        let mut readers = Vec::new();
        for _ in 0..4 {
            let reader = Connection::open(path)?;
            functions(&reader)?;
            readers.push(Mutex::new(reader));
        }
        Ok(Store {
            writer: Mutex::new(writer),
            readers,
        })
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held cannot leave SQLite half written.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Stored<T>) -> Stored<T> {
        for reader in &self.readers {
            if let Ok(connection) = reader.try_lock() {
                return work(&connection);
            }
        }
        match self.readers.first() {
            Some(reader) => work(&reader.lock().unwrap_or_else(PoisonError::into_inner)),
            None => work(&self.writer()),
        }
    }

    /// Adds one event.
    ///
    /// # Errors
    /// The id is taken, or the disk is full.
    pub fn add(&self, event: &Event) -> Stored<()> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        insert(&transaction, event)?;
        transaction.commit()
    }

    /// Adds many events at once, and tells how far it is every 50,000.
    ///
    /// # Errors
    /// An id is taken, or the disk is full.
    pub fn fill(
        &self,
        events: impl Iterator<Item = Event>,
        mut progress: impl FnMut(usize),
    ) -> Stored<usize> {
        let mut connection = self.writer();
        // Nothing is lost that could not be made again.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(
            "DROP INDEX IF EXISTS events_pk; DROP INDEX IF EXISTS events_created; DROP INDEX IF EXISTS events_expires;
             DROP INDEX IF EXISTS events_action; DROP INDEX IF EXISTS events_app; DROP INDEX IF EXISTS events_client_ip;
             DROP INDEX IF EXISTS events_user; DROP INDEX IF EXISTS events_context_username;
             DROP INDEX IF EXISTS events_model; DROP INDEX IF EXISTS events_authorized_app;",
        )?;
        let mut count = 0;
        for event in events {
            insert(&transaction, &event)?;
            count += 1;
            if count % 50_000 == 0 {
                progress(count);
            }
        }
        transaction.execute_batch(INDEXES)?;
        transaction.commit()?;
        // The log of a large seed is as large as the seed.
        connection.execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);",
        )?;
        Ok(count)
    }

    /// Forgets every event.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn clear(&self) -> Stored<()> {
        self.writer()
            .execute_batch("DELETE FROM events; DELETE FROM payloads;")
    }

    /// How many events are kept, hidden ones included.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn len(&self) -> Stored<i64> {
        self.read(|connection| {
            connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0))
        })
    }

    /// Whether no event is kept.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn is_empty(&self) -> Stored<bool> {
        Ok(self.len()? == 0)
    }

    /// One event that meets a condition.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn one(&self, pk: Uuid, condition: &Sql) -> Stored<Option<Event>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM events e JOIN payloads p ON p.id = e.id WHERE e.pk = ? AND ({})",
            condition.text
        );
        let values =
            std::iter::once(Value::Text(pk.to_string())).chain(condition.values.iter().cloned());
        self.read(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_row(params_from_iter(values), event)
                .optional()
        })
    }

    /// How many events meet a condition.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn count(&self, condition: &Sql) -> Stored<i64> {
        let sql = format!(
            "SELECT count(*) FROM {} WHERE {}",
            tables(condition.looks_inside),
            condition.text
        );
        self.read(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_row(params_from_iter(&condition.values), |row| row.get(0))
        })
    }

    /// Some of the events that meet a condition, in order.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn page(
        &self,
        condition: &Sql,
        order: (&str, bool),
        limit: i64,
        offset: i64,
    ) -> Stored<Vec<Event>> {
        let (order, order_looks_inside) = order;
        // The page is found by the small rows; only its own objects are fetched.
        let ids = format!(
            "SELECT e.id FROM {} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            tables(condition.looks_inside || order_looks_inside),
            condition.text
        );
        let whole =
            format!("SELECT {COLUMNS} FROM events e JOIN payloads p ON p.id = e.id WHERE e.id = ?");
        self.read(|connection| {
            let mut ids = connection.prepare_cached(&ids)?;
            let mut whole = connection.prepare_cached(&whole)?;
            ids.query_map(params_from_iter(&condition.values), |row| {
                row.get::<_, i64>(0)
            })?
            .map(|id| whole.query_row([id?], event))
            .collect()
        })
    }

    /// The names of all apps, in order.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn app_names(&self) -> Stored<Vec<String>> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT app FROM app_names")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// The events that meet a condition, by 6 hours and action.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn volume(&self, condition: &Sql) -> Stored<Vec<Volume>> {
        let width = 6 * HOUR;
        let sql = format!(
            "SELECT (e.created - ((e.created % {width}) + {width}) % {width}) AS time, e.action, count(*)
             FROM {} WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
            tables(condition.looks_inside),
            condition.text
        );
        self.read(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_map(params_from_iter(&condition.values), |row| {
                    Ok(Volume {
                        time: row.get(0)?,
                        action: row.get(1)?,
                        count: row.get(2)?,
                    })
                })?
                .collect()
        })
    }

    /// How many different users are in the events that meet a condition.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn unique_users(&self, condition: &Sql) -> Stored<i64> {
        let sql = format!(
            "SELECT count(DISTINCT e.user_pk) FROM {} WHERE {}",
            tables(condition.looks_inside),
            condition.text
        );
        self.read(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_row(params_from_iter(&condition.values), |row| row.get(0))
        })
    }

    /// The applications that are authorised in the events that meet a condition, most events first.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn top_applications(&self, condition: &Sql, limit: i64) -> Stored<Vec<TopApplication>> {
        let sql = format!(
            "SELECT json_part(p.context, 'authorized_application') AS application, count(*), count(DISTINCT e.user_pk)
             FROM {} WHERE {} AND application IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit}",
            tables(true),
            condition.text
        );
        self.read(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_map(params_from_iter(&condition.values), |row| {
                    Ok(TopApplication {
                        application: row.get(0)?,
                        events: row.get(1)?,
                        users: row.get(2)?,
                    })
                })?
                .collect()
        })
    }
}

const COLUMNS: &str =
    "e.pk, p.user, e.action, e.app, p.context, e.client_ip, e.created, e.expires, p.brand";

fn tables(looks_inside: bool) -> &'static str {
    if looks_inside {
        "events e JOIN payloads p ON p.id = e.id"
    } else {
        "events e"
    }
}

fn event(row: &Row) -> Stored<Event> {
    let pk: String = row.get(0)?;
    Ok(Event {
        pk: Uuid::try_parse(&pk).unwrap_or_default(),
        user: row.get(1)?,
        action: row.get(2)?,
        app: row.get(3)?,
        context: row.get(4)?,
        client_ip: row.get(5)?,
        created: row.get(6)?,
        expires: row.get(7)?,
        brand: row.get(8)?,
    })
}

fn insert(connection: &Connection, event: &Event) -> Stored<()> {
    let text_at = |stored: &str, path: &[&str]| json::find(stored, path).and_then(json::unquoted);
    connection
        .prepare_cached(
            "INSERT INTO events (pk, created, expires, action, app, client_ip, user_name, context_username, user_pk,
                 brand_name, model_app, model_name, model_pk, authorized_app, device)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            event.pk.to_string(),
            event.created,
            event.expires,
            event.action,
            event.app,
            event.client_ip,
            text_at(&event.user, &["username"]),
            text_at(&event.context, &["username"]),
            json::find(&event.user, &["pk"]).and_then(json::as_text),
            text_at(&event.brand, &["name"]),
            text_at(&event.context, &["model", "app"]),
            text_at(&event.context, &["model", "model_name"]),
            json::find(&event.context, &["model", "pk"]),
            text_at(&event.context, &["authorized_application", "pk"]),
            text_at(&event.context, &["device", "pk"]),
        ])?;
    connection
        .prepare_cached("INSERT INTO payloads (id, user, context, brand) VALUES (?, ?, ?, ?)")?
        .execute(params![
            connection.last_insert_rowid(),
            event.user,
            event.context,
            event.brand
        ])?;
    Ok(())
}

fn prepare(connection: &Connection) -> Stored<()> {
    functions(connection)?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if version != 0 || tables != 0 {
        return Err(rusqlite::Error::InvalidQuery);
    }
    connection.execute_batch(TABLES)?;
    connection.execute_batch(INDEXES)?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)
}

/// The functions that the conditions of [crate::query] use.
fn functions(connection: &Connection) -> Stored<()> {
    connection.set_prepared_statement_cache_capacity(64);
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("has", 3, flags, |call| {
        let place = match call.get::<i64>(2)? {
            0 => Place::Anywhere,
            1 => Place::Start,
            _ => Place::End,
        };
        let found = match (text_of(call.get_raw(0)), text_of(call.get_raw(1))) {
            (Some(text), Some(needle)) => Some(text::has(text, needle, place)),
            _ => None,
        };
        Ok(found)
    })?;
    connection.create_scalar_function("has_word", 7, flags, |call| {
        let needle = text_of(call.get_raw(6)).unwrap_or_default();
        Ok((0..6).any(|place| {
            text_of(call.get_raw(place))
                .is_some_and(|text| text::has(text, needle, Place::Anywhere))
        }))
    })?;
    connection.create_scalar_function("json_part", 2, flags, |call| {
        Ok(part(call.get_raw(0), call.get_raw(1)).map(str::to_owned))
    })?;
    connection.create_scalar_function("json_text", 2, flags, |call| {
        Ok(part(call.get_raw(0), call.get_raw(1)).and_then(json::as_text))
    })?;
    connection.create_scalar_function("json_key", 1, flags, |call| {
        Ok(text_of(call.get_raw(0))
            .and_then(json::read_stored)
            .map(|value| value.sort_key()))
    })?;
    connection.create_scalar_function("ip_key", 1, flags, |call| {
        Ok(text_of(call.get_raw(0)).and_then(address::sort_key))
    })?;
    connection.create_scalar_function("created_text", 1, flags, |call| {
        Ok(moment::postgres_text(call.get(0)?))
    })
}

fn text_of(value: ValueRef<'_>) -> Option<&str> {
    value.as_str().ok()
}

fn part<'value>(stored: ValueRef<'value>, path: ValueRef<'value>) -> Option<&'value str> {
    let keys: Vec<&str> = text_of(path)?.split('\u{1f}').collect();
    json::find(text_of(stored)?, &keys)
}
