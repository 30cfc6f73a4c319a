import { beforeAll, describe, expect, it } from 'vitest';
import { search } from '../../../src/search/index.ts';
import { tokenOf } from '../../support/access.ts';
import { asker, Shelf } from '../../support/shelf.ts';

const ANNA = tokenOf('anna', { users: ['anna'] });

/** What a document says, and how people ask for it. Every question must bring its document first. */
const WRITTEN = [
  {
    says: 'Invoice INV-2024-0113 was paid.',
    asked: ['INV-2024-0113', 'inv-2024-0113', 'INV/2024/0113', 'INV 2024 0113', '0113', '2024-0113'],
  },
  { says: 'Invoice INV-2023-0114 was paid.', asked: ['INV-2023-0114', '0114'] },
  {
    says: 'Canone annuo: € 1.250,00 oltre IVA.',
    asked: ['€ 1.250,00', '1,250.00', '1250', '1.250', '1250,00', '1\u00a0250,00', "1'250.00"],
  },
  {
    says: 'The fee is £3,480.50 for each site.',
    asked: ['3,480.50', '3.480,50', '3480.5', '3480,50', '3480'],
  },
  {
    says: 'Holiday is carried over under art. 4.2 of the agreement.',
    asked: ['art. 4.2', 'art 4.2', 'Article 4.2', '4.2'],
  },
  { says: 'Notice is given under art. 4.3 of the agreement.', asked: ['art. 4.3', '4.3'] },
  { says: 'Revenue of FY2023 rose.', asked: ['FY2023', 'fy2023', 'FY 2023', 'FY-2023'] },
  {
    says: 'Call the desk at +39 02 5550134 before noon.',
    asked: ['+39 02 5550134', '02 5550134', '02-5550134', '025550134', '+39025550134', '5550134'],
  },
  {
    says: 'The contract ends on 12.03.2027.',
    asked: ['12.03.2027', '2027-03-12', '12/03/2027', '12.3.2027', '2027'],
  },
  { says: 'Signed on 2019-11-05 in Padova.', asked: ['2019-11-05', '05.11.2019', '5/11/2019', '2019'] },
  {
    says: 'Write to anna.rossi@example.com for keys.',
    asked: ['anna.rossi@example.com', 'ANNA.ROSSI@EXAMPLE.COM', 'anna rossi', 'rossi'],
  },
  {
    says: 'See budget_plan_v7.xlsx on the share.',
    asked: ['budget_plan_v7.xlsx', 'budget plan v7', 'budget-plan'],
  },
  { says: 'The parser is written in C++ here.', asked: ['C++', 'c++'] },
  { says: 'The client is written in C# here.', asked: ['C#'] },
  { says: 'The portal runs on .NET alone.', asked: ['.NET', '.net', 'NET'] },
  { says: 'R&D spends a tenth.', asked: ['R&D', 'r&d'] },
  {
    says: 'Formazione secondo il D.Lgs. 81/2008.',
    asked: ['D.Lgs. 81/2008', 'dlgs 81/2008', 'D. Lgs. 81-2008', '81/2008'],
  },
  { says: 'Partita IVA IT12345678901.', asked: ['IT12345678901', '12345678901', 'IT 12345678901'] },
  {
    says: 'Pay to IT60 X054 2811 1010 0000 0123 456.',
    asked: [
      'IT60X0542811101000000123456',
      'IT60 X054 2811 1010 0000 0123 456',
      'it60x0542811101000000123456',
    ],
  },
  { says: 'Fixed in v2.3.1 of the agent.', asked: ['v2.3.1', '2.3.1', 'V2.3.1'] },
  { says: 'Fixed in v2.3.7 of the agent.', asked: ['v2.3.7', '2.3.7'] },
  { says: 'The lift holds 630kg at most.', asked: ['630kg', '630 kg', '630'] },
  { says: 'Certified under ISO-27001 since spring.', asked: ['ISO-27001', 'ISO 27001', 'ISO27001', '27001'] },
  { says: 'Audited under ISO 14064 since autumn.', asked: ['ISO-14064', 'ISO 14064', 'ISO14064'] },
  { says: 'Unused days are a carry-over.', asked: ['carry-over', 'carryover', 'carry over', 'carry-overs'] },
  { says: 'Postboxes: every email is kept.', asked: ['e-mail', 'email', 'e mail', 'e-mails'] },
  { says: 'The makeover of the lobby.', asked: ['make-over', 'makeover', 'make over'] },
  { says: 'Spiegare il perché della scelta.', asked: ["perche' della scelta", 'perché scelta', 'SCELTA'] },
  {
    says: "Nell'anno in corso l'indennità è ridotta.",
    asked: ["l'indennita'", 'indennità', "dell'indennità", 'indennita'],
  },
  {
    says: 'Modulo da inviare all’ufficio acquisti.',
    asked: ['inviarlo', 'inviarla', "l'invio del modulo acquisti"],
  },
  { says: 'The TravelPolicy template is new.', asked: ['TravelPolicy', 'travel policy', 'travelpolicy'] },
] as const;

const CASES = WRITTEN.flatMap(({ says, asked }, at) => asked.map((question) => ({ question, says, at })));

describe('a document is found first', () => {
  let shelf: Shelf;

  beforeAll(async () => {
    shelf = await Shelf.open();
    await shelf.add(
      ...WRITTEN.map(({ says }, at) => ({
        path: `d${at}x.txt`,
        acl: ['allow user:anna'],
        chunks: [
          {
            text: says,
            language: /[àèéìòù]|Canone|Partita|Formazione|Modulo/.test(says)
              ? ('it' as const)
              : ('en' as const),
          },
        ],
      })),
    );
  });

  it.each(CASES)('by $question: $says', async ({ question, at }) => {
    const query = { text: question, limit: 10, budgetTokens: 2_000, filter: {} };
    const { results } = await search(shelf.deps, query, asker(ANNA));
    expect(results[0]?.path).toBe(`d${at}x.txt`);
  });
});
