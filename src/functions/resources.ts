// Which function of the configuration answers for a Resource: `functions.NAME.resources`, a list of patterns.

const SUFFIX = /\.(sync|sync:2|waitForTaskToken)$/;

/** What a configured function says about the resources it answers for. */
export interface Answering {
  readonly resources?: string | readonly string[];
}

/** The function that answers for a Resource ARN; undefined when none does. */
export type AnswererOf = (arn: string) => string | undefined;

/**
 * An entry without a pattern (`.sync`, `.waitForTaskToken`) answers for the action with any pattern. Of several entries the
 * one with more literal characters wins, then the first.
 */
export function createAnswererOf(functions: Readonly<Record<string, Answering>>): AnswererOf {
  const entries = Object.entries(functions)
    .flatMap(([name, { resources = [] }]) => [resources].flat().map((entry) => ({ name, entry })))
    .map(({ name, entry }) => ({ name, matches: matcher(entry), weight: entry.replaceAll('*', '').length }))
    .sort((a, b) => b.weight - a.weight);
  return (arn) => {
    const plain = arn.replace(SUFFIX, '');
    return entries.find(({ matches }) => matches(arn) || matches(plain))?.name;
  };
}

/** Without regular expressions: a pattern of many stars must not take exponential time. */
function matcher(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  return (text) => {
    if (rest.length === 0) return text === first;
    if (!text.startsWith(first)) return false;
    const last = rest.at(-1)!;
    let at = first.length;
    for (const part of rest.slice(0, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
