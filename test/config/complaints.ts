// What a configuration is refused for, in the words and at the places that a user sees.

import { readDocument } from '../../src/config/document.ts';
import { describeProblem, type Path, type Problem } from '../../src/config/problem.ts';
import { SCHEMA } from '../../src/config/schema.ts';
import type { Shape } from '../../src/config/shape.ts';

/** Messages without places, of a value that stands at `at`. */
export function complaintsOf(shape: Shape<unknown>, value: unknown, at: Path): string[] {
  const problems: Problem[] = [];
  const refuse = (path: Path, { value, expected }: { value?: unknown; expected: string }) =>
    problems.push({ origin: { from: 'default' }, path, value, expected });
  shape.read(value, at, { refuse, written: () => undefined });
  return problems.map((problem) => describeProblem(problem).replace(/^default: /, ''));
}

/** `LINE:COLUMN: message`, of the text of a treadle.yaml. */
export function complaintsAbout(yaml: string): string[] {
  const problems: Problem[] = [];
  const document = readDocument(yaml, 'f', problems);
  SCHEMA.read(document?.value ?? {}, [], {
    refuse(path, { value, expected, of = 'value' }) {
      problems.push({ origin: document!.locate(path, of as 'value'), path, value, expected });
    },
    written: (path) => document?.written(path),
  });
  return problems.map((problem) => describeProblem(problem).replace(/^f:/, ''));
}
