// In some worlds most decisions count as long, and are made beside the loop after a while.

import { DefinitionCache } from '../../src/asl/analysis.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { EngineOptions } from '../../src/engine/create.ts';
import { inProcessPool } from '../../src/engine/threads/in-process.ts';
import { createTaskTokens } from '../../src/engine/tokens.ts';
import type { Random } from './random.ts';

/** Of the tokens of tasks. */
export const SECRET = 'simulated';

/** @param process number of the process in its world */
export function poolOf(
  { random: world, beside }: { readonly random: Random; readonly beside?: boolean },
  process: number,
  clock: Clock,
): Pick<EngineOptions, 'pool' | 'loopUnits' | 'mostUncleanEnds'> {
  // Processes of a simulation end all the time, and no execution is the reason.
  const mostUncleanEnds = Number.POSITIVE_INFINITY;
  if (beside !== true) return { mostUncleanEnds };
  const random = world.fork(`pool of ${process}`);
  const loopUnits = world.fork('allowance').pick([undefined, undefined, 0, 100]);
  if (loopUnits === undefined) return { mostUncleanEnds };
  const workshop = {
    definitions: new DefinitionCache(),
    tokens: createTaskTokens(SECRET),
    random: () => random.next(),
    uuid: () => random.uuid(),
    elapsed: clock.now,
  };
  return { mostUncleanEnds, loopUnits, pool: inProcessPool(workshop, clock, () => random.int(0, 300)) };
}
