// What is known of tasks where definitions are checked: which resources functions of the configuration answer for, and what is
// wrong with parameters. Made of data, so that any thread has it.

import type { TaskResource } from '../asl/program.ts';
import type { Json } from '../base/json.ts';
import { type Answering, createAnswererOf } from '../functions/resources.ts';
import { checkTemplate } from './checks.ts';

export interface TaskKnowledgeOfFunctions {
  answersFor(arn: string): boolean;
  checkParameters(resource: TaskResource, template: Json): readonly string[];
}

/** By name. */
export type AnsweringFunctions = Readonly<Record<string, Answering>>;

export function taskKnowledge(functions: AnsweringFunctions): TaskKnowledgeOfFunctions {
  const answererOf = createAnswererOf(functions);
  return { answersFor: (arn) => answererOf(arn) !== undefined, checkParameters: checkTemplate };
}
