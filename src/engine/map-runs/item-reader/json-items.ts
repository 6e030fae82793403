// Items in JSON and JSON Lines files. Source: AWS, "ItemReader (Map)"; RFC 6901 for ItemsPointer.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  parseJson,
  stringifyJson,
} from '../../../base/json.ts';
import { jacksonMessage } from '../../../text/jackson.ts';
import { checkItemSize, ItemReaderFailed } from './failure.ts';

export interface JsonItem {
  readonly key?: string;
  readonly value: Json;
}

/** Elements of the array, or members of the object, that the file holds or `pointer` leads to. @throws ItemReaderFailed */
export function* jsonItems(text: string, pointer: string | undefined): Generator<JsonItem> {
  const document = parsed(text, 'The JSON file');
  const node = pointer === undefined ? document : pointed(document, pointer);
  // Only what stands in a large file can be a large item.
  const check = (value: Json): void => {
    if (text.length > 1_000_000) checkItemSize(stringifyJson(value).length, 'An item of the JSON file');
  };
  if (isJsonArray(node)) {
    for (const value of node) {
      check(value);
      yield { value };
    }
  } else if (isJsonObject(node)) {
    for (const key of Object.keys(node)) {
      check(node[key]!);
      yield { key, value: node[key]! };
    }
  } else throw new ItemReaderFailed('Attempting to map over non-iterable node.');
}

/** The value of each line that is not blank. @throws ItemReaderFailed */
export function* jsonLines(text: string): Generator<JsonItem> {
  let line = 0;
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const one = text.slice(at, end).trim();
    at = end + 1;
    line++;
    if (one === '') continue;
    const where = `Line ${line} of the JSONL file`;
    checkItemSize(one.length, where);
    yield { value: parsed(one, where) };
  }
}

function parsed(text: string, where: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw new ItemReaderFailed(`${where} is not valid JSON: ${jacksonMessage(text)}`);
  }
}

function pointed(document: Json, pointer: string): Json {
  let node: Json | undefined = document;
  const steps = pointer === '' ? [] : pointer.split('/');
  if (steps.length > 0 && steps.shift() !== '') throw noMatch();
  for (const step of steps) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isJsonArray(node)) node = /^(0|[1-9]\d*)$/.test(name) ? node[Number(name)] : undefined;
    else node = isJsonObject(node) ? getMember(node, name) : undefined;
    if (node === undefined) throw noMatch();
  }
  return node as Json;
}

function noMatch(): ItemReaderFailed {
  return new ItemReaderFailed(
    'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
  );
}
