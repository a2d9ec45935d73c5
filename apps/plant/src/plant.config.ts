import { MATERIAL_STREAMS } from '#contracts';
import { logLevelField } from '#process';
import { z } from 'zod';
import { WORLD_NAMES } from './conditions.js';

const wholeNumber = (least: number, most: number): z.ZodType<number> =>
  z.coerce.number().int().min(least).max(most);

/** What a seed can ask for. */
const ASKED = WORLD_NAMES.map((name) => `${name}/`);

/** Environment of the plant; every problem is told at once. */
export const plantEnvironment = z.object({
  GATEWAY_URL: z
    .url()
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('the address of the gateway, as http://127.0.0.1:7101'),
  TOKENS_FILE: z.string().min(1).describe('the JSON file of bearer tokens by source'),
  KEYS_DIR: z.string().min(1).describe('the folder of <source>.pem, Ed25519'),
  DATA_DIR: z.string().min(1).describe('a folder for spools and truth.ndjson'),
  PLANT_RATE: z.coerce
    .number()
    .min(1)
    .max(1_000_000)
    .default(200)
    .describe('pieces a second over all lines'),
  PLANT_SITES: wholeNumber(1, 64).default(1).describe('a number of sites from 1'),
  PLANT_STREAMS: z
    .string()
    .default('steel')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(MATERIAL_STREAMS)))
    .describe(`a list of ${MATERIAL_STREAMS.join(', ')}`),
  PLANT_SEED: z
    .string()
    .min(1)
    .default('urbanmine')
    .describe(
      `any text; it names the world, and one that begins with ${ASKED.join(', ')} asks for it`,
    ),
  PLANT_FRAME_PIECES: wholeNumber(1, 256)
    .optional()
    .describe('pieces of a full frame, 1 to 256; not set: what 100 ms bring'),
  PLANT_BACKLOG_EVENTS: wholeNumber(1, 1_000_000)
    .optional()
    .describe(
      'events not in the ledger at which a line waits; not set: only a full spool stops it',
    ),
  ...logLevelField,
});

export type PlantConfig = z.output<typeof plantEnvironment>;
