//! Where the app is, and how it goes elsewhere.

use crate::browser::signals::prelude::*;
use leptos::{ev, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, Location, MouseEvent, ScrollRestoration};

use super::{clock, session::SessionHandle};
use crate::route::{self, Route};

/// The address bar, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Navigation {
    route: RwSignal<Route>,
    /// The path that the app lives under, as in `/` or `/eventide/`.
    base: StoredValue<String>,
    /// Whose server each address names; `None` where there is only one to think of.
    named: Option<SessionHandle>,
    places: StoredValue<Places>,
}

/// How far each entry of this tab's history was scrolled.
#[derive(Debug, Default)]
struct Places {
    /// The entry that is shown.
    current: u32,
    last: u32,
    scrolled: Vec<(u32, Scrolled)>,
    /// Which page an entry was made from: the one that Back leads to.
    before: Vec<(u32, Route)>,
}

/// The page itself scrolls on small screens, a region of it on large ones.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Scrolled {
    page: f64,
    region: i32,
}

impl Navigation {
    /// Reads the address, and from now on follows it: Back and Forward, and plain clicks on links
    /// into the app. With `named`, each address that is written names the server of the session.
    pub fn start(named: Option<SessionHandle>) -> Self {
        let base = document()
            .document_element()
            // boot.js knows where it was loaded from.
            .and_then(|root| root.get_attribute("data-base"))
            .filter(|base| base.starts_with('/') && base.ends_with('/'))
            .unwrap_or_else(|| "/".to_owned());
        let navigation = Self {
            route: RwSignal::new(read(&base)),
            base: StoredValue::new(base),
            named,
            places: StoredValue::new(Places::default()),
        };
        navigation.enter_first_place();
        let listeners = [
            window_event_listener(ev::popstate, move |event| navigation.arrive(&event.state())),
            window_event_listener(ev::click, move |event| navigation.follow(&event)),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
        navigation
    }

    /// The page that the address names.
    pub fn route(self) -> Route {
        self.route.get()
    }

    /// The same for code that must not run again when it changes.
    pub fn route_untracked(self) -> Route {
        self.route.get_untracked()
    }

    /// Goes to a page; Back returns here.
    pub fn navigate(self, route: &Route) {
        let address = self.href(route);
        if address == present_address() {
            return self.replace(route);
        }
        self.note_scroll();
        let place = self.new_place();
        let before = self.route_untracked();
        self.places
            .update_value(|places| places.before.push((place, before)));
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::from(place), "", Some(&address));
        }
        self.show(route.clone());
        scroll_to(Scrolled::default());
    }

    /// Goes to a page in the place of this one; Back returns to the one before.
    pub fn replace(self, route: &Route) {
        let address = self.href(route);
        if let Ok(history) = window().history() {
            let state = JsValue::from(
                self.places
                    .try_with_value(|places| places.current)
                    .unwrap_or_default(),
            );
            let _ = history.replace_state_with_url(&state, "", Some(&address));
        }
        self.show(route.clone());
    }

    /// Goes to what is next to this page, in the place of it and at its top: however many steps
    /// are made so, Back leaves in one.
    pub fn step(self, route: &Route) {
        self.replace(route);
        scroll_to(Scrolled::default());
    }

    /// Leaves for the page that this one was opened from. Where that is the entry before, it is
    /// what Back does, with everything as it was.
    pub fn leave(self, route: &Route) {
        let is_before = self.places.try_with_value(|places| {
            let own = |(of, _): &&(u32, Route)| *of == places.current;
            places
                .before
                .iter()
                .rev()
                .find(own)
                .map(|(_, before)| before == route)
        });
        if is_before.flatten() == Some(true) {
            self.back();
        } else {
            self.navigate(route);
        }
    }

    /// What the browser's Back button does.
    pub fn back(self) {
        if let Ok(history) = window().history() {
            let _ = history.back();
        }
    }

    /// The address of a page, for `href`.
    pub fn href(self, route: &Route) -> String {
        let address = self
            .base
            .try_with_value(|base| route.to_path(base))
            .unwrap_or_default();
        let session = self.named.filter(|_| *route != Route::NotFound);
        match session.and_then(SessionHandle::host_or_preferred) {
            Some(host) => at_instance(&address, &host),
            None => address,
        }
    }

    /// Leaves this page for the list of another server, as if its address had been typed: nothing of
    /// this one goes along.
    pub fn switch_to(self, host: &str) {
        let address = self.base.with_value(|base| Route::events().to_path(base));
        let _ = window().location().assign(&at_instance(&address, host));
    }

    /// The whole address of a page, for copies.
    pub fn link(self, route: &Route) -> String {
        let origin = window().location().origin().unwrap_or_default();
        format!("{origin}{}", self.href(route))
    }

    /// Names the page: "`title` · Eventide".
    pub fn set_title(self, title: &str) {
        document().set_title(&format!("{title} · Eventide"));
    }

    fn show(self, route: Route) {
        if self.route.try_with_untracked(|shown| *shown != route) == Some(true) {
            self.route.set(route);
        }
    }

    /// Takes a plain click on a link into the app; everything else stays the browser's.
    fn follow(self, event: &MouseEvent) {
        let plain = event.button() == 0
            && !(event.ctrl_key() || event.shift_key() || event.alt_key() || event.meta_key())
            && !event.default_prevented();
        let link = event
            .target()
            .filter(|_| plain)
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
            .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link else { return };
        let elsewhere = !matches!(link.target().as_str(), "" | "_self")
            || link.has_attribute("download")
            || window().location().origin().ok() != Some(link.origin())
            // A place within this page, as the skip link has.
            || !link.hash().is_empty();
        let base = self.base.try_get_value().unwrap_or_default();
        let route = Route::parse(&link.pathname(), &link.search(), &base);
        if elsewhere || route == Route::NotFound {
            return;
        }
        event.prevent_default();
        self.navigate(&route);
    }

    fn enter_first_place(self) {
        let Ok(history) = window().history() else {
            return;
        };
        // The browser would scroll before the page has its content.
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
        let number = history
            .state()
            .ok()
            .as_ref()
            .and_then(place_number)
            .unwrap_or_default();
        let _ = self.places.try_update_value(|places| {
            places.current = number;
            places.last = number;
        });
        let _ = history.replace_state(&JsValue::from(number), "");
    }

    /// Back or Forward, or a jump within the page.
    fn arrive(self, state: &JsValue) {
        self.note_scroll();
        match place_number(state) {
            Some(place) => {
                let scrolled = self.places.try_update_value(|places| {
                    places.current = place;
                    places.last = places.last.max(place);
                    let found = places.scrolled.iter().find(|(of, _)| *of == place);
                    found.map_or_else(Scrolled::default, |(_, scrolled)| *scrolled)
                });
                spawn_local(self.scroll_when_possible(place, scrolled.unwrap_or_default()));
            }
            // An entry that the browser made; it has scrolled by itself.
            None => {
                let place = self.new_place();
                if let Ok(history) = window().history() {
                    let _ = history.replace_state(&JsValue::from(place), "");
                }
            }
        }
        let base = self.base.try_get_value().unwrap_or_default();
        self.show(read(&base));
    }

    fn new_place(self) -> u32 {
        self.places
            .try_update_value(|places| {
                places.last = places.last.wrapping_add(1);
                places.current = places.last;
                places.current
            })
            .unwrap_or_default()
    }

    fn note_scroll(self) {
        let scrolled = Scrolled {
            page: window().scroll_y().unwrap_or_default(),
            region: region().map_or(0, |region| region.scroll_top()),
        };
        self.places.update_value(|places| {
            let current = places.current;
            places.scrolled.retain(|(of, _)| *of != current);
            places.scrolled.push((current, scrolled));
        });
    }

    /// A page that is read again gets its height only with its content.
    async fn scroll_when_possible(self, place: u32, target: Scrolled) {
        for _ in 0..SCROLL_TRIES {
            leptos::task::tick().await;
            if self.places.try_with_value(|places| places.current) != Some(place)
                || scroll_to(target)
            {
                return;
            }
            clock::sleep(SCROLL_EVERY_MS).await;
        }
    }
}

/// The host of the server that the address of this page names.
pub fn instance_asked() -> Option<String> {
    route::instance(&window().location().search().ok()?)
}

fn at_instance(address: &str, host: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{}={host}", route::INSTANCE)
}

const SCROLL_EVERY_MS: u32 = 50;
const SCROLL_TRIES: u32 = 60;

/// Scrolls, and says whether the page was long enough for it.
fn scroll_to(target: Scrolled) -> bool {
    window().scroll_to_with_x_and_y(0.0, target.page);
    let region = region();
    if let Some(region) = &region {
        region.set_scroll_top(target.region);
    }
    let page = window().scroll_y().unwrap_or_default();
    (page - target.page).abs() < 2.0
        && region
            .map_or(0, |region| region.scroll_top())
            .abs_diff(target.region)
            < 2
}

fn region() -> Option<Element> {
    document()
        .query_selector(".list, .make, .scroll")
        .ok()
        .flatten()
}

fn place_number(state: &JsValue) -> Option<u32> {
    let number = state.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked by the range"
    )]
    (0.0..=f64::from(u32::MAX))
        .contains(&number)
        .then_some(number as u32)
}

fn read(base: &str) -> Route {
    let location = window().location();
    Route::parse(
        &location.pathname().unwrap_or_default(),
        &location.search().unwrap_or_default(),
        base,
    )
}

fn present_address() -> String {
    let part = |part: fn(&Location) -> Result<String, JsValue>| {
        part(&window().location()).unwrap_or_default()
    };
    format!("{}{}", part(Location::pathname), part(Location::search))
}
