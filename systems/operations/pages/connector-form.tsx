import { useState } from 'react';
import {
  ChoiceField,
  Grid,
  NumberField,
  Panel,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useTexts,
} from '../../../web/kit/index.ts';
import type { client } from './client.ts';
import { connectorWords } from './connector-words.ts';

export type Definition = Parameters<typeof client.call<'POST /api/connectors'>>[1]['body']['definition'];

type Props = {
  draft: Definition;
  onChange: (draft: Definition) => void;
  keyValue: string;
  onKeyValue: (value: string) => void;
  hasKey: boolean;
  onProblem: (problem: string | null) => void;
};

export const emptyConnector: Definition = {
  name: '',
  entityIds: [],
  url: 'https://',
  headers: {},
  key: null,
  reading: { form: 'json', rows: '', source: '', time: '', timeForm: 'iso', delimiter: ',', decimal: '.' },
  mapping: {},
  everyMinutes: 60,
  offsetMinutes: 5,
  promisedMinutes: 60,
  timeoutSeconds: 20,
  maxBytes: 5_000_000,
};

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** All parts of a connector; lists are written line by line. */
export function ConnectorForm({ draft, onChange, keyValue, onKeyValue, hasKey, onProblem }: Props) {
  const t = useTexts(connectorWords);
  const { reading } = draft;
  const set = (change: Partial<Definition>) => onChange({ ...draft, ...change });
  const read = (change: Partial<Definition['reading']>) => set({ reading: { ...reading, ...change } });
  // What is being typed is no definition yet: texts are kept as they stand, and read at each key.
  const [texts, setTexts] = useState({
    entities: draft.entityIds.join('\n'),
    headers: Object.entries(draft.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    sources: Object.entries(draft.mapping.sources ?? {})
      .map(([name, entity]) => `${name} = ${entity}`)
      .join('\n'),
    properties: Object.entries(draft.mapping.properties ?? {})
      .map(([name, one]) => `${name} = ${one.property}${one.factor === undefined ? '' : ` * ${one.factor}`}`)
      .join('\n'),
  });
  /** Pairs of lines `name<sign>value`, or null where a line is none; the problem is told. */
  const pairs = (text: string, sign: ':' | '=', form: string): [string, string][] | null => {
    const found: [string, string][] = [];
    for (const line of linesOf(text)) {
      const at = sign === '=' ? line.lastIndexOf('=') : line.indexOf(':');
      const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      if (at < 1 || !name || !value) {
        onProblem(t('badLine', { line, form }));
        return null;
      }
      found.push([name, value]);
    }
    onProblem(null);
    return found;
  };
  const write = (name: keyof typeof texts, text: string): void => {
    setTexts({ ...texts, [name]: text });
    if (name === 'entities') set({ entityIds: linesOf(text) });
    const found = name === 'entities' ? null : pairs(text, name === 'headers' ? ':' : '=', '…');
    if (!found) return;
    if (name === 'headers') set({ headers: Object.fromEntries(found) });
    if (name === 'sources') set({ mapping: { ...draft.mapping, sources: Object.fromEntries(found) } });
    if (name === 'properties') {
      const properties: NonNullable<Definition['mapping']['properties']> = {};
      for (const [own, value] of found) {
        const [property = '', factor] = value.split('*').map((part) => part.trim());
        const number = factor === undefined ? undefined : Number(factor.replace(',', '.'));
        if (!property || Number.isNaN(number)) {
          onProblem(t('badLine', { line: `${own} = ${value}`, form: 'pm25 * 0.001' }));
          return;
        }
        // The entity that a field may be of is set by programs only, and stays.
        const entity = draft.mapping.properties?.[own]?.entity;
        properties[own] = {
          property,
          ...(number === undefined ? {} : { factor: number }),
          ...(entity ? { entity } : {}),
        };
      }
      set({ mapping: { ...draft.mapping, properties } });
    }
  };
  const minutes = (label: string, name: 'everyMinutes' | 'offsetMinutes' | 'promisedMinutes', hint?: string) => (
    <NumberField
      label={label}
      {...(hint ? { hint } : {})}
      unit={t('minute')}
      required
      value={draft[name]}
      onChange={(value) => set({ [name]: value ?? 0 })}
    />
  );
  return (
    <>
      <Panel title={t('where')}>
        <Stack>
          <TextField label={t('name')} required value={draft.name} onChange={(name) => set({ name })} />
          <TextField label={t('url')} hint={t('urlHint')} required value={draft.url} onChange={(url) => set({ url })} />
          <Grid least={220}>
            <ChoiceField
              label={t('keyPlace')}
              required
              value={draft.key?.place ?? 'none'}
              onChange={(place) =>
                set({
                  key: place === 'header' || place === 'query' ? { place, name: draft.key?.name ?? 'X-API-Key' } : null,
                })
              }
              choices={[
                { value: 'none', title: t('noKey') },
                { value: 'header', title: t('inHeader') },
                { value: 'query', title: t('inQuery') },
              ]}
            />
            {draft.key ? (
              <TextField
                label={t('keyName')}
                required
                value={draft.key.name}
                onChange={(name) => set({ key: { place: draft.key?.place ?? 'header', name } })}
              />
            ) : null}
          </Grid>
          {draft.key ? (
            <TextField
              label={t('keyValue')}
              hint={hasKey ? t('keyKept') : t('keyNew')}
              kind="password"
              autoComplete="off"
              required={!hasKey}
              value={keyValue}
              onChange={onKeyValue}
            />
          ) : null}
          <TextAreaField
            label={t('headers')}
            hint={t('headersHint')}
            rows={1}
            value={texts.headers}
            onChange={(text) => write('headers', text)}
          />
        </Stack>
      </Panel>
      <Panel title={t('what')}>
        <Stack>
          <Grid least={220}>
            <ChoiceField
              label={t('form')}
              required
              value={reading.form}
              onChange={(form) => read({ form: form === 'csv' ? 'csv' : 'json' })}
              choices={[
                { value: 'json', title: 'JSON' },
                { value: 'csv', title: 'CSV' },
              ]}
            />
            {reading.form === 'json' ? (
              <TextField
                label={t('rows')}
                hint={t('rowsHint')}
                value={reading.rows}
                onChange={(rows) => read({ rows })}
              />
            ) : (
              <ChoiceField
                label={t('delimiter')}
                required
                value={reading.delimiter}
                onChange={(sign) => read({ delimiter: sign === ';' || sign === '\t' ? sign : ',' })}
                choices={[
                  { value: ',', title: t('comma') },
                  { value: ';', title: t('semicolon') },
                  { value: '\t', title: t('tab') },
                ]}
              />
            )}
            <ChoiceField
              label={t('decimal')}
              required
              value={reading.decimal}
              onChange={(sign) => read({ decimal: sign === ',' ? ',' : '.' })}
              choices={[
                { value: '.', title: t('dot') },
                { value: ',', title: t('comma') },
              ]}
            />
          </Grid>
          <Grid least={220}>
            <TextField
              label={t('source')}
              hint={t('sourceHint')}
              value={reading.source}
              onChange={(source) => read({ source })}
            />
            <TextField
              label={t('time')}
              hint={t('timeHint')}
              value={reading.time}
              onChange={(time) => read({ time })}
            />
            <TextField
              label={t('timeForm')}
              hint={t('timeFormHint')}
              required
              value={reading.timeForm}
              onChange={(timeForm) => read({ timeForm })}
            />
          </Grid>
          <ChoiceField
            label={t('shape')}
            required
            value={reading.pair ? 'long' : 'wide'}
            onChange={(shape) => {
              const { pair, ...rest } = reading;
              set({ reading: shape === 'long' ? { ...rest, pair: pair ?? { name: 'name', value: 'value' } } : rest });
            }}
            choices={[
              { value: 'wide', title: t('wide') },
              { value: 'long', title: t('long') },
            ]}
          />
          {reading.pair ? (
            <Grid least={220}>
              {(['name', 'value'] as const).map((part) => (
                <TextField
                  key={part}
                  label={part === 'name' ? t('pairName') : t('pairValue')}
                  required
                  value={reading.pair?.[part] ?? ''}
                  onChange={(text) => read({ pair: { name: '', value: '', ...reading.pair, [part]: text } })}
                />
              ))}
            </Grid>
          ) : null}
        </Stack>
      </Panel>
      <Panel title={t('becomes')}>
        <Stack>
          <TextAreaField
            label={t('entities')}
            hint={t('entitiesHint')}
            required
            value={texts.entities}
            onChange={(text) => write('entities', text)}
          />
          <TextAreaField
            label={t('properties')}
            hint={t('propertiesHint')}
            required={!reading.pair}
            value={texts.properties}
            onChange={(text) => write('properties', text)}
          />
          <TextAreaField
            label={t('sources')}
            hint={t('sourcesHint')}
            value={texts.sources}
            onChange={(text) => write('sources', text)}
          />
        </Stack>
      </Panel>
      <Panel title={t('when')}>
        <Stack>
          <Grid least={200}>
            {minutes(t('every'), 'everyMinutes')}
            {minutes(t('offset'), 'offsetMinutes')}
            {minutes(t('promised'), 'promisedMinutes')}
            <NumberField
              label={t('timeout')}
              unit={t('second')}
              required
              value={draft.timeoutSeconds}
              onChange={(value) => set({ timeoutSeconds: value ?? 0 })}
            />
            <NumberField
              label={t('most')}
              unit="byte"
              required
              value={draft.maxBytes}
              onChange={(value) => set({ maxBytes: value ?? 0 })}
            />
          </Grid>
          <Text small soft>
            {t('offsetHint')}
          </Text>
        </Stack>
      </Panel>
    </>
  );
}
