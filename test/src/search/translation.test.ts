import { beforeAll, describe, expect, it } from 'vitest';
import { parseDictionary } from '../../../index/index.ts';
import { search } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf } from '../../support/shelf.ts';

const ANNA = tokenOf('anna', { users: ['anna', 'bob'] });
const ACL = ['allow user:anna'];
const DICTIONARY = parseDictionary(
  'words.tsv',
  [
    ['ferie', 'holidays'],
    ['rimborso', 'reimbursement'],
    ['trasferta', 'business trip'],
    ['preavviso', 'notice'],
    ['parcheggio', 'parking'],
  ]
    .map(([it, en]) => `${it}\tit\t${en}\ten`)
    .join('\n'),
);

describe('a question in a language the passages are not in', () => {
  let shelf: Shelf;
  const ask = async (text: string, dictionary = DICTIONARY): Promise<string[]> => {
    const deps = { ...shelf.deps, dictionary: { current: async () => dictionary } };
    const query = { text, limit: 10, budgetTokens: 4_000, filter: {} };
    return (await search(deps, query, asker(ANNA))).results.map(({ path }) => path);
  };

  beforeAll(async () => {
    shelf = await Shelf.open();
    const texts = {
      leave: 'Unused holidays lapse in March.',
      trip: 'Every business trip is approved before it is booked.',
      refund: 'Reimbursement is paid with the salary.',
      notice: 'The notice is two months.',
      parking: 'Parking is free for visitors.',
      series: 'The series of fairs ends in autumn.',
    };
    await shelf.add(
      ...Object.entries(texts).map(([name, text]) => ({ path: `${name}.txt`, acl: ACL, chunks: [text] })),
      { path: 'italian.txt', acl: ACL, chunks: [{ text: 'Le ferie spettano a tutti.', language: 'it' }] },
      { path: 'secret.txt', acl: ['allow user:bob'], chunks: ['Holidays of the director.'] },
    );
    await shelf.store.optimise();
  });

  it.each([
    { asked: 'chi approva le trasferte', first: 'trip.txt' },
    { asked: 'quando arriva il rimborso', first: 'refund.txt' },
    { asked: 'preavviso', first: 'notice.txt' },
    { asked: 'dove trovo il parcheggio', first: 'parking.txt' },
  ])('is answered by what its words mean: $asked', async ({ asked, first }) => {
    expect((await ask(asked))[0]).toBe(first);
  });

  it('finds nothing without a dictionary', async () => {
    expect(await ask('preavviso', parseDictionary('none.tsv', ''))).toEqual([]);
  });

  it('brings what is written in its own words first', async () => {
    expect(await ask('ferie')).toEqual(['italian.txt', 'leave.txt']);
  });

  it('finds nothing that the asker may not read', async () => {
    expect(await ask('ferie')).not.toContain('secret.txt');
  });
});
