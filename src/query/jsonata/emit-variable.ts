// Reading variables. Where a name can be bound is known when the expression is compiled, so a read is a walk of a
// known length; only streams of bindings (`@ # %`) are looked up by name.

import { type Bindings, type Context, type Exec, type Frame, UNBOUND } from './code.ts';
import { BUILT_IN } from './functions/table.ts';
import type { Value } from './run.ts';

interface Place {
  readonly hops: number;
  /** Undefined: the bindings of a stream's row. */
  readonly cell: number | undefined;
}

/** Where a name may be bound inside the expression, innermost first; `certain` when the last place always has it. */
function placesOf(name: string, sigil: string, context: Context): { places: Place[]; certain: boolean } {
  const places: Place[] = [];
  let hops = 0;
  for (let level = context.level; level !== undefined; level = level.parent, hops++) {
    if (level.cells === 'stream') {
      if (context.streamed.has(sigil + name)) places.push({ hops, cell: undefined });
      continue;
    }
    const cell = sigil === '' ? undefined : level.cells.get(name);
    if (cell === undefined) continue;
    places.push({ hops, cell });
    if (cell <= level.params) return { places, certain: true };
  }
  return { places, certain: false };
}

/** True when the expression itself binds the name around this place. */
export function isLocal(name: string, context: Context): boolean {
  return placesOf(name, '$', context).places.length > 0;
}

/** @param sigil `$` for variables, nothing for the labels of parents. */
export function emitVariable(name: string, context: Context, sigil = '$'): Exec {
  const { places, certain } = placesOf(name, sigil, context);
  const outside = sigil === '' ? () => undefined : emitOutside(name);
  if (places.length === 0) return outside;
  const [place] = places;
  if (places.length === 1 && place?.cell !== undefined && certain) return emitCell(place.hops, place.cell);
  return (input, frame, run) => {
    for (const { hops, cell } of places) {
      let at = frame as Frame;
      for (let i = 0; i < hops; i++) at = at[0] as Frame;
      if (cell !== undefined) {
        const value = at[cell];
        if (value !== UNBOUND) return value as Value;
      } else {
        const bindings = at[1] as Bindings;
        if (sigil + name in bindings) return bindings[sigil + name];
      }
    }
    return outside(input, frame, run);
  };
}

function emitCell(hops: number, cell: number): Exec {
  switch (hops) {
    case 0:
      return (_input, frame) => (frame as Frame)[cell] as Value;
    case 1:
      return (_input, frame) => ((frame as Frame)[0] as Frame)[cell] as Value;
    default:
      return (_input, frame) => {
        let at = frame as Frame;
        for (let i = 0; i < hops; i++) at = at[0] as Frame;
        return at[cell] as Value;
      };
  }
}

/** `$$`, `$states`, a workflow variable or a built-in function. A variable hides a function of its name. */
function emitOutside(name: string): Exec {
  if (name === '$') return (_input, _frame, run) => run.root;
  if (name === 'states') return (_input, _frame, run) => run.states;
  const native = BUILT_IN.get(name)?.value;
  if (native === undefined) return (_input, _frame, run) => run.scope.variable(name);
  return (_input, _frame, run) => run.scope.variable(name) ?? native;
}
