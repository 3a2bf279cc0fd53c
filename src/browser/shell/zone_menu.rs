//! In which zone times are shown, and the way to another.

use crate::{
    browser::{
        Clock,
        event_log::EventLog,
        markup::Markup,
        navigation::Navigation,
        parts::{icon::icon, menu::Menu},
        preferences::Preferences,
        signals::prelude::*,
    },
    listing::{Listing, ZoneChoice},
    moment::offset_name,
    route::Route,
};

/// Everything of this menu; cheap to copy into handlers.
#[derive(Clone, Copy)]
struct Zones {
    clock: Clock,
    preferences: Preferences,
    navigation: Navigation,
    log: EventLog,
    menu: Menu,
    typed: RwSignal<String>,
    unknown: RwSignal<bool>,
}

/// The button that names the zone, and its panel.
pub fn zone_menu() -> Markup {
    let zones = Zones {
        clock: expect_context(),
        preferences: expect_context(),
        navigation: expect_context(),
        log: expect_context(),
        menu: Menu::new(),
        typed: RwSignal::new(String::new()),
        unknown: RwSignal::new(false),
    };
    let menu = zones.menu;
    let name = move || zones.clock.zone();
    let city = move || {
        name()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .replace('_', " ")
    };
    let offset = move || {
        let offset = offset_name(zones.clock.offset_at(zones.clock.now()));
        (offset != city()).then(|| ui! { <span class="faint">{offset}</span> })
    };
    let button = ui! {
        <button class="btn btn--ghost only-lg" type="button" aria-haspopup="dialog" aria-keyshortcuts="U"
            aria-expanded=move || menu.is_open().to_string() title=move || format!("Times are shown in {}", name())
            on:click=move |_| menu.toggle()>
            {icon("globe")}<span><span class="sr">"Times in "</span>{city}</span>{offset}
        </button>
    };
    menu.draw_panel("Time zone", button, move || zones.panel())
}

/// The browser's own zone or UTC, whichever it is not now.
pub fn toggle_utc(log: EventLog, preferences: Preferences, navigation: Navigation) {
    let now = untrack(|| log.listing().zone.unwrap_or_else(|| preferences.zone()));
    let other = if now == ZoneChoice::Utc {
        ZoneChoice::Local
    } else {
        ZoneChoice::Utc
    };
    choose(other, log, preferences, navigation);
}

/// What the address says of the zone makes way for what was chosen.
fn choose(zone: ZoneChoice, log: EventLog, preferences: Preferences, navigation: Navigation) {
    preferences.choose_zone(zone);
    let without = |listing: Listing| Listing {
        zone: None,
        ..listing
    };
    match navigation.route_untracked() {
        Route::Events(listing) if listing.zone.is_some() => {
            navigation.replace(&Route::Events(without(listing)));
        }
        Route::Event { id, from } if from.zone.is_some() => {
            let from = without(log.listing_untracked());
            navigation.replace(&Route::Event { id, from });
        }
        _ => {}
    }
}

impl Zones {
    fn panel(self) -> Markup {
        let local = self.entry("This browser's", ZoneChoice::Local);
        let utc = self.entry("UTC", ZoneChoice::Utc);
        let use_typed = move || {
            let known = ZoneChoice::parse(self.typed.get_untracked().trim())
                .filter(|zone| self.clock.choose_zone(zone));
            self.unknown.set(known.is_none());
            if let Some(zone) = known {
                self.choose(zone);
            }
        };
        ui! {
            <div class="menu zones">
                {local}{utc}
                <div class="range">
                    <label class="field"><span class="label">"Another zone"</span>
                        <input class="input" autocomplete="off" spellcheck="false" placeholder="Europe/Berlin"
                            aria-invalid=move || self.unknown.get().then_some("true")
                            aria-describedby="zone-unknown"
                            on:input=move |event| { self.unknown.set(false); self.typed.set(event_target_value(&event)); }
                            on:keydown=move |press| if press.key() == "Enter" { use_typed() }/>
                    </label>
                    <p class="err" id="zone-unknown" role="alert">{move || self.unknown.get().then_some("This browser knows no zone of that name. Names look like Europe/Berlin.")}</p>
                    <button class="btn btn--sm btn--primary" type="button" on:click=move |_| use_typed()>"Use"</button>
                </div>
            </div>
        }
    }

    fn entry(self, label: &'static str, zone: ZoneChoice) -> Markup {
        let own = zone.clone();
        let chosen = move || {
            self.log
                .listing()
                .zone
                .unwrap_or_else(|| self.preferences.zone())
                == own
        };
        ui! {
            <button class="menu__item" type="button" aria-pressed=move || chosen().to_string()
                on:click=move |_| self.choose(zone.clone())>{icon("check")}{label}</button>
        }
    }

    fn choose(self, zone: ZoneChoice) {
        choose(zone, self.log, self.preferences, self.navigation);
        self.menu.close();
    }
}
