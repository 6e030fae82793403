// How wide the tree of an execution will be: known from the definition before it runs, so that columns never move.

import { columns } from './text.ts';

const LEAST = 26;
const MOST = 52;

/** @param definition JSON text without errors. @returns the column behind the longest name of a state. */
export function nameColumn(definition: string): number {
  const root = JSON.parse(definition) as unknown;
  return Math.min(MOST, Math.max(LEAST, widest(root, 2) + 2));
}

function widest(workflow: unknown, indent: number): number {
  let most = 0;
  for (const [name, state] of Object.entries(member(workflow, 'States') ?? {})) {
    most = Math.max(most, indent + columns(name));
    for (const branch of Object.values(member(state, 'Branches') ?? {})) {
      most = Math.max(most, widest(branch, indent + 3));
    }
    // The label of an iteration takes about three columns more.
    for (const key of ['ItemProcessor', 'Iterator'])
      most = Math.max(most, widest(member(state, key), indent + 6));
  }
  return most;
}

function member(value: unknown, name: string): object | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'object' && found !== null ? found : undefined;
}
