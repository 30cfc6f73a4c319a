import { CatalogError } from './catalog.ts';

/** The error for a catalog that cannot be opened, with what mends it. */
export function catalogUnavailable(path: string, error: Error): CatalogError {
  const damaged = /not a database|malformed/i.test(error.message);
  const mend = damaged
    ? 'the file is damaged; restore a backup with `ntk restore`, or move it away and run `ntk ingest`, after which access tokens must be made again'
    : 'check that the data folder exists, is writable and has free space';
  return new CatalogError(
    'catalog-unavailable',
    `the catalog ${path} cannot be opened (${error.message}): ${mend}`,
    { cause: error },
  );
}
