import { Bone } from '@organism/skeletal';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { weekFile } from './feed.ts';

const config = z.strictObject({
  port: z.coerce.number().int().min(0).max(65_535).default(3000),
  host: z.string().min(1).default('127.0.0.1'),
  speed: z.coerce.number().min(1).max(100_000).default(1000),
  data: z.string().min(1).default(weekFile),
  journal: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../.data/escalations.db', import.meta.url))),
  uploads: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../.data/uploads', import.meta.url))),
  maxUploadBytes: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 30)
    .default(32 * 2 ** 20),
  heart: z.string().min(1).default('memory:'),
  escalateAfterMs: z.coerce.number().int().min(1).max(86_400_000).default(60_000),
  once: z.boolean().default(false),
  maxBodyBytes: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 ** 20),
});
export type Config = z.output<typeof config>;
/** The app's configuration. */
export const Config: Bone<Config, z.input<typeof config>> = new Bone('seismic.config', config);

/** How to start the app. */
export const usage = `Usage: npm start -- [options]

  --once          process the whole week at once, print a summary and exit
  --speed <n>     recorded seconds per real second (default 1000; SPEED)
  --data <file>   a GeoJSON feed in USGS's format (default: the week of 31 January 2018; DATA)
  --journal <file> where alert escalations are kept, or "memory" (default: .data/escalations.db of the app; JOURNAL)
  --uploads <folder> where uploaded files are kept for a while (default: .data/uploads of the app; UPLOADS)
  --heart <url>   where messages travel: memory: (default), sqlite:<file>, redis://, nats://, amqp://; processes that have
                  the same one share the feed (HEART_URL)
  --port <n>      (default 3000; PORT)
  --host <name>   (default 127.0.0.1; HOST)
  --help
`;

/**
 * Reads the configuration from the command line and the environment; the command line wins.
 *
 * @throws {ValidationError} naming the setting.
 */
export const readConfig = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Config | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean' },
      help: { type: 'boolean' },
      speed: { type: 'string' },
      data: { type: 'string' },
      journal: { type: 'string' },
      uploads: { type: 'string' },
      heart: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
    },
  });
  const { help, ...given } = values;
  if (help === true) return 'help';
  const named = {
    port: env['PORT'],
    host: env['HOST'],
    speed: env['SPEED'],
    data: env['DATA'],
    journal: env['JOURNAL'],
    uploads: env['UPLOADS'],
    maxUploadBytes: env['MAX_UPLOAD_BYTES'],
    heart: env['HEART_URL'],
    escalateAfterMs: env['ESCALATE_AFTER_MS'],
    maxBodyBytes: env['MAX_BODY_BYTES'],
  };
  const set = Object.entries({ ...named, ...given }).filter(([, value]) => value !== undefined && value !== '');
  return Config.parse({
    ...named,
    ...Object.fromEntries(Object.keys(named).map((key) => [key, undefined])),
    ...Object.fromEntries(set),
  });
};
