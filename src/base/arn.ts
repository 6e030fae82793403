// ARNs: the ones Treadle makes, and every way in which it takes one apart.

export interface Account {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The six parts of any ARN; `resource` is everything after the fifth colon. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** @returns undefined when the text is not `arn:partition:service:region:account:resource`. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  const [, partition, service, region, account] = parts as [string, string, string, string, string];
  return { partition, service, region, account, resource: parts.slice(5).join(':') };
}

/** `execution:m:e` → `execution` and `m:e`. Without a colon all of it is the type. */
export function splitResource(resource: string): { readonly type: string; readonly rest: string } {
  const colon = resource.indexOf(':');
  if (colon < 0) return { type: resource, rest: '' };
  return { type: resource.slice(0, colon), rest: resource.slice(colon + 1) };
}

/** `execution` of an execution's ARN; undefined when the text is no ARN. */
export function resourceTypeOf(arn: string): string | undefined {
  const parsed = parseArn(arn);
  return parsed === undefined ? undefined : splitResource(parsed.resource).type;
}

/** What stands after the type: the name of a function, an activity, a state machine; undefined when nothing does. */
export function resourceNameOf(arn: string): string | undefined {
  return parseArn(arn)?.resource.split(':')[1];
}

/** `arn:…:execution:machine:` and `name`. */
export function splitLast(arn: string): [head: string, tail: string] {
  const end = arn.lastIndexOf(':') + 1;
  return [arn.slice(0, end), arn.slice(end)];
}

/** What follows `stateMachine:` in an ARN. */
export interface StateMachineReference {
  readonly name: string;
  /** Version number or alias. */
  readonly qualifier: string | undefined;
  /** Of a distributed Map's processor. */
  readonly label: string | undefined;
}

/** @param text `name`, `name:qualifier`, `name/label`. */
export function parseStateMachineReference(text: string): StateMachineReference {
  const colon = text.indexOf(':');
  const path = colon < 0 ? text : text.slice(0, colon);
  const slash = path.indexOf('/');
  return {
    name: slash < 0 ? path : path.slice(0, slash),
    qualifier: colon < 0 ? undefined : text.slice(colon + 1),
    label: slash < 0 ? undefined : path.slice(slash + 1),
  };
}

/** `…:stateMachine:name/label` of a Map Run's children belongs to `…:stateMachine:name`. */
export function withoutLabel(stateMachineArn: string): string {
  const slash = stateMachineArn.indexOf('/');
  return slash < 0 ? stateMachineArn : stateMachineArn.slice(0, slash);
}

/** The state machine of `…:execution:name:…`; that of a Map Run's child is its parent's. */
export function machineOf(executionArn: string): string {
  const arn = parseArn(executionArn);
  const name = resourceNameOf(executionArn);
  if (arn === undefined || name === undefined) return executionArn;
  return withoutLabel(stateMachineArn(arn, name));
}

/** Versions are numbers; an alias has another character at least. */
export function isVersionNumber(qualifier: string): boolean {
  return /^[0-9]+$/.test(qualifier);
}

/** @param qualifiedArn of a version or an alias. */
export function isVersionArn(qualifiedArn: string): boolean {
  return isVersionNumber(splitLast(qualifiedArn)[1]);
}

/** @param arn of a state machine, a version or an alias, checked. @returns the machine's, without the qualifier. */
export function withoutQualifier(arn: string): string {
  return arn.split(':', 7).join(':');
}

/** The label of the Map state whose run it is: `…:mapRun:<state machine>/<label>:<run>`. */
export function mapRunLabel(arn: string): string | undefined {
  return resourceNameOf(arn)?.split('/').at(-1);
}

function prefix(a: Account): string {
  return `arn:${a.partition}:states:${a.region}:${a.account}`;
}

export function stateMachineArn(a: Account, name: string): string {
  return `${prefix(a)}:stateMachine:${name}`;
}

/** @param qualifier version number or alias */
export function qualifiedArn(stateMachine: string, qualifier: string | number): string {
  return `${stateMachine}:${qualifier}`;
}

export function executionArn(a: Account, stateMachine: string, name: string): string {
  return `${prefix(a)}:execution:${stateMachine}:${name}`;
}

/** @param start UUID of this start: an Express name may be used again. */
export function expressExecutionArn(a: Account, stateMachine: string, name: string, start: string): string {
  return `${prefix(a)}:express:${stateMachine}:${name}:${start}`;
}

export function mapRunArn(a: Account, stateMachine: string, label: string, run: string): string {
  return `${prefix(a)}:mapRun:${stateMachine}/${label}:${run}`;
}

export function activityArn(a: Account, name: string): string {
  return `${prefix(a)}:activity:${name}`;
}

/** A Lambda function's, without a qualifier. */
export function functionArn(a: Account, name: string): string {
  return `arn:${a.partition}:lambda:${a.region}:${a.account}:function:${name}`;
}
