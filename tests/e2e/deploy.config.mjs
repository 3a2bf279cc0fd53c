// The archive behind the servers that it has configurations for.
import config from './playwright.config.mjs';

export default { ...config, testMatch: '*.deploy.mjs' };
