// What an ARN of a state machine, a version or an alias stands for.

import { isVersionNumber, withoutQualifier } from '../base/arn.ts';
import type { Alias, StateMachine, Version } from '../store/store.ts';
import type { ApiContext } from './context.ts';
import { parseStateMachineArn } from './names.ts';
import type { ChooseRoute } from './routing.ts';
import { apiError } from './wire/errors.ts';

/** A state machine as one of its ARNs names it. */
export interface Target {
  /** With the version's revision and settings when a version or an alias was named. */
  readonly machine: StateMachine;
  readonly version?: Version;
  readonly alias?: Alias;
}

/** @returns undefined when there is nothing of that ARN. @throws InvalidArn */
export async function findTarget(
  api: ApiContext,
  arn: string,
  choose: ChooseRoute,
): Promise<Target | undefined> {
  const known = api.machines.peek(arn);
  if (known !== undefined) return { machine: known };
  const { qualifier } = parseStateMachineArn(arn);
  if (qualifier === undefined) {
    const machine = await api.machines.get(arn);
    return machine && { machine };
  }
  const machine = await api.machines.get(withoutQualifier(arn));
  if (machine === undefined) return undefined;
  const alias = isVersionNumber(qualifier) ? undefined : await api.aliases.get(arn);
  if (!isVersionNumber(qualifier) && (alias === undefined || isOfAnother(machine, alias))) return undefined;
  const versionArn = alias === undefined ? arn : choose(alias).stateMachineVersionArn;
  const version = await api.versions.get(versionArn);
  if (version === undefined || isOfAnother(machine, version)) return undefined;
  return {
    machine: { ...machine, revision: version.revision, settings: version.settings },
    version,
    ...(alias && { alias }),
  };
}

/** @throws InvalidArn, StateMachineDoesNotExist */
export async function requireTarget(api: ApiContext, arn: string, choose: ChooseRoute): Promise<Target> {
  const target = await findTarget(api, arn, choose);
  if (target === undefined) throw apiError('StateMachineDoesNotExist', arn);
  return target;
}

/** What a cache still knows of a machine that was deleted and has been created again under its name. */
function isOfAnother(machine: StateMachine, known: Version | Alias): boolean {
  return known.createdAt < machine.createdAt;
}
