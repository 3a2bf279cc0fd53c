// What runs inside a measured page, the app's or the baseline's: both have rows with the class
// `log__row` in a region with the class `list`, and a pager that changes with each page of rows.

/** Runs before any script of a page. */
export function prepare() {
  const bench = { longTasks: [], memories: new Set(), firstRows: undefined };
  window.bench = bench;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) bench.longTasks.push(duration);
  }).observe({ type: 'longtask' });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const made = await real.apply(WebAssembly, args);
      const { memory } = (made.instance ?? made).exports;
      if (memory) bench.memories.add(memory);
      return made;
    };
  }
  const frame = () => new Promise((done) => { requestAnimationFrame(done); });
  /** The event of the first row; the rest of its address says from which list, before that is there. */
  const first = () => document.querySelector('.log__row a')?.pathname;
  const rows = () => document.querySelectorAll('.log__row').length;
  const region = () => document.querySelector('.list');
  /** How many rows are loaded; the words beside it change while more are on their way. */
  const loaded = () => document.querySelector('.pager')?.textContent.match(/1–([\d\s.,]+) of/)?.[1];

  (function look() {
    if (first()) bench.firstRows = performance.now();
    else requestAnimationFrame(look);
  })();

  /** Waits for a condition, then for the frame that shows it. */
  const until = async (holds) => {
    const started = performance.now();
    while (!holds()) {
      if (performance.now() - started > 60_000) throw new Error(`waited in vain for ${holds}`);
      await frame();
    }
    await frame();
  };
  /** Does something that asks the server once and changes what `see` sees: how long it took, and how much of that after the answer. */
  const change = async (act, see) => {
    performance.clearResourceTimings();
    const before = see();
    const started = performance.now();
    act();
    await until(() => see() !== undefined && see() !== before);
    const shown = performance.now();
    const answers = performance.getEntriesByType('resource').filter(({ name }) => /\/events\/events\/\?/.test(name));
    const answered = Math.max(...answers.map(({ responseEnd }) => responseEnd));
    return { whole: shown - started, after: shown - answered };
  };
  const key = (name) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

  bench.turn = () => change(() => (window.baseline ? window.baseline.older() : key('l')), loaded);
  bench.show = (to) => change(() => {
    if (window.baseline) return window.baseline.show(to);
    history.pushState(null, '', to);
    return dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, first);
  /** Shows the three events that have arrived. */
  bench.arrive = async () => {
    const before = first();
    const pill = [...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('3 new'));
    pill.click();
    await until(() => first() !== before);
  };
  bench.turns = async (times) => {
    for (let i = 0; i < times; i += 1) await bench.turn();
  };
  /** So many pixels further in each of so many frames: how long each frame was. */
  bench.scroll = async (frames, pixels) => {
    const list = region();
    const lengths = [];
    let last = await frame();
    for (let i = 0; i < frames; i += 1) {
      list.scrollTop += pixels;
      const now = await frame();
      lengths.push(now - last);
      last = now;
    }
    return lengths;
  };
  /** The same, and what is in the page meanwhile: the most rows, and frames whose middle had none. */
  bench.inspect = async (frames, pixels) => {
    const list = region();
    const box = list.getBoundingClientRect();
    let most = 0;
    let empty = 0;
    for (let i = 0; i < frames; i += 1) {
      list.scrollTop += pixels;
      await frame();
      await new Promise((done) => { setTimeout(done); });
      most = Math.max(most, rows());
      const middle = document.elementFromPoint(box.left + 300, box.top + box.height / 2);
      if (!middle?.closest('.log__row, .log__day')) empty += 1;
    }
    return { most, empty };
  };
  /** From a jump into the middle of everything until rows are there. */
  bench.leap = async (part) => {
    const list = region();
    const box = list.getBoundingClientRect();
    const started = performance.now();
    list.scrollTop = list.scrollHeight * part;
    await until(() => document.elementFromPoint(box.left + 300, box.top + box.height / 2)?.closest('.log__row, .log__day'));
    return performance.now() - started;
  };
  /** List, first event, back: so many times. */
  bench.visits = async (times) => {
    for (let i = 0; i < times; i += 1) {
      document.querySelector('.log__row a').click();
      await until(() => document.querySelector('[aria-label="Facts"]'));
      history.back();
      await until(first);
    }
    // The browser's own notes of requests are no business of the app.
    performance.clearResourceTimings();
    bench.longTasks.length = 0;
  };
  bench.memory = () => [...bench.memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  bench.rows = rows;
}
