// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// A server that mostly waits: the heap may rather be collected more often than grow.
setFlagsFromString('--optimize-for-size');

enableCompileCache(fileURLToPath(new URL('../../.cache/compile', import.meta.url)));
await import('./src/main.ts');
