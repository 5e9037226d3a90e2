/** The archive of WAL segments: one folder of `<segment>.gz`, written and read by the server through a plain shell. */

/** A path inside single quotes of the shell, within a setting in which `%` is a letter of its own. */
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''").replaceAll('%', '%%')}'`;

/**
 * The server's `archive_command`. A segment is there whole or not at all: it is packed aside, forced to disk, and
 * renamed. After a crash the server hands the same segment over again: what is there with the same content is done,
 * what is there with another content (two servers on one archive) is refused and stays so.
 */
export function archiveCommand(directory: string): string {
  const folder = quoted(directory);
  return [
    `cd ${folder} || exit 1`,
    'if test -f %f.gz; then gzip -dc %f.gz | cmp -s - "$OLDPWD/%p"; exit; fi',
    'rm -f %f.part; gzip -1 -c "$OLDPWD/%p" > %f.part && sync %f.part && mv %f.part %f.gz && sync .',
  ].join('; ');
}

/** The server's `restore_command`; a segment that is not there, or is damaged, is a failure and never a short file. */
export function restoreCommand(directory: string | null): string {
  if (directory === null) return 'false';
  return `test -f ${quoted(directory)}/%f.gz && gzip -dc ${quoted(directory)}/%f.gz > "%p"`;
}
