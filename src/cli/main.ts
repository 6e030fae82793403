// Entry of the `treadle` command. Kept tiny so that the compile cache is on before anything of size is loaded.

import { useCompileCache } from './compile-cache.ts';

useCompileCache();
const { main } = await import('./program.ts');
await main(process.argv.slice(2));
