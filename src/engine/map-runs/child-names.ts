// Names of a Map Run's children follow from the run and the child's number: a restarted process finds the same child, and the
// ARN of a child leads to its Map Run.

import { createHash } from 'node:crypto';
import { mapRunLabel, parseArn, splitLast, splitResource } from '../../base/arn.ts';

/** Of the last group of a UUID, which holds the child's number. */
const DIGITS = 12;

/** Begins the names of a run's children. */
export function childNamePrefix(mapRunArn: string): string {
  const digest = createHash('sha256').update(mapRunArn).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-a${digest.slice(17, 20)}-`;
}

export function childName(prefix: string, child: number): string {
  return prefix + child.toString(16).padStart(DIGITS, '0');
}

/** The last part of an Express child's ARN is that of its Map Run's. */
export function expressChildArn(mapRunArn: string, name: string): string {
  const arn = parseArn(mapRunArn)!;
  const { rest } = splitResource(arn.resource);
  const [machine, run] = splitLast(rest);
  return `arn:${arn.partition}:states:${arn.region}:${arn.account}:express:${machine}${name}:${run}`;
}

/** @returns undefined when the ARN is not that of a Map Run's Express child. */
export function parseExpressChild(
  executionArn: string,
): { readonly mapRunArn: string; readonly child: number; readonly name: string } | undefined {
  const arn = parseArn(executionArn);
  const [type, machine, name, run] = arn?.resource.split(':') ?? [];
  if (arn === undefined || type !== 'express' || run === undefined || name === undefined) return undefined;
  if (machine === undefined || !machine.includes('/')) return undefined;
  const mapRunArn = `arn:${arn.partition}:states:${arn.region}:${arn.account}:mapRun:${machine}:${run}`;
  const child = Number.parseInt(name.slice(-DIGITS), 16);
  if (mapRunLabel(mapRunArn) === undefined || name !== childName(childNamePrefix(mapRunArn), child))
    return undefined;
  return { mapRunArn, child, name };
}
