/** What never enters the log, whoever passes it in: the name of the field decides. */
const SECRET = /pass(word|phrase|code)|secret|token|authorization|cookie|private_?key|api_?key|credential|^otp$|^pin$/i;

/** A copy of the detail in which values of secret fields are replaced, at any depth. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      storable(name),
      SECRET.test(name) && part !== null && typeof part !== 'boolean' ? '***' : withoutSecrets(part),
    ]),
  );
}

/** Text that PostgreSQL can keep: no input may make its own entry impossible to write. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}
