// The static Parameters or Arguments of a Task: members that the service does not have or misses, and literals of the wrong
// type, so far as whoever knows the services says so. What only a run can know is passed on as null.

import type { Json } from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';
import { isJsonataString } from '../../query/jsonata/value.ts';
import { type Node, toJson } from '../../text/json-text.ts';
import { allStates, textOf } from '../ast.ts';
import type { QueryLanguage } from '../program.ts';
import { parseResource } from '../resources.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const taskParameters: Rule = (context: Context) => {
  for (const state of allStates(context.definition)) {
    if (state.type !== 'Task') continue;
    const field = state.fields.get(state.language === 'JSONata' ? 'Arguments' : 'Parameters');
    const resource = parseResource(textOf(state, 'Resource') ?? '');
    // What is an expression, or no object, is another rule's business.
    if (field?.value.kind !== 'object' || resource === undefined || context.answersFor(resource.arn))
      continue;
    for (const reason of context.checkParameters(resource, templateOf(field.value, state.language))) {
      context.error(SCHEMA, reason, field.location, field.value);
    }
  }
};

/** What a run would pass on, with null for every value that the definition alone does not tell. */
function templateOf(node: Node, language: QueryLanguage): Json {
  switch (node.kind) {
    case 'object':
      return objectOf(
        node.members.map(({ name, value }): [string, Json] =>
          language === 'JSONPath' && name.endsWith('.$')
            ? [name.slice(0, -'.$'.length), null]
            : [name, templateOf(value, language)],
        ),
      );
    case 'array':
      return node.items.map((item) => templateOf(item, language));
    case 'string':
      return language === 'JSONata' && isJsonataString(node.value) ? null : node.value;
    default:
      return toJson(node);
  }
}
