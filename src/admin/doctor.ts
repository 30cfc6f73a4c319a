import { access, constants, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { bearersText } from '../../acl/index.ts';
import type { IndexCheck } from '../../index/index.ts';
import type { ProgramsInUse } from '../../ingest/index.ts';
import type { Config } from '../config/index.ts';
import type { Finding } from './finding.ts';
import { readingFindings } from './reading-findings.ts';
import { isFolder, type Status } from './status.ts';
import { surroundings } from './surroundings.ts';

const MOVE_MEND = 'leave `ntk serve` running, or run `ntk ingest`; search is by words until then';
const LOW_SPACE = 1_073_741_824;

/** Looks an installation over. Never throws: what cannot be looked at is a finding. */
export async function examine(deps: {
  readonly config: Config;
  readonly status: Status;
  readonly modelTrouble: string | null;
  readonly rerankerTrouble: string | null;
  readonly storeTrouble: string | null;
  /** Whether catalog and store agree; null when that could not be looked at. */
  readonly check: IndexCheck | null;
  /** By issuer: why its keys cannot be had, null where they can. */
  readonly issuerTrouble: ReadonlyMap<string, string | null>;
  /** What reads documents here. */
  readonly programs: ProgramsInUse;
}): Promise<Finding[]> {
  const { config, status, modelTrouble, rerankerTrouble, storeTrouble, check, issuerTrouble, programs } =
    deps;
  const findings: Finding[] = [ok('configuration', config.file)];
  findings.push(await writable(config.data), await space(config.data));
  for (const share of config.shares) {
    findings.push(
      isFolder(share.path)
        ? ok(`share ${share.name}`, share.path)
        : failed(`share ${share.name}`, `${share.path} is not a folder`, 'mount it or mend shares.path'),
    );
    if (share.acl.source === 'open') {
      findings.push(
        warning(
          `share ${share.name}`,
          'everyone may read it (acl.source: open)',
          'set acl.source to sidecar once permissions are written',
        ),
      );
    }
  }
  findings.push(directory(status, config.directory.source), ...ambiguous(status));
  for (const [issuer, trouble] of issuerTrouble) {
    const check = `sign-in ${issuer}`;
    findings.push(
      trouble === null
        ? ok(check, 'its keys can be had')
        : failed(check, trouble, 'mend signIn.issuers, or the way to that address from here'),
    );
  }
  if (storeTrouble !== null) findings.push(failed('index', storeTrouble, storeMend(storeTrouble)));
  else if (status.lastPass === null)
    findings.push(warning('index', 'nothing was ingested yet', 'run `ntk ingest`'));
  else if (status.lastPass.finished === null) {
    findings.push(
      warning('index', 'the last pass did not finish', 'run `ntk ingest`: it goes on where it stopped'),
    );
  } else
    findings.push(ok('index', `${status.documents.indexed} documents, ${status.documents.chunks} chunks`));
  if (check !== null) findings.push(agreement(check));
  if (status.documents.quarantined > 0) {
    findings.push(
      warning(
        'quarantine',
        `${status.documents.quarantined} files could not be read`,
        'see `ntk quarantine list`',
      ),
    );
  }
  if (status.moving !== null) {
    const { model, chunks, of } = status.moving;
    findings.push(warning('model', `the index moves to ${model}: ${chunks} of ${of} passages`, MOVE_MEND));
  } else if (modelTrouble !== null) findings.push(failed('model', modelTrouble, null));
  else if (config.embedding.model === 'none') {
    findings.push(ok('model', 'none configured: search is by words alone'));
  } else findings.push(ok('model', `${config.embedding.model} loads`));
  findings.push(...reranker(config, rerankerTrouble));
  findings.push(...readingFindings(config, programs), ...(await surroundings(config)));
  return findings;
}

function directory({ directory: found }: Status, source: Config['directory']['source']): Finding {
  const mend =
    source === 'scim'
      ? 'see that `ntk serve` runs and that the identity provider provisions users and groups to it'
      : 'run `ntk groups sync`';
  if (found.confirmed === null) {
    return failed('directory', 'it was never read whole: nobody is answered', mend);
  }
  if (found.lastSync?.outcome === 'failed') {
    const limit = found.stale ? 'nobody is answered' : 'the last good reading is used until it is too old';
    return failed(
      'directory',
      `the last sync failed (${found.lastSync.detail}); ${limit}`,
      'mend it and run `ntk groups sync`',
    );
  }
  if (found.stale) return failed('directory', 'it is too old: nobody is answered', mend);
  return ok('directory', `${found.users} users, ${found.groups} groups`);
}

/** Nothing where none is configured: search is whole without one. */
function reranker({ search }: Config, trouble: string | null): Finding[] {
  const { model } = search.reranker;
  if (model === 'none') return [];
  return [trouble === null ? ok('reranker', `${model} loads`) : failed('reranker', trouble, null)];
}

/** Our own errors say what mends them; those of the library that reads the store do not. */
function storeMend(trouble: string): string | null {
  return /lance/i.test(trouble) && !trouble.includes('`ntk')
    ? 'restore a backup, or remove the folder `chunks` in the data folder and run `ntk doctor --mend` and then `ntk ingest`'
    : null;
}

function agreement({ missing, doubled, orphans }: IndexCheck): Finding {
  const check = 'catalog and passages';
  const broken = missing.length + doubled.length;
  if (broken + orphans === 0) return ok(check, 'they agree');
  const mend = 'run `ntk doctor --mend`, then `ntk ingest`; while files are being read a few are normal';
  if (broken === 0) return warning(check, `passages of ${orphans} old revisions take up room`, mend);
  const [first] = [...missing, ...doubled];
  return failed(
    check,
    `${missing.length} documents have lost their passages and ${doubled.length} have them twice, for example ${first?.share}/${first?.path}`,
    mend,
  );
}

function ambiguous({ directory: { ambiguous } }: Status): Finding[] {
  const [first] = ambiguous;
  if (first === undefined) return [];
  const more = ambiguous.length === 1 ? '' : ` (and ${ambiguous.length - 1} more: see \`ntk status --json\`)`;
  return [
    warning(
      'identities',
      `${first.name} belongs to ${bearersText(first.bearers)}: nobody whom it concerns is answered${more}`,
      'leave each name to one person or group, and run `ntk groups sync`',
    ),
  ];
}

async function writable(folder: string): Promise<Finding> {
  try {
    await access(folder, constants.W_OK);
    await access(join(folder, 'catalog.sqlite'), constants.W_OK);
    return ok('data folder', folder);
  } catch {
    return failed(
      'data folder',
      `${folder} is not writable`,
      'mend its permissions or set data to another folder',
    );
  }
}

async function space(folder: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${(free / LOW_SPACE).toFixed(1)} GB free`;
    return free < LOW_SPACE
      ? warning('disk', detail, 'make room: ingestion stops when the disk is full')
      : ok('disk', detail);
  } catch (error) {
    return warning('disk', `free space is unknown (${(error as NodeJS.ErrnoException).code})`, null);
  }
}

function ok(check: string, detail: string): Finding {
  return { check, state: 'ok', detail, mend: null };
}

function warning(check: string, detail: string, mend: string | null): Finding {
  return { check, state: 'warning', detail, mend };
}

function failed(check: string, detail: string, mend: string | null): Finding {
  return { check, state: 'failed', detail, mend };
}
