import { expect, it } from 'vitest';
import { decide, OpenSource, principalId, SidecarSource, shareId } from '../../acl/index.ts';
import { descriptorSourceContract } from '../contracts/descriptor-source.ts';
import { entries, tokenOf } from '../support/access.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';

const DIRECTORY = { users: ['anna', 'bob'] };
const SHARE = { share: shareId('docs'), shareEntries: entries('allow everyone') };

descriptorSourceContract('the sidecar source', async () => {
  const root = tempFolder();
  writeFiles(root, {
    '.acl.yaml': 'entries:\n  - allow: everyone\n',
    'closed/.acl.yaml': 'inherit: false\nentries:\n  - allow: user:anna\n',
  });
  const knows = (principal: string) => principal === principalId('user:anna');
  return {
    source: new SidecarSource({ ...SHARE, root, knows }),
    directory: DIRECTORY,
    tellsApart: true,
    breakIt: async () => {
      writeFiles(root, { 'closed/.acl.yaml': 'entries: [' });
      return true;
    },
  };
});

descriptorSourceContract('the open source', async () => ({
  source: new OpenSource({ ...SHARE, knows: () => false }),
  directory: DIRECTORY,
  tellsApart: false,
  breakIt: async () => false,
}));

it('the open source still asks the list of the share', async () => {
  const source = new OpenSource({
    ...SHARE,
    shareEntries: entries('deny user:bob', 'allow everyone'),
    knows: () => true,
  });
  const reading = await source.descriptorOf();
  const descriptor = reading.ok ? reading.descriptor : null;
  expect(decide(descriptor, tokenOf('bob', DIRECTORY)).read).toBe(false);
  expect(decide(descriptor, tokenOf('anna', DIRECTORY)).read).toBe(true);
});

it('the open source refuses when the list of the share denies somebody unknown', async () => {
  const shareEntries = entries('deny user:bbo', 'allow everyone');
  const source = new OpenSource({ ...SHARE, shareEntries, knows: (principal) => principal === 'user:bob' });
  expect(await source.descriptorOf()).toMatchObject({ ok: false, reason: 'acl-unreadable' });
});
