// What takes minutes, one test after the other.
import config from './playwright.config.mjs';

export default { ...config, testMatch: '*.soak.mjs', workers: 1, timeout: 30 * 60_000 };
