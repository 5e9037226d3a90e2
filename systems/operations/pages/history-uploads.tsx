import { useQuery } from '@tanstack/react-query';
import { Panel, ScrollRegion, useFormats, useTexts } from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { uploadWords } from './upload-words.ts';

/** What of this span a person brought in by a file, and who; nothing where all came from devices. */
export function HistoryUploads(props: { entity: string; property: string; from: string; to: string }) {
  const { entity, property, from, to } = props;
  const t = useTexts(uploadWords);
  const formats = useFormats();
  const brought = useQuery(
    client.ask('GET /api/uploads/of/:entity/:property', { params: { entity, property }, query: { from, to } }),
  );
  const items = brought.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={t('broughtIn')}>
      <ScrollRegion label={t('broughtIn')}>
        <table className="k-plain-table">
          <thead>
            <tr>
              {(['by', 'sentAt', 'file', 'values', 'from', 'to'] as const).map((word) => (
                <th key={word} scope="col">
                  {t(word)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.id}>
                <td>{one.by}</td>
                <td className="k-num">{formats.instant(one.at)}</td>
                <td>{one.name}</td>
                <td className="k-right k-num">{formats.number(one.n)}</td>
                <td className="k-num">{formats.instant(one.from)}</td>
                <td className="k-num">{formats.instant(one.to)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
