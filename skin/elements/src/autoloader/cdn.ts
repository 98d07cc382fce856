import { Autoloader } from './loader.ts';

/** The page's autoloader, started by the script `dist/cdn/autoloader.js`; it loads from the folder of that script. */
export const autoloader: Autoloader = new Autoloader({ base: new URL('.', import.meta.url) });

autoloader.observe(document);
