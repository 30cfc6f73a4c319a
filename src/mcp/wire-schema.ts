import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';

/**
 * A tool's schema as clients see it, converted once.
 *
 * It lets every value through: the gate validates, so that a wrong argument is answered in the gate's words
 * and stands in the audit. Validating here as well would also run the schema's transforms twice.
 */
export function wireSchema(schema: z.ZodObject, direction: 'input' | 'output'): StandardSchemaWithJSON {
  const json = z.toJSONSchema(schema, {
    io: direction,
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // Every client reads these with every conversation: bounds that any number meets only cost room.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
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
