// Waiting for what happens beside the test. The bound is for a test that hangs, not a measure: it is far above what a
// machine that does much else needs.

const PATIENCE_MS = 90_000;
const POLL_MS = 5;

/** Waits until `isSo` says true. @throws when it does not within a minute and a half, naming `what`. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited ${PATIENCE_MS} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
