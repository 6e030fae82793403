// Members of a structure as a state machine writes and reads them. SDK integrations spell them as the AWS SDK for Java 2
// does (`DbInstanceArn`), optimized integrations as the service's API with a capital first letter (`DBInstanceArn`).

import { memberName } from './java-names.ts';
import type { Member, ServiceModel, Structure } from './service-model.ts';

export type Spelling = 'sdk' | 'api';

export interface SpelledMember {
  /** In the state machine. */
  readonly name: string;
  /** In the model. */
  readonly wire: string;
  readonly member: Member;
  readonly required: boolean;
}

/** Members in alphabetical order of their names in the state machine, which is the order of results. */
export type Spelled = ReadonlyMap<string, SpelledMember>;

const spelled: Readonly<Record<Spelling, WeakMap<Structure, Spelled>>> = {
  sdk: new WeakMap(),
  api: new WeakMap(),
};

export function membersOf(structure: Structure, spelling: Spelling): Spelled {
  const known = spelled[spelling].get(structure);
  if (known !== undefined) return known;
  const members = Object.entries(structure.members).map(([wire, member]) => {
    const name = spelling === 'sdk' ? memberName(wire) : wire.charAt(0).toUpperCase() + wire.slice(1);
    return { name, wire, member, required: structure.required?.includes(wire) ?? false };
  });
  members.sort((a, b) => (a.name < b.name ? -1 : 1));
  const made = new Map(members.map((member) => [member.name, member]));
  spelled[spelling].set(structure, made);
  return made;
}

/** @returns the structure behind the name; absent: one without members. */
export function structureNamed(model: ServiceModel, name: string | undefined): Structure {
  return name === undefined ? NOTHING : (model.shapes[name] as Structure);
}

const NOTHING: Structure = { members: {} };
