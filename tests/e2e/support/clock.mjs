// A clock that stands still until the test turns it.

/** Timer ids of Playwright's clock begin beyond what the app's 32-bit ids can hold; browsers' begin at 1. */
function smallIds() {
  const ids = new Map();
  let last = 0;
  for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval']]) {
    const [realSet, realClear] = [window[set], window[clear]];
    window[set] = (...args) => {
      last += 1;
      ids.set(last, realSet.apply(window, args));
      return last;
    };
    window[clear] = (id) => {
      if (!ids.has(id)) return;
      realClear.call(window, ids.get(id));
      ids.delete(id);
    };
  }
}

/** Stops the page's clock at 14:32:18 in Berlin; `page.clock` turns it. */
export async function stopClock(page, time = '2026-11-22T13:32:18Z') {
  await page.clock.install({ time: new Date(time) });
  await page.addInitScript(smallIds);
}
