// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../.cache/compile', import.meta.url)));
await import('./src/main.ts');
