// The history of an execution, page by page.

import type { Handler } from '../context.ts';
import { requireExecution } from '../lookup.ts';
import type { HistoryEvent as WireEvent } from '../model.ts';
import { payloadCharacters, toWireEvent } from '../wire/history-events.ts';
import { pageSize } from '../wire/pagination.ts';

/** A page of history ends before its payloads pass this many characters; AWS's pages are bounded likewise. */
const HISTORY_PAGE_CHARACTERS = 4 * 1024 * 1024;
/** Events read in one part of the work: 2 ms. Of the first nobody knows yet how large they are. */
const PART_EVENTS = 250;
const FIRST_PART_EVENTS = 50;
/** Of their payloads, about. */
const PART_CHARACTERS = 512 * 1024;

export const getExecutionHistory: Handler<'GetExecutionHistory'> = async (api, input) => {
  const { executionArn, reverseOrder: reverse = false, includeExecutionData = true } = input;
  const record = await requireExecution(api, executionArn);
  const list = ['GetExecutionHistory', executionArn, Number(reverse), Number(includeExecutionData)];
  const position = await api.pages.read(list, input.nextToken);
  const limit = pageSize(input.maxResults);
  const events: WireEvent[] = [];
  let from = position === undefined ? (reverse ? Number.MAX_SAFE_INTEGER : 1) : Number(position[0]);
  let characters = 0;
  for (let most = FIRST_PART_EVENTS; ; ) {
    await api.parts.next();
    // One event more than is wanted tells whether there is a next page.
    const wanted = Math.min(limit - events.length, most) + 1;
    const found = await api.store.journal.page(record.key, { from, limit: wanted, reverse });
    for (const event of found) {
      characters += payloadCharacters(event);
      if (events.length === limit || (characters > HISTORY_PAGE_CHARACTERS && events.length > 0)) {
        return { events, nextToken: await api.pages.make(list, [event.id]) };
      }
      events.push(toWireEvent(event, includeExecutionData));
      from = event.id + (reverse ? -1 : 1);
    }
    if (found.length < wanted || from < 1) return { events };
    most = Math.ceil(Math.min(PART_EVENTS, (PART_CHARACTERS * events.length) / (characters + 1)));
  }
};
