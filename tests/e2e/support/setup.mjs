// Before the first test: is there anything to test? And a canary, until the last one is over.
import { startCanary } from './canary.mjs';
import { dist, program } from './sandbox.mjs';

export default function setup() {
  dist();
  program();
  return startCanary();
}
