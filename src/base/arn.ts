// The ARNs of Step Functions: made here, taken apart here.

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

function prefix(a: Account): string {
  return `arn:${a.partition}:states:${a.region}:${a.account}`;
}

export function stateMachineArn(a: Account, name: string): string {
  return `${prefix(a)}:stateMachine:${name}`;
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
