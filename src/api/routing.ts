// Which version of an alias a request gets.

import type { Alias, Route } from '../store/store.ts';

/** Chooses the version of an alias that answers one request. */
export type ChooseRoute = (alias: Alias) => Route;

/** The one that gets the most; of two equal ones the first. For requests that only look. */
export const heaviestRoute: ChooseRoute = ({ routing }) =>
  routing.reduce((most, route) => (route.weight > most.weight ? route : most));

/**
 * Shares starts out by weight. Each alias steps through the multiples of the golden ratio, whose fractions fill 0 to 1 as
 * evenly as can be: after n starts each version has its share to within a few starts, without the pattern of taking turns.
 * @param random 0 to 1, exclusive: where an alias begins.
 */
export function openRouter(random: () => number): ChooseRoute {
  const GOLDEN = (Math.sqrt(5) - 1) / 2;
  const MOST_ALIASES = 10_000;
  const positions = new Map<string, number>();
  return (alias) => {
    const [first, second] = alias.routing;
    if (second === undefined) return first!;
    const position = ((positions.get(alias.arn) ?? random()) + GOLDEN) % 1;
    // Of an alias that is forgotten the steps begin anew.
    if (positions.size >= MOST_ALIASES && !positions.has(alias.arn)) positions.clear();
    positions.set(alias.arn, position);
    return position * 100 < first!.weight ? first! : second;
  };
}
