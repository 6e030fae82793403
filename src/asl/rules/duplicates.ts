// No object of a definition has a member twice. Jackson, AWS's reader, stops at the first such member, wherever it stands; a
// state that comes twice has a code of its own.

import { duplicateField } from '../../text/jackson.ts';
import type { Member, Node } from '../../text/json-text.ts';
import { allWorkflows } from '../ast.ts';
import type { Rule } from './rule.ts';

export const duplicates: Rule = (context) => {
  const { definition } = context;
  const states = new Set(
    [...allWorkflows(definition)].map((workflow) => workflow.fields.get('States')?.value),
  );
  const found = firstDuplicate(definition.node, states);
  if (found === undefined) return;
  const { message, place } = duplicateField(definition.text, found.name, found.to);
  context.error('INVALID_JSON_DESCRIPTION', `${message}\n at ${place}`, place, found);
};

/** @param exempt objects whose members are looked at elsewhere; what is in them is looked at. */
function firstDuplicate(node: Node, exempt: ReadonlySet<Node | undefined>): Member | undefined {
  if (node.kind === 'array') {
    for (const item of node.items) {
      const found = firstDuplicate(item, exempt);
      if (found !== undefined) return found;
    }
  }
  if (node.kind !== 'object') return undefined;
  const names = new Set<string>();
  for (const member of node.members) {
    if (names.has(member.name) && !exempt.has(node)) return member;
    names.add(member.name);
    const found = firstDuplicate(member.value, exempt);
    if (found !== undefined) return found;
  }
  return undefined;
}
