import {
  type Descriptor,
  parsePosix,
  parseSddl,
  type SecurityDescriptor,
  type ShareId,
} from '../../acl/index.ts';
import { entries } from '../support/access.ts';
import type { Setting } from './case.ts';
import { filled } from './people.ts';

/** What a source would make of a setting in a share; null where it would refuse. */
export function descriptorOf(set: Setting, share: ShareId): Descriptor | null {
  if ('unreadable' in set) return null;
  const common = { share, shareEntries: entries('allow everyone') };
  switch (set.system) {
    case 'sidecar': {
      const shareEntries = set.share === undefined ? common.shareEntries : entries(...set.share);
      return { share, system: 'sidecar', shareEntries, entries: entries(...set.list) };
    }
    case 'posix': {
      const [file, ...ancestors] = [set.list, ...(set.folders ?? [])].map((text) => {
        const parsed = parsePosix(filled(text, 'number'));
        if (!parsed.ok) throw new Error(parsed.error);
        return parsed.acl;
      });
      if (file === undefined) throw new Error('no list');
      return { ...common, system: 'posix', chain: { file, ancestors } };
    }
    case 'windows': {
      const file = windows(set.list);
      if (file === null) return null;
      const shareLevel = set.share === undefined ? null : windows(set.share);
      return { ...common, system: 'windows', file, shareLevel };
    }
  }
}

function windows(sddl: string): SecurityDescriptor | null {
  const parsed = parseSddl(filled(sddl, 'sid'));
  return parsed.ok ? parsed.descriptor : null;
}
