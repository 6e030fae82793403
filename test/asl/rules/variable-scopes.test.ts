// Where a variable has a value, and where its name is taken. Source: AWS, "Passing data between states with variables".

import { describe, expect, it } from 'vitest';
import { checkStates, map, task } from '../check.ts';

const pass = (fields: object) => ({ Type: 'Pass', End: true, ...fields });
const read = (fields: object = {}) => pass({ Parameters: { 'a.$': '$x' }, ...fields });
const inside = (states: Record<string, object>) => ({ StartAt: Object.keys(states)[0], States: states });
const parallel = (fields: object, ...branches: Record<string, object>[]) => ({
  Type: 'Parallel',
  Branches: branches.map(inside),
  End: true,
  ...fields,
});

const undefinedAt = (place: string) =>
  `POSSIBLY_UNDEFINED_VARIABLE The variable 'x' may not have been assigned a value when this state is entered. at ${place}`;
const takenAt = (place: string) =>
  `DUPLICATE_VARIABLE_NAME The variable name 'x' was already defined in a parent scope. at ${place}`;

describe('a name', () => {
  it('may have 80 characters, and not be that of the reserved variable', () => {
    expect(checkStates({ A: pass({ Assign: { ['a'.repeat(80)]: 1 } }) })).toEqual([]);
    expect(checkStates({ A: pass({ Assign: { states: 1 } }) })).toEqual([
      "The variable name 'states' is reserved at /States/A/Assign",
    ]);
    expect(checkStates({ A: pass({ Assign: { _: 1, ['\u{20000}'.repeat(80)]: 2 } }) })).toEqual([]);
    expect(checkStates({ A: pass({ Assign: { ['\u{20000}'.repeat(81)]: 2 } }) })[0]).toContain(
      'Expected a variable name to be an identifier of at most 80 characters, but got',
    );
  });

  it('that is computed counts without its ending in JSONPath, and may not have one in JSONata', () => {
    expect(
      checkStates({ A: pass({ Assign: { 'x.$': '$.a' }, End: undefined, Next: 'R' }), R: read() }),
    ).toEqual([]);
    expect(checkStates({ A: pass({ QueryLanguage: 'JSONata', Assign: { 'x.$': 1 } }) })[0]).toContain(
      "but got 'x.$'",
    );
  });

  it('of an outer state is taken, whether that state comes before or after', () => {
    const P = parallel({ End: undefined, Next: 'A' }, { I: pass({ Assign: { x: 1 } }) });
    expect(checkStates({ P, A: pass({ Assign: { x: 1 } }) })).toEqual([
      takenAt('/States/P/Branches[0]/States/I/Assign'),
    ]);
    expect(checkStates({ P: parallel({ Assign: { x: 1 } }, { I: pass({ Assign: { x: 1 } }) }) })).toEqual([]);
    const both = parallel({ Assign: { x: 1 }, End: undefined, Next: 'A' }, { I: pass({ Assign: { x: 1 } }) });
    expect(checkStates({ P: both, A: pass({ Assign: { x: 1 } }) })).toEqual([
      takenAt('/States/P/Branches[0]/States/I/Assign'),
    ]);
  });

  it('of an outer state is free in a distributed Map, and taken in an inline one', () => {
    const I = { I: pass({ Assign: { x: 2 } }) };
    const A = pass({ Assign: { x: 1 }, End: undefined, Next: 'M' });
    expect(checkStates({ A, ...map({}, 'DISTRIBUTED', I) })).toEqual([]);
    expect(checkStates({ A, ...map({}, 'INLINE', I) })).toEqual([
      takenAt('/States/M/ItemProcessor/States/I/Assign'),
    ]);
  });

  it('assigned by a Choice rule, by its default, or by a catcher is one of that state', () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$.a', IsNull: true, Next: 'P', Assign: { x: 1 } }],
      Default: 'P',
    };
    const P = parallel({}, { I: pass({ Assign: { x: 1 } }) });
    expect(checkStates({ C: choice, P })).toEqual([takenAt('/States/P/Branches[0]/States/I/Assign')]);
    const Default = { ...choice, Assign: { x: 1 }, Choices: [{ Variable: '$.a', IsNull: true, Next: 'P' }] };
    expect(checkStates({ C: Default, P })).toEqual([takenAt('/States/P/Branches[0]/States/I/Assign')]);
  });
});

describe('a read', () => {
  it('of what nobody assigns is warned of in each field of each state', () => {
    const A = read({ End: undefined, Next: 'B', ResultSelector: undefined });
    expect(checkStates({ A, B: read() })).toEqual([
      undefinedAt('/States/A/Parameters'),
      undefinedAt('/States/B/Parameters'),
    ]);
  });

  it('in the state that assigns comes before the assignment', () => {
    expect(checkStates({ A: read({ Assign: { x: 1 } }) })).toEqual([undefinedAt('/States/A/Parameters')]);
  });

  it('behind the assignment is fine, also around a loop', () => {
    const A = pass({ Assign: { x: 1 }, End: undefined, Next: 'B' });
    const loop = {
      Type: 'Choice',
      Choices: [{ Variable: '$x', NumericEquals: 1, Next: 'B' }],
      Default: 'D',
    };
    expect(
      checkStates({ A, B: read({ End: undefined, Next: 'C' }), C: loop, D: { Type: 'Succeed' } }),
    ).toEqual([]);
  });

  it('behind a catcher has what the catcher assigns, not what the state does', () => {
    const catching = (fields: object) => ({
      ...task({
        Assign: { x: 1 },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'R', ...fields }],
        End: undefined,
        Next: 'D',
      }),
      R: read(),
      D: { Type: 'Succeed' },
    });
    expect(checkStates(catching({}))).toEqual([undefinedAt('/States/R/Parameters')]);
    expect(checkStates(catching({ Assign: { x: 2 } }))).toEqual([]);
  });

  it('behind the default of a Choice has what the state assigns, and only that', () => {
    const choice = (fields: object) => ({
      C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'A' }], Default: 'R', ...fields },
      A: pass({ Assign: { x: 1 } }),
      R: read(),
    });
    expect(checkStates(choice({}))).toEqual([undefinedAt('/States/R/Parameters')]);
    expect(checkStates(choice({ Assign: { x: 1 } }))).toEqual([]);
  });

  it('inside a branch has what was assigned before the Parallel, not what another branch assigns', () => {
    const P = parallel({}, { I: read() }, { J: pass({ Assign: { x: 1 } }) });
    expect(checkStates({ P })).toEqual([undefinedAt('/States/P/Branches[0]/States/I/Parameters')]);
    expect(
      checkStates({
        A: pass({ Assign: { x: 1 }, End: undefined, Next: 'P' }),
        P: parallel({}, { I: read() }),
      }),
    ).toEqual([]);
  });

  it('two levels inside knows whether every way to the outermost state assigns', () => {
    const P = parallel({}, { Q: parallel({}, { I: read() }) });
    const place = '/States/P/Branches[0]/States/Q/Branches[0]/States/I/Parameters';
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'P' }], Default: 'A' };
    const A = pass({ Assign: { x: 1 }, End: undefined, Next: 'P' });
    expect(checkStates({ A, P })).toEqual([]);
    expect(checkStates({ C: choice, A, P })).toEqual([undefinedAt(place)]);
  });

  it('behind a Parallel does not see what its branches assign', () => {
    const P = parallel({ End: undefined, Next: 'R' }, { I: pass({ Assign: { x: 1 } }) });
    expect(checkStates({ P, R: read() })).toEqual([undefinedAt('/States/R/Parameters')]);
  });

  it('in a state that no way reaches is not warned of, if somebody assigns', () => {
    const U = read({ End: undefined, Next: 'A' });
    const found = checkStates({ A: pass({ Assign: { x: 1 } }), U });
    expect(found.filter((line) => line.startsWith('POSSIBLY'))).toEqual([]);
  });
});
