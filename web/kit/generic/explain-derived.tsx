import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Explain } from '../cases/explain.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { LoadingState, Trouble } from '../states/states.tsx';
import { useSay } from '../words/language.ts';
import { texts, useTexts } from '../words/texts.ts';
import { platformClient } from './platform-client.ts';

const words = texts('kit.explain-derived', {
  vi: { name: 'Thông số', value: 'Giá trị', note: 'Cách lấy', hours: '{{n}} giờ hợp lệ' },
  en: { name: 'Property', value: 'Value', note: 'How', hours: '{{n}} valid hours' },
});

export type ExplainDerivedProps = { entity: string; property: string; at: string; title: string };

/** 'Vì sao?' of a derived value: its inputs, its steps, formula, version and law, as the platform computed them. */
export function ExplainDerived({ entity, property, at, title }: ExplainDerivedProps) {
  const t = useTexts(words);
  const say = useSay();
  const formats = useFormats();
  const [opened, setOpened] = useState(false);
  const why = useQuery({
    ...platformClient.ask('GET /api/history/:entity/:property/explain', {
      params: { entity, property },
      query: { at },
    }),
    enabled: opened,
  });
  return (
    <Explain
      title={title}
      onOpen={() => setOpened(true)}
      explanation={
        why.data
          ? {
              value: formats.number(why.data.value, 1),
              formula: say(why.data.formula),
              version: why.data.version,
              law: say(why.data.source),
              period: formats.instant(at),
              columns: [{ title: t('name') }, { title: t('value'), number: true }, { title: t('note') }],
              rows: [
                ...why.data.rows.map((row, index) => ({
                  id: `row-${index}`,
                  cells: [say(row.name), formats.quantity(row.value, row.unit, 1), say(row.note)],
                })),
                ...why.data.steps.map((step, index) => ({ id: `step-${index}`, cells: [say(step), '', ''] })),
                ...why.data.inputs.map((input) => ({
                  id: `input-${input.property}`,
                  left: true,
                  cells: [input.property, '', t('hours', { n: input.hours.filter((hour) => hour.valid).length })],
                })),
              ],
            }
          : null
      }
    >
      {why.error ? <Trouble error={why.error} /> : <LoadingState />}
    </Explain>
  );
}
