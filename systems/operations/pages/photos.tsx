import { Row, useTexts } from '../../../web/kit/index.ts';
import { operationsWords } from './words.ts';

/** Photos as the platform keeps them: re-encoded, without place and device; a press opens the large one. */
export function Photos({ ids }: { ids: readonly string[] }) {
  const t = useTexts(operationsWords);
  if (ids.length === 0) return null;
  return (
    <Row gap={2}>
      {ids.map((id, index) => (
        <a key={id} href={`/api/files/${id}`} target="_blank" rel="noreferrer">
          <img src={`/api/files/${id}/thumbnail`} alt={t('photo', { n: index + 1 })} height={96} loading="lazy" />
        </a>
      ))}
    </Row>
  );
}
