// A JSONPath of a definition → something that reads values: parsed once, then closures only.

import type { Json } from '../../base/json.ts';
import { Meter } from '../../base/meter.ts';
import type { Scope } from '../scope.ts';
import { explainMiss } from './miss.ts';
import { parsePath, parsePathAt } from './parse.ts';
import { type Path, PathMiss } from './path.ts';
import type { Run } from './run.ts';
import { compileSteps } from './select.ts';
import { isDefinite, isReference, type PathSyntax } from './syntax.ts';

export { PathSyntaxError } from './syntax.ts';

/**
 * @param source `$…`, `$$…` or `$variable…`.
 * @throws PathSyntaxError with the offset in `source`.
 */
export function compilePath(source: string): Path {
  return assemble(source, parsePath(source));
}

/**
 * A path that stands inside other text, such as an argument of a function; it ends at a blank or one of `stops`.
 * @returns the path and the offset after it. @throws PathSyntaxError with the offset in `text`.
 */
export function compilePathAt(text: string, offset: number, stops: string): { path: Path; end: number } {
  const { path, end } = parsePathAt(text, offset, stops);
  return { path: assemble(text.slice(offset, end), path), end };
}

/** Units for making the context object. */
const CONTEXT = 40;

/** Reference Paths look neither at their root again nor at more nodes than they have steps, which are paid for at once. */
const UNUSED: Run = { root: null, meter: new Meter(0) };

function assemble(source: string, syntax: PathSyntax): Path {
  const { steps, variable } = syntax;
  const select = compileSteps(steps);
  const reference = isReference(steps);
  const price = (syntax.root === 'context' ? CONTEXT : 1) + (steps.length >> 1);
  const apply = (document: Json, { meter }: Scope): Json => {
    meter.charge(price);
    const value = select(document, reference ? UNUSED : { root: document, meter });
    if (value === undefined) throw explainMiss(steps, document, meter);
    return value;
  };
  return {
    source,
    definite: isDefinite(steps),
    root: syntax.root === 'current' ? 'document' : syntax.root,
    variable,
    reference,
    read: reader(syntax.root, variable, apply),
  };
}

function reader(
  root: PathSyntax['root'],
  variable: string | undefined,
  apply: (document: Json, scope: Scope) => Json,
) {
  if (root === 'context') return (scope: Scope): Json => apply(scope.context(), scope);
  if (root !== 'variable') return (scope: Scope): Json => apply(scope.document, scope);
  return (scope: Scope): Json => {
    const value = scope.variable(variable!);
    if (value === undefined) throw new PathMiss(`The variable '${variable}' has no value`, variable!);
    return apply(value, scope);
  };
}
