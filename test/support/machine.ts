// Definitions in few words: states as functions of what is special about them, and a machine of states by name.

export const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:f';
export const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:a';
export const CALLBACK = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
export const JOB = 'arn:aws:states:::states:startExecution.sync';

type Fields = object;

/** Goes to `next`, or ends where there is none. */
function leading(fields: Fields): Fields {
  return 'Next' in fields ? fields : { ...fields, End: true };
}

export const pass = (fields: Fields = {}) => ({ Type: 'Pass', ...leading(fields) });
export const task = (fields: Fields = {}) => ({ Type: 'Task', Resource: LAMBDA, ...leading(fields) });
export const wait = (fields: Fields = {}) => ({ Type: 'Wait', ...leading(fields) });
export const fail = (fields: Fields = {}) => ({ Type: 'Fail', ...fields });
export const parallel = (branches: readonly object[], fields: Fields = {}) => ({
  Type: 'Parallel',
  Branches: branches,
  ...leading(fields),
});
export const map = (processor: object, fields: Fields = {}) => ({
  Type: 'Map',
  ItemProcessor: processor,
  ...leading(fields),
});
/** A distributed Map. */
export const runs = (processor: object, fields: Fields = {}, config: Fields = {}) =>
  map(
    { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD', ...config }, ...processor },
    fields,
  );

/** A machine that starts at the first of its states. */
export const machine = (states: Readonly<Record<string, object>>, fields: Fields = {}) => ({
  StartAt: Object.keys(states)[0],
  States: states,
  ...fields,
});

/** A machine of one state, `S`. */
export const only = (state: object, fields: Fields = {}) => machine({ S: state }, fields);

/** Catches an error by name and goes to `next`. */
export const catches = (name: string, next: string, fields: Fields = {}) => ({
  Catch: [{ ErrorEquals: [name], Next: next, ...fields }],
});
