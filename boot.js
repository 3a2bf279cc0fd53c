// Loads the app, and tells a person in plain words when that fails or when the app breaks later.
//
// It stands outside of the app because it must work when the app does not. It runs before the first
// paint, under a policy without inline script and with Trusted Types 'none': the page is built with
// createElement and textContent only. `cargo xtask seal` writes what is to be loaded into
// <meta name="eventide-app">: data-js, data-wasm, the integrity of both, data-wasm-size, data-build.
(() => {
  "use strict";
  const root = document.documentElement;
  const started = performance.now();

  const isTrap = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

  // The theme, before anything is painted. The app changes it under the same key.
  const theme = kept(() => localStorage.getItem("eventide.theme"));
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  // Where the app lives: the folder of this file. <base> is forbidden by the policy.
  const here = document.currentScript.src;
  root.dataset.base = new URL(".", here).pathname;

  let state = "loading"; // then "alive", or "failed" for good
  let policyStops = "";
  let slowTimer = 0;
  let lateTimer = 0;

  addEventListener("securitypolicyviolation", (event) => {
    if (event.blockedURI === "wasm-eval") policyStops = "wasm-eval";
  });
  // The app's own listeners on the window come later than these, so a broken app hears nothing more.
  for (const name of ["popstate", "storage", "online", "offline", "pageshow", "visibilitychange", "keydown", "keyup",
    "click", "input", "change", "submit", "scroll", "resize", "focusin", "focusout", "beforeunload"]) {
    addEventListener(name, (event) => {
      if (state === "failed" && !(event.target instanceof Node && page && page.contains(event.target))) {
        event.stopImmediatePropagation();
      }
    }, true);
  }
  // A trap that no panic hook announced: out of memory, or "unreachable".
  addEventListener("error", (event) => {
    if (isTrap(event.error)) crashed("trap: " + event.error.message);
  });
  addEventListener("unhandledrejection", (event) => {
    if (isTrap(event.reason)) crashed("trap: " + event.reason.message);
  });
  // Enter in a form must not put its fields into the address, whatever state the app is in.
  addEventListener("submit", (event) => event.preventDefault(), true);

  // Whether this server has another build by now: asked now and then of a page in view, and only
  // offered. Nobody who writes is ever reloaded.
  let offer = null;
  setInterval(async () => {
    if (state !== "alive" || offer || document.visibilityState !== "visible") return;
    let text = "";
    try { text = await (await fetch(new URL("index.html", here), { cache: "no-cache" })).text(); } catch { /* then there are no news */ }
    const found = /data-build="([0-9a-f]+)"/.exec(text);
    if (state !== "alive" || offer || !found || found[1] === build()) return;
    const reload = el("button", { class: "btn btn--sm", type: "button" }, "Reload");
    reload.addEventListener("click", () => location.reload());
    const later = el("button", { class: "btn btn--sm btn--ghost", type: "button" }, "Later");
    later.addEventListener("click", () => offer.remove());
    offer = el("div", { class: "boot__new", role: "status" });
    document.body.append(offer);
    // What comes into a region that is there is read out.
    requestAnimationFrame(() => offer.append(el("span", {}, "This server has a new version of Eventide. A draft stays when you reload."), reload, later));
  }, 600000);

  window.eventideAlive = () => {
    if (state !== "loading") return;
    state = "alive";
    clearTimeout(slowTimer);
    clearTimeout(lateTimer);
    drop();
  };
  window.eventideCrashed = crashed;
  window.eventideMisconfigured = (words) => fail("misconfigured", words, words);
  let page = null;

  async function begin() {
    // The icon is named beside this page, and the app goes on to addresses in other folders.
    const icon = document.querySelector("link[rel=icon]");
    if (icon) icon.setAttribute("href", icon.href);
    if (window.top !== window.self) return framed();
    const app = document.querySelector('meta[name="eventide-app"]');
    const { js, wasm } = app ? app.dataset : {};
    if (!js || !wasm) return fail("incomplete", "no meta eventide-app");
    if (typeof WebAssembly !== "object" || !WebAssembly.instantiate) return fail("old", "no WebAssembly");
    slowTimer = setTimeout(() => waiting(app.dataset.wasmSize), 2000);
    lateTimer = setTimeout(() => { if (state === "loading") late(); }, 60000);
    const script = new URL(js, here).href;
    const program = new URL(wasm, here).href;
    try {
      // All at once; each failure says which of them it is.
      const [glue, bytes, configuration] = await Promise.all([
        load(script, app.dataset.jsIntegrity).catch((error) => { throw { file: script, what: "script", error }; }),
        download(program, app.dataset.wasmIntegrity).catch((error) => { throw { file: program, what: "program", error }; }),
        configured().catch((error) => { throw { what: "configuration", error }; }),
      ]);
      window.eventideConfiguration = configuration;
      await glue.default({ module_or_path: bytes });
    } catch (trouble) {
      if (state !== "loading") return;
      await explain(trouble, app.dataset.wasmIntegrity);
    }
  }

  // The glue between script and program. An import cannot ask for integrity, and goes on without it
  // where the preload of the same file has failed for its sake: so what the preload fetched is
  // looked at first.
  async function load(address, integrity) {
    if (integrity) await fetch(address, { integrity, cache: "force-cache" });
    return import(address);
  }

  // What the one who runs this server has decided, as text that the program reads; null for nothing.
  async function configured() {
    const response = await fetch(new URL("config.json", here), { cache: "no-store" });
    // To its end, whatever it is: an answer that is not read keeps its connection.
    const text = await response.text();
    if (response.status === 404) return null;
    if (!response.ok) throw { status: response.status };
    return text;
  }

  // The program as a response that a browser compiles while it arrives.
  async function download(address, integrity) {
    const response = await fetch(address, integrity ? { integrity } : {});
    if (!response.ok) throw { status: response.status };
    const type = (response.headers.get("content-type") || "").split(";")[0].trim().toLowerCase();
    if (type === "application/wasm") return response;
    if (type === "text/html") throw { html: true };
    // A server that does not know the type: look at the bytes instead.
    const bytes = await response.arrayBuffer();
    const magic = new Uint8Array(bytes.slice(0, 4));
    if (magic.join() !== "0,97,115,109") throw { html: magic[0] === 60, foreign: type || "none" };
    return bytes;
  }

  // Finds out what went wrong; browsers say only "failed to fetch".
  async function explain(trouble, integrity) {
    const { file, what, error = trouble } = trouble;
    const name = file ? new URL(file).pathname.split("/").pop() : "";
    const words = String((error && error.message) || error && error.status || error);
    if (what === "configuration") return fail("unconfigured", "config.json: " + words);
    if (policyStops || (error instanceof WebAssembly.CompileError && /Content Security Policy/i.test(words))) {
      return fail("policy", words);
    }
    if (!file) return fail("broken", words);
    if (error.status) return stale("missing", name + " answered " + error.status);
    if (error.html) return stale("html", name + " is a web page");
    if (error.foreign) return fail("foreign", name + " has type " + error.foreign);
    let again;
    // Past the cache and into it: what was wrong in there is replaced.
    try { again = await fetch(file, { cache: "reload" }); } catch { return fail("unreachable", name + ": " + words); }
    if (!again.ok) return stale("missing", name + " answered " + again.status);
    const type = again.headers.get("content-type") || "none";
    if (/html/i.test(type)) return stale("html", name + " is a web page");
    if (what === "script" && !/javascript/i.test(type)) return fail("foreign", name + " has type " + type);
    if (what === "script" || integrity) return stale("changed", name + " is not the file of this build");
    return fail("unreachable", name + ": " + words);
  }

  // After an update the page at hand may be older than the server: one fresh load may help. Once for
  // each build and minute, so that a broken server is not asked for ever.
  async function stale(kind, detail) {
    const now = Date.now();
    const last = kept(() => JSON.parse(sessionStorage.getItem("eventide.reload")));
    const again = last && last.build === build() && now - last.at < 60000;
    const noted = !again && kept(() => {
      sessionStorage.setItem("eventide.reload", JSON.stringify({ build: build(), at: now }));
      return true;
    });
    if (!noted) return fail(kind, detail);
    state = "failed";
    try { await fetch(location.href, { cache: "reload" }); } catch { /* the reload will tell */ }
    location.reload();
  }

  function crashed(place) {
    if (state === "failed") return;
    fail("crashed", String(place));
    // Nothing of the broken half may run again: its timers are gone, its calls end here, and what it
    // still does about that leads nowhere.
    for (let id = setTimeout(() => {}, 0); id > 0; id -= 1) { clearTimeout(id); clearInterval(id); }
    window.fetch = () => new Promise(() => {});
    window.stop();
  }

  const kinds = {
    crashed: ["Eventide stopped working", "It met something it was not built for, and stopped rather than show you something wrong. Reload to go on. A draft of a new event is kept in this tab; if one was just being sent, look for it in the list before sending it again."],
    missing: ["Eventide could not be loaded", "A part of it is missing on this server. It may be in the middle of an update: reload in a minute. If it stays so, the one who runs this server has to put all files of one build there."],
    html: ["Eventide could not be loaded", "Where a part of it should be, this server has a web page. A login of your network may be in between, or the server answers missing files with its front page."],
    changed: ["Eventide was not started", "A part of it is not the file that belongs to this build, so it was not run. The server may be in the middle of an update, or something on the way changes files."],
    foreign: ["Eventide could not be loaded", "This server gives a part of it out as something else. The one who runs the server has to serve .js as text/javascript and .wasm as application/wasm."],
    policy: ["Eventide was not allowed to start", "The content security policy of this server forbids WebAssembly. The one who runs it has to allow script-src 'self' 'wasm-unsafe-eval'."],
    old: ["This browser cannot run Eventide", "It has no WebAssembly, or it is switched off. Use a current Firefox, Chrome, Edge or Safari, or switch it on (hardened modes switch it off)."],
    unreachable: ["Eventide could not be loaded", "The connection to this server broke while a part of it was on its way. Check your network, then reload."],
    unconfigured: ["Eventide could not be loaded", "This server did not say how Eventide is configured: config.json did not arrive. It may forbid something, so nothing starts without it. Reload in a minute; where there is no such file, the server has to answer 404."],
    misconfigured: ["Eventide was not started", "Its config.json is not right. It may forbid something, so nothing starts with it. The one who runs this server has to mend it; docs/configuration.md says what may stand in it."],
    incomplete: ["Eventide could not be loaded", "This page does not say what to load: it was not built completely. The one who runs this server has to build it with cargo xtask."],
    broken: ["Eventide could not be started", "Its parts arrived, but do not run in this browser."],
  };

  function fail(kind, detail, said) {
    state = "failed";
    clearTimeout(slowTimer);
    clearTimeout(lateTimer);
    const [title, text] = kinds[kind];
    const report = [
      "Eventide " + kind,
      "Build: " + build(),
      "Time: " + new Date().toISOString(),
      "Page: " + location.pathname.replace(/[0-9a-f-]{32,38}/gi, "{id}").replace(/[^\w\/{}.-]/g, "?").slice(0, 200),
      "Browser: " + navigator.userAgent,
      "Detail: " + detail.slice(0, 500),
    ].join("\n");
    const copy = el("button", { class: "btn", type: "button" }, "Copy report");
    copy.addEventListener("click", async () => {
      let done = false;
      try { await navigator.clipboard.writeText(report); done = true; } catch { /* said below */ }
      copy.textContent = done ? "Copied" : "Copy the text below by hand";
    });
    const reload = el("button", { class: "btn btn--primary", type: "button" }, "Reload");
    reload.addEventListener("click", () => location.reload());
    show("alert", title, text,
      ...(said ? [el("p", { class: "boot__said" }, said)] : []),
      el("div", { class: "btns" }, reload, copy),
      el("pre", { class: "boot__report", tabindex: "0", "aria-label": "Report" }, report),
      el("p", {}, "The report holds no event and no token."));
    document.title = title;
  }

  function framed() {
    state = "failed";
    const link = el("a", { class: "btn btn--primary", href: location.href, target: "_top", rel: "noopener" }, "Open Eventide by itself");
    show("alert", "Eventide does not run inside another page", "A page around it could trick you into pressing its buttons.",
      el("div", { class: "btns" }, link));
  }

  function waiting(size) {
    if (state !== "loading") return;
    const spin = el("span", { class: "spin", "aria-hidden": "true" });
    const words = el("span", {}, "");
    const tell = () => {
      const seconds = Math.round((performance.now() - started) / 1000);
      words.textContent = (size ? Math.ceil(size / 1024) + " KB, " : "") + seconds + " s so far";
      if (state === "loading" && words.isConnected) setTimeout(tell, 1000);
    };
    show("status", "Loading Eventide", "The connection is slow. Nothing is wrong so far.", el("p", { class: "boot__wait" }, spin, words));
    tell();
  }

  // Not the end: what is on its way may still arrive, and then the app takes over.
  function late() {
    const reload = el("button", { class: "btn", type: "button" }, "Reload");
    reload.addEventListener("click", () => location.reload());
    show("alert", "Eventide has not arrived yet", "A minute has passed. The connection to this server is very slow, or it has stopped. Eventide still starts when it arrives.",
      el("div", { class: "btns" }, reload));
  }

  // At the end of everything this takes the place of all else in the page; before, it stands beside
  // what the app still needs.
  function show(role, title, text, ...more) {
    drop();
    page = el("div", { class: "sign boot" }, el("header", {}), el("main", { id: "main" },
      el("div", { class: "sign__card", role }, el("div", {}, el("h1", { tabindex: "-1" }, title), el("p", {}, text)), ...more)));
    if (state === "failed") document.body.replaceChildren(page);
    else document.body.append(page);
    if (role === "alert") page.querySelector("h1").focus();
  }

  function drop() {
    if (page) page.remove();
    page = null;
  }

  function build() {
    const app = document.querySelector('meta[name="eventide-app"]');
    return (app && app.dataset.build) || "development";
  }

  function el(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // Storage may be forbidden, full, or hold anything.
  function kept(read) {
    try { return read(); } catch { return null; }
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
