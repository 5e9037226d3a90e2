/** XML as text, for the formats of others (Open311, RSS, Atom). Pure. */

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for an element or attribute; what XML 1.0 has no place for (control characters, lone surrogates) is left out. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);

export type XmlAttributes = Record<string, string>;

/** One element; `inside` is XML already, or absent for an empty one. */
export function element(name: string, inside = '', attributes: XmlAttributes = {}): string {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${xmlText(value)}"`)].join(' ');
  return inside === '' ? `<${head}/>` : `<${head}>${inside}</${name}>`;
}

export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';
