// Which Chromium the tests drive, and how it is started.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { resolverRules } from './canary.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  '/usr/bin',
  '/snap/bin',
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
];

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The browser to drive: `EVENTIDE_CHROMIUM`, or the first one installed. */
export function chromium() {
  const chosen = process.env.EVENTIDE_CHROMIUM;
  if (chosen) {
    if (!runs(chosen)) throw new Error(`EVENTIDE_CHROMIUM names ${chosen}, which cannot be run.`);
    return chosen;
  }
  const here = [...names, 'Chromium', 'Google Chrome'];
  for (const place of places) {
    for (const name of here) {
      const file = join(place, name);
      if (runs(file)) return file;
    }
  }
  throw new Error('No Chromium or Chrome was found. Install one, or name it in EVENTIDE_CHROMIUM.');
}

/** How every browser of the tests is launched. */
export function launchOptions() {
  return {
    executablePath: chromium(),
    headless: true,
    // Chromium refuses its own sandbox as root, as in most containers.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      resolverRules,
    ],
  };
}
