import { describe, expect, it } from 'vitest';
import { type PrincipalId, principalId } from '../../../acl/index.ts';
import { type TurnLimits, Turns, turnLimits } from '../../../src/governance/index.ts';

const ANNA = principalId('user:anna');
const BOB = principalId('user:bob');
const CARLA = principalId('user:carla');
const LIMITS: TurnLimits = { running: 2, runningEach: 1, waiting: 6, waitingEach: 4, turnedAwayMs: 0 };

/** A line whose every call is noted as soon as something becomes of it. */
function line(limits: Partial<TurnLimits> = {}) {
  const turns = new Turns({ ...LIMITS, ...limits });
  const outcomes: string[] = [];
  const ends: (() => void)[] = [];
  return {
    outcomes,
    /** Ends the turn that was taken first. */
    end: async (): Promise<void> => {
      ends.shift()?.();
      await settle();
    },
    ask: async (person: PrincipalId, name: string, signal = new AbortController().signal): Promise<void> => {
      turns.take(person, signal).then((turn) => {
        outcomes.push(turn.kind === 'taken' ? name : `${name} ${turn.kind}`);
        if (turn.kind === 'taken') ends.push(turn.end);
      });
      await settle();
    },
  };
}

/** Long enough for one who is turned away to hear of it. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('Turns', () => {
  it('lets no more run at once than the limit, of whomever', async () => {
    const { ask, outcomes, end } = line();
    await ask(ANNA, 'anna');
    await ask(BOB, 'bob');
    await ask(CARLA, 'carla');
    expect(outcomes).toEqual(['anna', 'bob']);
    await end();
    expect(outcomes).toEqual(['anna', 'bob', 'carla']);
  });

  it('lets no more of one person run at once than the limit for one, though there is room', async () => {
    const { ask, outcomes } = line();
    await ask(ANNA, 'a1');
    await ask(ANNA, 'a2');
    await ask(BOB, 'bob');
    expect(outcomes).toEqual(['a1', 'bob']);
  });

  it('lets people take turns, each in the order of asking', async () => {
    const { ask, outcomes, end } = line({ running: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4']) await ask(ANNA, name);
    for (const name of ['b1', 'b2']) await ask(BOB, name);
    await ask(CARLA, 'c1');
    for (let ended = 0; ended < 6; ended += 1) await end();
    expect(outcomes).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('passes over a person who has as many running as one may, without losing his place', async () => {
    const { ask, outcomes, end } = line();
    await ask(ANNA, 'a1');
    await ask(BOB, 'b1');
    await ask(BOB, 'b2');
    await ask(CARLA, 'c1');
    await end();
    expect(outcomes).toEqual(['a1', 'b1', 'c1']);
    await end();
    expect(outcomes).toEqual(['a1', 'b1', 'c1', 'b2']);
  });

  it('turns away who has a full line, and nobody else', async () => {
    const { ask, outcomes } = line({ running: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) await ask(ANNA, name);
    await ask(BOB, 'b1');
    expect(outcomes).toEqual(['a1', 'a6 own-line-full']);
  });

  it('makes room in a full line for one with a shorter line by the latest of the longest', async () => {
    const { ask, outcomes, end } = line({ running: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) await ask(ANNA, name);
    for (const name of ['b1', 'b2']) await ask(BOB, name);
    await ask(CARLA, 'c1');
    expect(outcomes).toEqual(['a1', 'a5 line-full']);
    for (let ended = 0; ended < 6; ended += 1) await end();
    expect(outcomes.slice(2)).toEqual(['a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('turns away when the line is full of people who have no more in it', async () => {
    const { ask, outcomes } = line({ running: 1, waiting: 2 });
    await ask(ANNA, 'a1');
    await ask(ANNA, 'a2');
    await ask(BOB, 'b1');
    await ask(CARLA, 'c1');
    expect(outcomes).toEqual(['a1', 'c1 line-full']);
  });

  it('lets one who gave up leave the line, so that his place is free', async () => {
    const { ask, outcomes, end } = line({ running: 1, waitingEach: 1 });
    const gone = new AbortController();
    await ask(ANNA, 'a1');
    await ask(BOB, 'b1', gone.signal);
    gone.abort();
    await settle();
    await ask(BOB, 'b2');
    await end();
    expect(outcomes).toEqual(['a1', 'b1 given-up', 'b2']);
  });

  it('keeps who is turned away waiting for that, unless he gives up', async () => {
    const { ask, outcomes } = line({ running: 1, waitingEach: 1, turnedAwayMs: 60_000 });
    const gone = new AbortController();
    await ask(ANNA, 'a1');
    await ask(ANNA, 'a2');
    await ask(ANNA, 'a3', gone.signal);
    expect(outcomes).toEqual(['a1']);
    gone.abort();
    await settle();
    expect(outcomes).toEqual(['a1', 'a3 given-up']);
  });

  it('gives no turn to one who gave up before asking', async () => {
    const { ask, outcomes } = line();
    await ask(ANNA, 'a1', AbortSignal.abort());
    expect(outcomes).toEqual(['a1 given-up']);
  });

  it('lets only one in for a turn that is ended twice', async () => {
    const turns = new Turns({ ...LIMITS, running: 1 });
    const { signal } = new AbortController();
    const first = await turns.take(ANNA, signal);
    const second = turns.take(BOB, signal);
    const third = turns.take(CARLA, signal).then(() => 'in');
    if (first.kind !== 'taken') throw new Error('no turn');
    first.end();
    first.end();
    await second;
    expect(await Promise.race([third, settle().then(() => 'waits')])).toBe('waits');
  });

  it('is as it was at the beginning after all have ended', async () => {
    const { ask, outcomes, end } = line();
    for (let round = 0; round < 3; round += 1) {
      for (const person of [ANNA, BOB, CARLA]) await ask(person, String(round));
      for (let ended = 0; ended < 3; ended += 1) await end();
    }
    expect(outcomes).toEqual(['0', '0', '0', '1', '1', '1', '2', '2', '2']);
  });
});

describe('turnLimits', () => {
  it.each([1, 2, 16])('leaves a place that no one person can hold, on %i processors', (processors) => {
    const { running, runningEach } = turnLimits(processors);
    expect(runningEach).toBeLessThan(running);
  });
});
