//! What happened in the seed besides everyday traffic: five stories, and one event of each action
//! that the recordings do not show.

use super::cast::{self, AGENTS, BROWSER, Cast, FIREFOX, Origin, PHONE, Person, SAFARI};
use super::random::Random;
use super::told;
use crate::caller::SHARED_EVENT;
use crate::event::Event;
use crate::json::quoted;
use crate::moment::{DAY, HOUR, MINUTE, Micros, SECOND};

/// Who tells, and from what moment on.
struct Teller<'cast> {
    cast: &'cast Cast,
    random: Random,
    events: Vec<Event>,
    at: Micros,
}

/// The stories, each at its own distance from now.
pub(super) fn events(cast: &Cast, now: Micros) -> Vec<Event> {
    let mut teller = Teller {
        cast,
        random: Random::from(33),
        events: Vec::new(),
        at: now,
    };
    teller.at = now - 4 * DAY - 3 * HOUR;
    teller.attack();
    teller.at = now - 9 * DAY - 5 * HOUR;
    let first = teller.events.len();
    teller.impersonation();
    if let Some(event) = teller.events.get_mut(first) {
        event.pk = SHARED_EVENT;
    }
    teller.at = now - 6 * DAY - 2 * HOUR;
    teller.broken_policy();
    teller.at = now - 2 * DAY - 4 * HOUR;
    teller.changed_application();
    teller.at = now - DAY - 90 * MINUTE;
    teller.secrets();
    teller.at = now - 12 * DAY;
    teller.rare_actions();
    teller.events
}

fn user(person: &Person) -> String {
    format!(
        r#"{{"pk":{},"email":{},"username":{}}}"#,
        person.pk,
        quoted(&person.email),
        quoted(&person.username)
    )
}

const ANONYMOUS: &str = r#"{"pk":1,"email":"","username":"AnonymousUser","is_anonymous":true}"#;

fn with(user: &str, key: &str, other: &str) -> String {
    let head = user.strip_suffix('}').unwrap_or(user);
    format!("{head},\"{key}\":{other}}}")
}

impl Teller<'_> {
    fn person(&self, number: usize) -> Person {
        self.cast
            .people
            .get(number)
            .cloned()
            .unwrap_or_else(|| self.admin(0))
    }

    fn admin(&self, number: usize) -> Person {
        let admins = &self.cast.admins;
        admins
            .get(number)
            .or(admins.first())
            .cloned()
            .unwrap_or_default()
    }

    fn after(&mut self, wait: Micros) {
        let jitter = i64::try_from(self.random.next() % 900_000).unwrap_or_default();
        self.at += wait + jitter;
    }

    /// The part of a context that every request leaves, and where it came from.
    fn request(&mut self, method: &str, path: &str, agent: &str, origin: &Origin) -> String {
        let place = origin.place.map_or_else(String::new, |place| {
            format!(
                r#","geo":{{"lat":{},"city":{},"long":{},"country":"{}","continent":"{}"}},"asn":{{"asn":{},"as_org":{},"network":"{}"}}"#,
                place.lat,
                quoted(place.city),
                place.long,
                place.country,
                place.continent,
                place.asn,
                quoted(place.as_org),
                place.network
            )
        });
        format!(
            r#""http_request":{{"args":{{}},"path":{},"method":"{method}","request_id":"{}","user_agent":{}}}{place}"#,
            quoted(path),
            self.random.hex(),
            quoted(agent)
        )
    }

    fn tell(
        &mut self,
        action: &str,
        app: &str,
        user: &str,
        context: &str,
        client_ip: Option<&str>,
    ) {
        let event = told(
            self.at,
            action,
            app,
            user,
            context,
            client_ip,
            &mut self.random,
        );
        self.events.push(event);
    }

    /// Fifty guesses at one account in eight minutes, then the right one, and what was done with it.
    fn attack(&mut self) {
        let victim = self.person(2);
        let who = user(&victim);
        let origin = cast::at(8, 41);
        let ip = Some(origin.address.as_str());
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36";
        let flow = "/api/v3/flows/executor/default-authentication-flow/";
        for _ in 0..50 {
            let request = self.request("POST", flow, agent, &origin);
            let context = format!(
                r#"{{"stage":{{"pk":"5ab5b5b4a9534f9baf9d3f0d8bb1d2a7","app":"authentik_stages_password","name":"default-authentication-password","model_name":"passwordstage"}},"password":"********************","username":{},{request}}}"#,
                quoted(&victim.username)
            );
            self.tell(
                "login_failed",
                "authentik.events.signals",
                &with(&who, "authenticated_as", ANONYMOUS),
                &context,
                ip,
            );
            self.after(8 * SECOND);
        }
        let request = self.request("GET", flow, agent, &origin);
        let context = format!(
            r#"{{"auth_method":"password","auth_method_args":{{"known_device":false}},{request}}}"#
        );
        self.tell("login", "authentik.events.signals", &who, &context, ip);
        for (name, slug, scopes) in [
            ("Nextcloud", "nextcloud", "openid email profile"),
            (
                "Vaultwarden",
                "vaultwarden",
                "openid email profile offline_access",
            ),
        ] {
            self.after(40 * SECOND);
            let request = self.request("GET", "/application/o/authorize/", agent, &origin);
            let context = format!(
                r#"{{"flow":"f6a8ffb7c53a4f9fa9b2bd7b8d2a6a11","scopes":"{scopes}","authorized_application":{{"pk":"{}","app":"authentik_core","name":"{name}","model_name":"application"}},{request}}}"#,
                cast::key_of(slug)
            );
            self.tell(
                "authorize_application",
                "authentik.providers.oauth2.views.authorize",
                &who,
                &context,
                ip,
            );
        }
        self.after(3 * MINUTE);
        let request = self.request(
            "PATCH",
            &format!("/api/v3/core/users/{}/", victim.pk),
            agent,
            &origin,
        );
        let context = format!(
            r#"{{"diff":{{"email":{{"new_value":"{}@mailbox.example","previous_value":{}}}}},"model":{{"pk":{},"app":"authentik_core","name":{},"model_name":"user"}},{request}}}"#,
            victim.username,
            quoted(&victim.email),
            victim.pk,
            quoted(&victim.name)
        );
        self.tell(
            "model_updated",
            "authentik.events.middleware",
            &who,
            &context,
            ip,
        );
        self.after(20 * SECOND);
        let request = self.request(
            "POST",
            &format!("/api/v3/core/users/{}/set_password/", victim.pk),
            agent,
            &origin,
        );
        self.tell(
            "password_set",
            "authentik.events.signals",
            &who,
            &format!("{{{request}}}"),
            ip,
        );
        self.after(25 * MINUTE);
        // An administrator notices and closes the account.
        let admin = self.admin(4);
        let office = Origin {
            address: "10.20.1.18".to_owned(),
            place: None,
        };
        let request = self.request(
            "PATCH",
            &format!("/api/v3/core/users/{}/", victim.pk),
            FIREFOX,
            &office,
        );
        let context = format!(
            r#"{{"diff":{{"is_active":{{"new_value":false,"previous_value":true}}}},"model":{{"pk":{},"app":"authentik_core","name":{},"model_name":"user"}},{request}}}"#,
            victim.pk,
            quoted(&victim.name)
        );
        self.tell(
            "model_updated",
            "authentik.events.middleware",
            &user(&admin),
            &context,
            Some(&office.address),
        );
        self.after(2 * SECOND);
        let request = self.request("GET", "/if/flow/default-invalidation-flow/", agent, &origin);
        let context = format!(
            r#"{{"ip":{{"new":"{0}","previous":"{0}"}},"binding":{{"reason":"network.missing","new_value":null,"previous_value":64508}},"logout_reason":"Session binding broken",{request}}}"#,
            origin.address
        );
        self.tell("logout", "authentik.events.signals", &who, &context, ip);
    }

    /// An administrator acts as somebody else for half an hour.
    fn impersonation(&mut self) {
        let admin = self.admin(1);
        let other = self.person(5);
        let origin = cast::at(4, 7);
        let ip = Some(origin.address.as_str());
        let as_other = with(&user(&admin), "on_behalf_of", &user(&other));
        let request = self.request(
            "POST",
            &format!("/api/v3/core/users/{}/impersonate/", other.pk),
            SAFARI,
            &origin,
        );
        let context = format!(r#"{{"reason":"ticket 4711: cannot open payroll",{request}}}"#);
        self.tell(
            "impersonation_started",
            "authentik.core.api.users",
            &as_other,
            &context,
            ip,
        );
        self.after(2 * MINUTE);
        let request = self.request("GET", "/application/o/authorize/", SAFARI, &origin);
        let context = format!(
            r#"{{"flow":"f6a8ffb7c53a4f9fa9b2bd7b8d2a6a11","scopes":"openid profile email","authorized_application":{{"pk":"{}","app":"authentik_core","name":"Payroll","model_name":"application"}},{request}}}"#,
            cast::key_of("payroll")
        );
        self.tell(
            "authorize_application",
            "authentik.providers.oauth2.views.authorize",
            &as_other,
            &context,
            ip,
        );
        self.after(4 * MINUTE);
        let request = self.request(
            "GET",
            "/api/v3/flows/executor/default-user-settings-flow/",
            SAFARI,
            &origin,
        );
        let context = format!(
            r#"{{"name":{},"email":{},"created":false,"username":{},"attributes":{{"settings":{{"locale":"de"}}}},{request}}}"#,
            quoted(&other.name),
            quoted(&other.email),
            quoted(&other.username)
        );
        self.tell(
            "user_write",
            "authentik.events.signals",
            &as_other,
            &context,
            ip,
        );
        self.after(SECOND);
        let request = self.request(
            "GET",
            "/api/v3/flows/executor/default-user-settings-flow/",
            SAFARI,
            &origin,
        );
        let context = format!(
            r#"{{"diff":{{"attributes":{{"new_value":{{"settings":{{"locale":"de"}}}},"previous_value":{{"settings":{{"locale":"en"}}}}}}}},"model":{{"pk":{},"app":"authentik_core","name":{},"model_name":"user"}},{request}}}"#,
            other.pk,
            quoted(&other.name)
        );
        self.tell(
            "model_updated",
            "authentik.events.middleware",
            &as_other,
            &context,
            ip,
        );
        self.after(23 * MINUTE);
        let request = self.request(
            "GET",
            "/api/v3/core/users/impersonate_end/",
            SAFARI,
            &origin,
        );
        self.tell(
            "impersonation_ended",
            "authentik.core.api.users",
            &user(&admin),
            &format!("{{{request}}}"),
            ip,
        );
    }

    /// A policy is changed, raises for three hours whoever comes, and is repaired.
    fn broken_policy(&mut self) {
        let admin = self.admin(3);
        let office = Origin {
            address: "10.20.3.44".to_owned(),
            place: None,
        };
        let policy = r#"{"pk":"8f1f6a8e4d5c4c0c9a1bb1a5c7e0d3f2","app":"authentik_policies_expression","name":"require-managed-device","model_name":"expressionpolicy"}"#;
        let path = "/api/v3/policies/expression/8f1f6a8e-4d5c-4c0c-9a1b-b1a5c7e0d3f2/";
        let good =
            "device = request.context.get('device', {})\nreturn device.get('managed', False)";
        let bad = "device = request.context['device']\nreturn device['managed']";
        let request = self.request("PATCH", path, FIREFOX, &office);
        let change = |from: &str, to: &str| {
            format!(
                r#""diff":{{"expression":{{"new_value":{},"previous_value":{}}}}}"#,
                quoted(to),
                quoted(from)
            )
        };
        let context = format!(r#"{{{},"model":{policy},{request}}}"#, change(good, bad));
        self.tell(
            "model_updated",
            "authentik.events.middleware",
            &user(&admin),
            &context,
            Some(&office.address),
        );
        for number in 0..34 {
            self.after(5 * MINUTE);
            let person = self.person(6 + number * 3);
            let origin = person.origin(&mut self.random);
            let agent = AGENTS.get(number % 8).copied().unwrap_or_default();
            let request = self.request("GET", "/application/o/authorize/", agent, &origin);
            let context = format!(
                r#"{{"message":"Policy failed to execute","policy_uuid":"8f1f6a8e4d5c4c0c9a1bb1a5c7e0d3f2","binding":{{"pk":"27a7511846f04af5bf02e5830b8fb9d7","app":"authentik_policies","name":"Binding from GitLab #0 to Policy require-managed-device","model_name":"policybinding"}},"request":{{"obj":{{"pk":"{}","app":"authentik_core","name":"GitLab","model_name":"application"}},"user":{},"debug":false,"context":{{"asn":null,"geoip":null}},"http_request":null}},"exception":[{{"frames":[{{"name":"<module>","lineno":5,"filename":"/authentik/require-managed-device"}},{{"name":"handler","lineno":2,"filename":"/authentik/require-managed-device"}}],"exc_type":"KeyError","is_cause":false,"is_group":false,"exc_notes":[],"exc_value":"'device'","exceptions":[],"syntax_error":null}}],{request}}}"#,
                cast::key_of("gitlab"),
                user(&person)
            );
            self.tell(
                "policy_exception",
                "authentik.policies.process",
                &user(&person),
                &context,
                Some(&origin.address),
            );
        }
        self.after(4 * MINUTE);
        let request = self.request("PATCH", path, FIREFOX, &office);
        let context = format!(r#"{{{},"model":{policy},{request}}}"#, change(bad, good));
        self.tell(
            "model_updated",
            "authentik.events.middleware",
            &user(&admin),
            &context,
            Some(&office.address),
        );
    }

    /// An application and all that hangs on it is changed, as the enterprise audit writes it.
    fn changed_application(&mut self) {
        let admin = self.admin(2);
        let origin = cast::at(0, 12);
        let who = user(&admin);
        let ip = Some(origin.address.as_str());
        let grafana = cast::key_of("grafana");
        let model = |pk: &str, app: &str, name: &str, kind: &str| {
            format!(r#""model":{{"pk":{pk},"app":"{app}","name":"{name}","model_name":"{kind}"}}"#)
        };
        let application = model(
            &format!("\"{grafana}\""),
            "authentik_core",
            "Grafana",
            "application",
        );
        let provider = model(
            "3",
            "authentik_providers_oauth2",
            "grafana",
            "oauth2provider",
        );
        let group = model(
            "\"0d6c1f9e1a5b4d0e8ef7c4b3a2918070\"",
            "authentik_core",
            "grafana-editors",
            "group",
        );
        let person = self.person(9);
        let member = model(
            &person.pk.to_string(),
            "authentik_core",
            &person.name,
            "user",
        );
        let steps: [(&str, &str, String, &str); 8] = [
            (
                "model_updated",
                "/api/v3/core/applications/grafana/",
                application.clone(),
                r#"{"name":{"new_value":"Grafana","previous_value":"Grafana (old)"},"group":{"new_value":"Monitoring","previous_value":""},"open_in_new_tab":{"new_value":true,"previous_value":false},"meta_description":{"new_value":"Dashboards for everybody.\nAsk #monitoring for access.","previous_value":"Dashboards"},"meta_launch_url":{"new_value":"https://grafana.corp.example/","previous_value":""}}"#,
            ),
            (
                "model_updated",
                "/api/v3/providers/oauth2/3/",
                provider.clone(),
                r#"{"_redirect_uris":{"new_value":[{"url":"https://grafana.corp.example/login/generic_oauth","matching_mode":"strict"},{"url":"https://grafana-test\\.corp\\.example/.*","matching_mode":"regex"}],"previous_value":[{"url":"https://grafana.corp.example/login/generic_oauth","matching_mode":"strict"}]},"access_token_validity":{"new_value":"minutes=10","previous_value":"minutes=5"},"include_claims_in_id_token":{"new_value":false,"previous_value":true}}"#,
            ),
            // The secret was changed as well: authentik masks it before it compares, and sees no difference.
            (
                "model_updated",
                "/api/v3/providers/oauth2/3/",
                provider,
                "{}",
            ),
            (
                "model_updated",
                "/api/v3/core/groups/0d6c1f9e-1a5b-4d0e-8ef7-c4b3a2918070/add_user/",
                group.clone(),
                r#"{"users":{"add":[23,26,31]}}"#,
            ),
            (
                "model_updated",
                "/api/v3/core/groups/0d6c1f9e-1a5b-4d0e-8ef7-c4b3a2918070/remove_user/",
                group.clone(),
                r#"{"users":{"remove":[25]}}"#,
            ),
            (
                "model_updated",
                "/api/v3/core/groups/0d6c1f9e-1a5b-4d0e-8ef7-c4b3a2918070/",
                group,
                r#"{"roles":{"clear":true}}"#,
            ),
            (
                "model_updated",
                "/api/v3/core/users/29/",
                member,
                r#"{"attributes":{"new_value":{"department":"engineering","settings":{"theme":{"base":"dark"}},"ssh_keys":["ssh-ed25519 AAAA… laptop"]},"previous_value":{"department":"sales","settings":{"theme":{"base":"automatic"}}}},"password":{"new_value":"********************","previous_value":"********************"}}"#,
            ),
            (
                "model_updated",
                "/api/v3/core/applications/grafana/",
                application,
                r#"{"policy_engine_mode":{"new_value":"all","previous_value":"any"}}"#,
            ),
        ];
        for (action, path, model, diff) in steps {
            let request = self.request("PATCH", path, FIREFOX, &origin);
            let context = format!(r#"{{{model},"diff":{diff},{request}}}"#);
            self.tell(action, "authentik.events.middleware", &who, &context, ip);
            self.after(3 * MINUTE);
        }
        let request = self.request("POST", "/api/v3/core/tokens/", FIREFOX, &origin);
        let created = model(
            "\"c2aa33b5632240c1a7f150ce7cebfc70\"",
            "authentik_core",
            "grafana-provisioning (expires=2027-01-01 00:00:00+00:00)",
            "token",
        );
        let context = format!(
            r#"{{{created},"diff":{{"identifier":{{"new_value":"grafana-provisioning","previous_value":null}},"intent":{{"new_value":"api","previous_value":null}}}},{request}}}"#
        );
        self.tell(
            "model_created",
            "authentik.events.middleware",
            &who,
            &context,
            ip,
        );
    }

    /// Somebody looks at secrets, one after the other.
    fn secrets(&mut self) {
        let admin = self.admin(1);
        let origin = cast::at(4, 7);
        let who = user(&admin);
        let ip = Some(origin.address.as_str());
        let pair = r#""secret":{"pk":"d1a4c7b09b1f4e5c8c0f7f0a5e0b9c12","app":"authentik_crypto","name":"authentik Self-signed Certificate","model_name":"certificatekeypair"}"#;
        for (kind, view) in [
            ("certificate", "view_certificate"),
            ("private_key", "view_private_key"),
        ] {
            let request = self.request("GET", &format!("/api/v3/crypto/certificatekeypairs/d1a4c7b0-9b1f-4e5c-8c0f-7f0a5e0b9c12/{view}/"), SAFARI, &origin);
            let context = format!(r#"{{"type":"{kind}",{pair},{request}}}"#);
            self.tell("secret_view", "authentik.crypto.api", &who, &context, ip);
            self.after(30 * SECOND);
        }
        for name in [
            "ci-token-0",
            "ci-token-1",
            "service-backup",
            "grafana-provisioning",
        ] {
            let request = self.request(
                "GET",
                &format!("/api/v3/core/tokens/{name}/view_key/"),
                SAFARI,
                &origin,
            );
            let context = format!(
                r#"{{"secret":{{"pk":"{}","app":"authentik_core","name":"{name} (expires=2027-01-01 00:00:00+00:00)","model_name":"token"}},{request}}}"#,
                cast::key_of(name)
            );
            self.tell(
                "secret_view",
                "authentik.core.api.tokens",
                &who,
                &context,
                ip,
            );
            self.after(12 * SECOND);
        }
    }

    /// Each action that the recordings do not show, and some that are not in the enum.
    fn rare_actions(&mut self) {
        let person = self.person(11);
        let admin = self.admin(0);
        let origin = cast::at(2, 21);
        let ip = Some(origin.address.as_str());
        let target = format!(
            r#""target":{{"pk":"{}","app":"authentik_core","name":"Payroll","model_name":"application"}}"#,
            cast::key_of("payroll")
        );
        let request = self.request("POST", "/api/v3/lifecycle/reviews/", BROWSER, &origin);
        let review = format!(
            r#"{{"message":"Access review attested for Application Payroll","hyperlink":"/if/admin/#/core/applications/payroll;%7B%22page%22%3A%22page-lifecycle%22%7D","hyperlink_label":"Go to application","lifecycle_iteration":"a6e570233338444ea6c931f46d68bf86",{target},{request}}}"#
        );
        self.tell(
            "review_attested",
            "authentik.enterprise.lifecycle.models",
            &user(&admin),
            &review,
            ip,
        );
        self.after(HOUR);
        let request = self.request(
            "GET",
            "/if/flow/default-authentication-flow/",
            PHONE,
            &origin,
        );
        let flow = format!(
            r#"{{"flow":{{"pk":"f6a8ffb7c53a4f9fa9b2bd7b8d2a6a11","app":"authentik_flows","name":"Welcome to authentik!","model_name":"flow"}},"message":"Flow was executed",{request}}}"#
        );
        self.tell(
            "flow_execution",
            "authentik.flows.planner",
            &user(&person),
            &flow,
            ip,
        );
        self.after(HOUR);
        self.tell(
            "system_task_execution",
            "authentik.events.system_tasks",
            "{}",
            r#"{"message":"Task clean_expired_models finished: 12 rows deleted","task":"clean_expired_models"}"#,
            None,
        );
        self.after(HOUR);
        let custom = r#"{"message":"Posted by the nightly import","rows":1204,"dry_run":false}"#;
        self.tell("custom_", "nightly-import", "{}", custom, None);
        self.after(HOUR);
        self.tell(
            "custom_notification_test",
            "authentik.events.api.notification_transports",
            &user(&admin),
            &format!(r#"{{"user":{},"context":{{"foo":"bar"}}}}"#, user(&admin)),
            None,
        );
        self.after(HOUR);
        let request = self.request(
            "POST",
            "/api/v3/endpoints/agents/enroll/",
            "authentik-agent/2026.8",
            &origin,
        );
        let device = format!(
            r#"{{"device":{{"pk":"6f0c6c0f4bb14ab3a6f5b5d0c3b0e7aa","app":"authentik_endpoints","name":"LAPTOP-0471","model_name":"device"}},"message":"Device enrolled",{request}}}"#
        );
        self.tell(
            "device_enrolled",
            "authentik.endpoints.connectors.agent.api",
            &user(&person),
            &device,
            ip,
        );
        self.after(HOUR);
        self.tell(
            "Ünknown Action ✓",
            "somewhere.else",
            "{}",
            r#"{"note":"an action that no version of authentik knows"}"#,
            None,
        );
        self.after(HOUR);
        // How exceptions looked before 2025.8: the whole traceback in one text.
        let old = r#"{"message":"Traceback (most recent call last):\n  File \"/authentik/flows/views/executor.py\", line 291, in get\n    stage_response = self.current_stage_view.dispatch(request)\n  File \"/authentik/stages/prompt/stage.py\", line 112, in get_challenge\n    raise ValueError(\"no such prompt\")\nValueError: no such prompt"}"#;
        self.tell(
            "system_exception",
            "authentik.flows.views.executor",
            &user(&person),
            old,
            ip,
        );
    }
}
