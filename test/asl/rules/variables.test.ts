import { describe, expect, it } from 'vitest';
import { checkStates, map, task } from '../check.ts';

describe('variables', () => {
  const pass = (Assign: object, fields: object = { End: true }) => ({ Type: 'Pass', Assign, ...fields });
  const branch = (state: object, name = 'I') => ({ StartAt: name, States: { [name]: state } });

  it('lets siblings share names, and a Parallel share names with its branches', () => {
    const Branches = [branch(pass({ x: 1 })), branch(pass({ x: 2 }), 'J')];
    expect(checkStates({ P: { Type: 'Parallel', Branches, Assign: { x: 3 }, End: true } })).toEqual([]);
  });

  it('refuses an outer name at any depth, in catchers and Choice rules too', () => {
    const inner = { Type: 'Parallel', Branches: [branch(pass({ 'x.$': '$.a' }), 'K')], End: true };
    const P = { Type: 'Parallel', Branches: [branch(inner)], End: true };
    const T = {
      ...task({ Catch: [{ ErrorEquals: ['A'], Assign: { x: 1 }, Next: 'P' }], Next: 'P' })['T'],
      End: undefined,
    };
    expect(checkStates({ T, P })).toEqual([
      "DUPLICATE_VARIABLE_NAME The variable name 'x' was already defined in a parent scope. at /States/P/Branches[0]/States/I/Branches[0]/States/K/Assign",
    ]);
  });

  it('starts the children of a distributed Map with none', () => {
    const inner = { I: { Type: 'Pass', Assign: { x: 2 }, Parameters: { 'y.$': '$x' }, End: true } };
    expect(checkStates({ A: pass({ x: 1 }, { Next: 'M' }), ...map({}, 'DISTRIBUTED', inner) })).toEqual([
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'x' may not have been assigned a value when this state is entered. at /States/M/ItemProcessor/States/I/Parameters",
    ]);
  });

  it('warns of a read that one way reaches without an assignment', () => {
    const R = { Type: 'Pass', Parameters: { 'a.$': '$x.b' }, End: true };
    const rule = (fields: object) => ({
      Type: 'Choice',
      Choices: [{ Variable: '$', IsNull: true, Next: 'R', ...fields }],
      Default: 'A',
    });
    expect(checkStates({ C: rule({}), A: pass({ x: 1 }, { Next: 'R' }), R })).toEqual([
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'x' may not have been assigned a value when this state is entered. at /States/R/Parameters",
    ]);
    expect(checkStates({ C: rule({ Assign: { x: 2 } }), A: pass({ x: 1 }, { Next: 'R' }), R })).toEqual([]);
  });

  it('reads outer variables inside branches', () => {
    const read = { Type: 'Pass', Parameters: { 'a.$': '$x' }, End: true };
    expect(
      checkStates({
        A: pass({ x: 1 }, { Next: 'P' }),
        P: { Type: 'Parallel', Branches: [branch(read)], End: true },
      }),
    ).toEqual([]);
  });

  it.each(['1x', 'a.b', 'a-b', '', 'a'.repeat(81)])('refuses the name %s', (name) => {
    expect(checkStates({ A: pass({ [name]: 1 }) })[0]).toMatch(
      /^Expected a variable name to be an identifier/,
    );
  });

  it('accepts letters of any script', () => {
    expect(checkStates({ A: pass({ größe: 1, 数: 2, _a1: 3 }) })).toEqual([]);
  });
});
