import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';

/**
 * A tool's schema as clients see it, converted once.
 *
 * It lets every value through: the gate validates, so that a wrong argument is answered in the gate's words
 * and stands in the audit. Validating here as well would also run the schema's transforms twice.
 */
export function wireSchema(schema: z.ZodObject, direction: 'input' | 'output'): StandardSchemaWithJSON {
  const json = portable(z.toJSONSchema(schema, { io: direction, target: 'draft-2020-12' }));
  const convert = (): Record<string, unknown> => ({ ...json });
  return {
    '~standard': {
      version: 1,
      vendor: 'need-to-know',
      validate: (value) => ({ value }),
      jsonSchema: { input: convert, output: convert },
    },
  };
}

/**
 * The same schema for the simplest of clients: a nullable type as a choice of two types, which every one
 * maps, and without the bounds that all whole numbers meet, which every conversation would pay for.
 */
function portable(schema: object): Record<string, unknown> {
  const done: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) continue;
    if (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) continue;
    if (key === 'type' && Array.isArray(value)) done.anyOf = value.map((type: unknown) => ({ type }));
    else done[key] = nested(value);
  }
  return done;
}

function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested);
  return typeof value === 'object' && value !== null ? portable(value) : value;
}
