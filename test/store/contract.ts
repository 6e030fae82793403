// What every store promises, as tests, one file per aspect in contract/. Each backend runs all of it on empty stores of
// its own; what not every backend can do is a named capability.

import { describe } from 'vitest';
import { describeActivities } from './contract/activities.ts';
import { type Backend, storeTest } from './contract/backend.ts';
import { describeCatalog } from './contract/catalog.ts';
import { describeCommit } from './contract/commit.ts';
import { describeExecutions } from './contract/executions.ts';
import { describeJournal } from './contract/journal.ts';
import { describeMapRuns } from './contract/map-runs.ts';
import { describeRestart } from './contract/restart.ts';
import { describeVersions } from './contract/versions.ts';
import { describeWork } from './contract/work.ts';

export function describeStore(backend: Backend): void {
  const it = storeTest(backend);
  describe(backend.name, () => {
    describeCommit(it);
    describeJournal(it);
    describeCatalog(it);
    describeVersions(it);
    describeActivities(it);
    describeExecutions(it);
    describeWork(it);
    describeMapRuns(it);
    if (backend.capabilities.restart) describeRestart(it);
  });
}
