import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../../src/asl/validate.ts';
import { checkStates, DONE, task } from '../check.ts';

describe('expressions', () => {
  it('points into an expression', () => {
    const text =
      '{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","Output":{"v":["{% 1 + \\" %}"]},"End":true}}}';
    const [found] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
    expect(found).toMatchObject({ code: 'INVALID_JSONATA_EXPRESSION', location: '/States/A/Output/v[0]' });
    expect(found!.from).toBeGreaterThan(text.indexOf('{% 1'));
  });

  it('knows where a result and an error output exist', () => {
    const at = (fields: object) =>
      checkStates({
        ...task({ QueryLanguage: 'JSONata', Next: 'Done', End: undefined, ...fields }),
        ...DONE,
      });
    const both = '{% [$states.result, $states.errorOutput] %}';
    expect(at({ Output: '{% $states.result %}', Assign: { a: '{% $states.result %}' } })).toEqual([]);
    expect(at({ Arguments: both })).toHaveLength(2);
    expect(at({ Catch: [{ ErrorEquals: ['A'], Output: both, Next: 'Done' }] })).toEqual([
      "UNSUPPORTED_JSONATA_EXPRESSION Field '$states.result' does not exist. at /States/T/Catch[0]/Output",
    ]);
  });

  it('does not scan what is no expression', () => {
    const fields = { QueryLanguage: 'JSONata', Comment: '{% oops', Retry: [{ ErrorEquals: ['{% oops'] }] };
    expect(checkStates(task(fields))).toEqual([]);
  });

  it.each(['States.Nope(1)', 'States.Format(', '$.a b', 'a', "$['a"])(
    'refuses the template value %s',
    (value) => {
      expect(checkStates({ A: { Type: 'Pass', Parameters: { a: [{ 'x.$': value }] }, End: true } })).toEqual([
        "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters",
      ]);
    },
  );

  it('refuses intrinsic functions where only a path may stand', () => {
    expect(checkStates({ A: { Type: 'Pass', InputPath: "States.Format('a')", End: true } })).toEqual([
      'Value is not a Path at /States/A/InputPath',
    ]);
    expect(
      checkStates({ A: { Type: 'Fail', ErrorPath: "States.Format('a')", CausePath: '$.cause' } }),
    ).toEqual([]);
    expect(checkStates({ A: { Type: 'Fail', ErrorPath: 'States.Array(1)' } })).toHaveLength(1);
  });

  it.each(['$$.a', '$x', '$.a[*]', '$..a', 'a', ''])('refuses the ResultPath %s', (ResultPath) => {
    expect(checkStates(task({ ResultPath }))).toEqual([
      'Value is not a Reference Path at /States/T/ResultPath',
    ]);
  });
});
