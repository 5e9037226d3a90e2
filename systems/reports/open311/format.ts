/**
 * Open311's two forms of one value: XML, and JSON by the Spark convention (the XML without its root, lists as arrays).
 * Pure. Source: GeoReport v2 and JSON_and_XML_Conversion of the Open311 wiki.
 */
import { element, XML_HEAD, xmlText } from '../xml.ts';

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** What one entry of a list is called. */
const entries: Record<string, string> = {
  services: 'service',
  attributes: 'attribute',
  values: 'value',
  service_requests: 'request',
  service_request_updates: 'request_update',
  endpoints: 'endpoint',
  formats: 'format',
  errors: 'error',
};

function write(name: string, value: Value): string {
  if (value === null) return element(name);
  if (Array.isArray(value)) {
    const entry = entries[name];
    if (!entry) throw new Error(`Open311 has no list '${name}'`);
    return element(name, value.map((one) => write(entry, one)).join(''));
  }
  if (typeof value !== 'object') return element(name, xmlText(String(value)));
  return element(
    name,
    Object.entries(value)
      .map(([key, one]) => write(key, one))
      .join(''),
  );
}

export type Format = 'xml' | 'json';

export const mediaTypes: Record<Format, string> = {
  xml: 'text/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

export function inFormat(format: Format, root: string, value: Value): string {
  return format === 'json' ? JSON.stringify(value) : XML_HEAD + write(root, value);
}

/** 'roads.pothole.xml' -> ['roads.pothole', 'xml']; null where the ending is neither. */
export function splitFormat(file: string): [string, Format] | null {
  const found = /^(.*)\.(xml|json)$/s.exec(file);
  return found ? [found[1] ?? '', found[2] as Format] : null;
}
