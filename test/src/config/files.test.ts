import { describe, expect, it } from 'vitest';
import { filePolicy } from '../../../src/compose/reading.ts';
import { ConfigError, toConfig } from '../../../src/config/index.ts';

const text = (files: string, ingest = ''): string => `data: data
shares:
  - name: docs
    path: share
    acl: { source: sidecar }
    files: { ${files} }
directory: { source: file, path: directory.yaml }
ingest: { ${ingest} }
`;

function refusal(files: string, ingest = ''): string {
  try {
    toConfig('/etc/ntk/need-to-know.yaml', text(files, ingest));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('rules of what is read, in the configuration', () => {
  it('let everything be read when nothing is said', () => {
    const { shares, ingest } = toConfig('/etc/ntk/need-to-know.yaml', text(''));
    expect(shares.map((share) => filePolicy(share, ingest))).toEqual([
      {
        allow: null,
        deny: [],
        macros: 'text',
        executables: 'text',
        archives: 'open',
        maxBytes: null,
        scan: 'none',
      },
    ]);
  });

  it('become the policy of the share', () => {
    const { shares, ingest } = toConfig(
      '/etc/ntk/need-to-know.yaml',
      text(
        'allow: [pdf, docx], deny: [zip], macros: block, executables: block, archives: list, maxMegabytes: 2',
        'clamav: { socket: run/clamd.ctl }',
      ),
    );
    expect(shares.map((share) => filePolicy(share, ingest))).toEqual([
      {
        allow: ['pdf', 'docx'],
        deny: ['zip'],
        macros: 'block',
        executables: 'block',
        archives: 'list',
        maxBytes: 2_097_152,
        scan: 'required',
      },
    ]);
    expect(ingest.clamav).toEqual({ socket: '/etc/ntk/run/clamd.ctl', timeoutSeconds: 120 });
  });

  it.each([
    ['deny: [word]', /shares\.0\.files\.deny\.0: no file is ever of this type: .*docs\/formats\.md/],
    ['allow: []', /shares\.0\.files\.allow/],
    ['macros: run', /shares\.0\.files\.macros/],
    ['encrypted: read', /shares\.0\.files\.encrypted: no such key/],
  ])('are refused with the key when they say %s', (files, says) => {
    expect(refusal(files)).toMatch(says);
  });
});
