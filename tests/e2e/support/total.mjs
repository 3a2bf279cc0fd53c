// The last line of a run: one line of counts, for the one who started it.
export default class Total {
  #counts = { passed: 0, failed: 0, timedOut: 0, interrupted: 0, skipped: 0 };
  #started = Date.now();

  onTestEnd(_test, result) {
    this.#counts[result.status] += 1;
  }

  onEnd() {
    const { passed, failed, timedOut, interrupted, skipped } = this.#counts;
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    console.log(`end to end: ${passed} passed, ${failed + timedOut + interrupted} failed, ${skipped} skipped in ${seconds} s`);
  }

  printsToStdio() {
    return true;
  }
}
