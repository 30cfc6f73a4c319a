import fc from 'fast-check';
import { DIRECTORY_DEEDS } from './directory-deeds.ts';
import { FILE_DEEDS } from './file-deeds.ts';
import { LIST_DEEDS } from './list-deeds.ts';
import { lookWithin } from './look.ts';
import { type Deeds, type Model, Step } from './step.ts';
import type { Street } from './street.ts';

const PASS_DEEDS = {
  pass: {
    weight: 7,
    deed: async (street) => {
      const wrong: string[] = [];
      await street.pass(async (coming) => {
        wrong.push(...(await lookWithin(street, coming)));
      });
      if (wrong.length > 0) throw new Error(wrong.join('\n  '));
      return `${street.town.files.size} files`;
    },
  },
  crash: {
    weight: 5,
    deed: async (street, pick) => {
      const writes = pick(Array.from({ length: 20 }, (_, at) => at)) ?? 0;
      return (await street.passCutOff(writes)) ? `after ${writes} writes of a pass` : 'came too late';
    },
  },
} satisfies Deeds;

const DEEDS: Deeds = { ...LIST_DEEDS, ...FILE_DEEDS, ...DIRECTORY_DEEDS, ...PASS_DEEDS };

/** Steps in a row, each drawn with its weight. */
export function sequences(maxSteps: number): fc.Arbitrary<Iterable<fc.AsyncCommand<Model, Street>>> {
  const numbers = fc.array(fc.nat({ max: 999 }), { minLength: 3, maxLength: 3 });
  const kinds = Object.entries(DEEDS).flatMap(([name, { weight, deed }]) =>
    Array.from({ length: weight }, () => numbers.map((drawn) => new Step(name, deed, drawn))),
  );
  return fc.commands(kinds, { maxCommands: maxSteps, size: 'max' });
}

/** Every kind of step once, with a pass behind each that changes the share. */
export function eachStep(): fc.AsyncCommand<Model, Street>[] {
  const numbers = [0, 1, 2];
  const pass = new Step('pass', PASS_DEEDS.pass.deed, numbers);
  return Object.entries(DEEDS).flatMap(([name, { deed }]) => {
    const step = new Step(name, deed, numbers);
    return name in DIRECTORY_DEEDS || name in PASS_DEEDS ? [step] : [step, pass];
  });
}
