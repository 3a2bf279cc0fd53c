// Before the first test: is there anything to test?
import { dist, program } from './sandbox.mjs';

export default function setup() {
  dist();
  program();
}
