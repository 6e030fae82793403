// Loaded before every test file of a run of `npm run mutate`: notes which functions each test enters. Only the first run
// has sources with probes in them; in all others the list stays empty.

import { afterEach, beforeEach } from 'vitest';

declare global {
  /** One byte per function: 1 when it was entered. */
  var __entered: Uint8Array;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Functions entered between the tests: while the file was loaded, in its hooks. */
    enteredBefore?: number[];
    enteredInside?: number[];
  }
}

/** Above the number of functions in `src/`. */
const FUNCTIONS = 16_384;

globalThis.__entered = new Uint8Array(FUNCTIONS);

function take(): number[] {
  const entered: number[] = [];
  for (let id = __entered.indexOf(1); id !== -1; id = __entered.indexOf(1, id + 1)) entered.push(id);
  __entered.fill(0);
  return entered;
}

beforeEach(({ task }) => {
  task.meta.enteredBefore = take();
});

afterEach(({ task }) => {
  task.meta.enteredInside = take();
});
