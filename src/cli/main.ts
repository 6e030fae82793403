// Entry of the `treadle` command. Kept tiny so that the compile cache is on before anything of size is loaded.

import { useCompileCache } from './compile-cache.ts';

useCompileCache();
// Node's diagnostic reports would hold every variable of the environment.
if (process.report !== undefined) process.report.excludeEnv = true;
const { main } = await import('./program.ts');
await main(process.argv.slice(2));
