// What workers send with a task token: the outcome of the task, or that they are still at it.

import type { Command, TaskOutcome } from '../interpreter/command.ts';
import type { TokenAnswer } from './engine.ts';
import type { Inbox } from './inbox.ts';
import type { TaskTokens } from './tokens.ts';

export class Callbacks {
  readonly #tokens: TaskTokens;
  readonly #inbox: Pick<Inbox, 'ask'>;

  constructor(tokens: TaskTokens, inbox: Pick<Inbox, 'ask'>) {
    this.#tokens = tokens;
    this.#inbox = inbox;
  }

  knows(token: string): boolean {
    return this.#tokens.read(token) !== undefined;
  }

  completeTask(token: string, outcome: TaskOutcome): Promise<TokenAnswer> {
    return this.#ask(token, (scheduled) => ({ type: 'CompleteTask', scheduled, outcome, by: 'token' }));
  }

  heartbeat(token: string): Promise<TokenAnswer> {
    return this.#ask(token, (scheduled) => ({ type: 'Heartbeat', scheduled }));
  }

  async #ask(token: string, command: (scheduled: number) => Command): Promise<TokenAnswer> {
    const task = this.#tokens.read(token);
    if (task === undefined) return 'invalid';
    const refused = await this.#inbox.ask(task.executionArn, command(task.scheduled));
    return refused === undefined ? 'ok' : 'closed';
  }
}
