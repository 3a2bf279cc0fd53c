//! The small endpoints beside the list.

use rusqlite::types::Value;

use super::{Call, Failure, Outcome};
use crate::action::Release;
use crate::json::{self, quoted};
use crate::language::Message;
use crate::moment::{self, DAY, HOUR, MINUTE, Micros, SECOND};
use crate::query::{Sql, text};
use crate::text::python_int;

/// `root/config/`.
pub const CONFIG: &str = r#"{"error_reporting":{"enabled":false,"sentry_dsn":"","environment":"sandbox","send_pii":false,"traces_sample_rate":0.1},"capabilities":["can_save_media","can_save_reports","can_asn","can_geo_ip","can_impersonate","is_enterprise"],"cache_timeout":300,"cache_timeout_flows":300,"cache_timeout_policies":300}"#;

/// `core/brands/current/`.
pub const BRAND: &str = r#"{"matched_domain":"authentik-default","branding_title":"authentik","branding_logo":"/static/dist/assets/icons/icon_left_brand.svg","branding_logo_themed_urls":null,"branding_favicon":"/static/dist/assets/icons/icon.png","branding_favicon_themed_urls":null,"branding_custom_css":"","ui_footer_links":[],"ui_theme":"automatic","flow_authentication":"default-authentication-flow","flow_invalidation":"default-invalidation-flow","flow_recovery":"default-recovery-flow","flow_user_settings":"default-user-settings-flow","default_locale":"","flags":{"flows_continuous_login":false,"flows_refresh_others":false}}"#;

/// `admin/version/`.
pub fn version(release: Release) -> String {
    format!(
        r#"{{"version_current":{},"version_latest":"2026.8.1","version_latest_valid":true,"build_hash":"","outdated":true,"outpost_outdated":false}}"#,
        quoted(release.version())
    )
}

/// `events/events/actions/`.
pub fn actions(release: Release) -> String {
    let actions: Vec<String> = release
        .actions()
        .map(|(value, label)| {
            format!(
                r#"{{"name":{},"description":"","component":{},"model_name":"","requires_enterprise":false,"deprecated":false}}"#,
                quoted(label),
                quoted(value)
            )
        })
        .collect();
    format!("[{}]", actions.join(","))
}

/// The furthest that `volume/` looks back.
const LONGEST_HISTORY_DAYS: i64 = 90;

/// Applications that `top_per_user/` lists when nothing is asked for.
const DEFAULT_TOP: i64 = 15;

impl Call<'_> {
    fn since(&self, ago: Micros) -> Sql {
        Sql::outside(
            "e.created >= ?",
            vec![Value::Integer(self.api.clock.now().saturating_sub(ago))],
        )
    }

    /// Events by 6 hours and action.
    pub(super) fn volume(&self) -> Outcome {
        let days = match self.parameters.last("history_days") {
            None => 7,
            Some(days) => integer_field(days).ok_or_else(|| {
                Failure::Fields(format!(
                    "{{\"history_days\":[{}]}}",
                    self.say(&Message::NotAnInteger)
                ))
            })?,
        };
        let condition = self.condition()?;
        if days < 0 {
            return Ok((200, "[]".to_owned()));
        }
        let condition = condition.join("AND", self.since(days.min(LONGEST_HISTORY_DAYS) * DAY));
        let bars: Vec<String> = self
            .api
            .store
            .volume(&condition)?
            .into_iter()
            .map(|bar| {
                format!(
                    r#"{{"time":"{}","action":{},"count":{}}}"#,
                    moment::without_zone(bar.time),
                    quoted(&bar.action),
                    bar.count
                )
            })
            .collect();
        Ok((200, format!("[{}]", bars.join(","))))
    }

    /// How many users and events there are in some spans of time.
    pub(super) fn stats(&self) -> Outcome {
        let steps: Vec<&str> = self.parameters.every("count_steps").collect();
        if steps.is_empty() {
            return Err(Failure::Fields(format!(
                "{{\"count_steps\":[{}]}}",
                self.say(&Message::Required)
            )));
        }
        let mut spans = Vec::new();
        let mut refused = Vec::new();
        for (place, step) in steps.into_iter().enumerate() {
            let message = if step.is_empty() {
                Message::Blank
            } else {
                Message::NotADuration(step.to_owned())
            };
            match duration(step) {
                Some(span) => spans.push((slug(step), span)),
                None => refused.push(format!("\"{place}\":[{}]", self.say(&message))),
            }
        }
        if !refused.is_empty() {
            return Err(Failure::Fields(format!(
                "{{\"count_steps\":{{{}}}}}",
                refused.join(",")
            )));
        }
        let condition = self.condition()?;
        let users = self.api.store.unique_users(&condition)?;
        let mut counts = Vec::new();
        for (name, span) in spans {
            let count = self
                .api
                .store
                .count(&condition.clone().join("AND", self.since(span)))?;
            counts.push(format!("{}:{count}", quoted(&name)));
        }
        Ok((
            200,
            format!(
                "{{\"unique_users\":{users},\"count_step\":{{{}}}}}",
                counts.join(",")
            ),
        ))
    }

    /// The applications that were authorised most.
    pub(super) fn top_per_user(&self) -> Outcome {
        let top = match self.parameters.last("top_n") {
            None => DEFAULT_TOP,
            Some(top) => python_int(top)
                .filter(|top| *top >= 0)
                .ok_or(Failure::Crash)?,
        };
        let action = self.parameters.last("action").unwrap_or("login");
        let condition = self
            .in_view()
            .join("AND", Sql::outside("e.action = ?", vec![text(action)]));
        let mut rows = Vec::new();
        for row in self.api.store.top_applications(&condition, top)? {
            let mut application = String::new();
            json::answer_stored(&row.application, 2, &mut application)?;
            rows.push(format!(
                r#"{{"application":{application},"counted_events":{},"unique_users":{}}}"#,
                row.events, row.users
            ));
        }
        Ok((200, format!("[{}]", rows.join(","))))
    }
}

/// An integer as a serializer field reads it: a fraction of zeros is no fraction.
fn integer_field(text: &str) -> Option<i64> {
    let whole = match text.trim_end().rsplit_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|zero| zero == b'0') => whole,
        _ => text,
    };
    python_int(whole)
}

/// A span of time as authentik writes it: `hours=3;minutes=1`. `None` if it is none.
fn duration(text: &str) -> Option<Micros> {
    let mut total = 0.0;
    for part in text.split(';') {
        let (unit, amount) = part.split_once('=')?;
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "microseconds" => 1,
            "milliseconds" => 1000,
            "seconds" => SECOND,
            "minutes" => MINUTE,
            "hours" => HOUR,
            "days" => DAY,
            "weeks" => 7 * DAY,
            _ => return None,
        };
        let amount: f64 = amount.trim().parse().ok()?;
        total += amount * unit as f64;
    }
    // "as" saturates: a span longer than time is all of time.
    total.is_finite().then_some(total as Micros)
}

/// Django's slug: letters, digits, underscores and dashes, in small letters.
fn slug(text: &str) -> String {
    let kept: String = text
        .to_lowercase()
        .chars()
        .filter(|sign| {
            sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-') || sign.is_whitespace()
        })
        .collect();
    let joined = kept
        .split(|sign: char| sign == '-' || sign.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    joined.trim_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_named_as_authentik_does() {
        assert_eq!(duration("hours=1"), Some(HOUR));
        assert_eq!(duration("days=7;hours=1.5"), Some(7 * DAY + 90 * MINUTE));
        for text in ["zzz", "", "hours", "hours=x", "years=1", "hours=1;"] {
            assert_eq!(duration(text), None, "{text}");
        }
        assert_eq!(
            [
                integer_field("7"),
                integer_field("30.00 "),
                integer_field("abc"),
                integer_field("1.5")
            ],
            [Some(7), Some(30), None, None]
        );
        assert_eq!(slug("hours=1"), "hours1");
        assert_eq!(slug("Days=7;hours=1.5"), "days7hours15");
    }
}
